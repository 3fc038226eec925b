// Where an order is: its stages, when and where it comes, what it costs. It asks anew on demand.

const STAGES = {
  delivery: ['new', 'confirmed', 'preparing', 'delivering', 'done'],
  pickup: ['new', 'confirmed', 'preparing', 'done'],
};

start('order', (order) => [
  el('header', { class: 'head' },
    el('h1', {}, phrase('order_title', { number: order.order_number })),
    el('p', { class: `pill ${order.progress_stage}` }, coded('status', order.status))),
  order.status === 'cancelled'
    ? (order.cancel_reason ? notice('bad', coded('reason', order.cancel_reason)) : null)
    : stages(order),
  facts(
    ['when', order.ask_delivery_time ? el('data', { value: 'true' }, words.ask_time) : when(order)],
    order.delivery_type === 'pickup' ? ['pickup_at', order.pickup_address] : ['where', where(order)],
    ['recipient', order.recipient_name],
    ['payment', coded('payment', order.payment_status)],
    ['tracking', el('span', { class: 'digits' }, order.tracking_id)]),
  bill(order),
  order.timeline?.length > 1 ? history(order.timeline) : null,
  el('div', { class: 'actions' },
    host.canCallTools ? button('refresh', refresh, { id: 'refresh' }) : null,
    order.tracking_url && host.canOpenLinks
      ? button('order_page', () => busy(() => host.openLink(order.tracking_url)), { id: 'order-page' }) : null),
]);

function stages({ delivery_type: type, progress_stage: now }) {
  // A pickup order has no way to go; should one be on its way all the same, the way is shown.
  const all = STAGES[STAGES[type].includes(now) ? type : 'delivery'];
  const at = all.indexOf(now);
  return el('ol', { class: 'stages' }, all.map((stage, i) => el('li',
    { class: i < at || now === 'done' ? 'past' : i === at ? 'now' : 'ahead', 'aria-current': i === at ? 'step' : undefined },
    el('span', { class: 'dot', 'aria-hidden': 'true' }),
    words[type === 'pickup' && stage === 'done' ? 'stage_handed' : `stage_${stage}`])));
}

function when({ delivery_at: at, delivery_window: span, delivery_text: text, time_precision: precision }) {
  if (precision === 'exact' && at) return [dayOf(at), ', ', clockOf(at)];
  if (precision === 'window' && span) return [dayOf(span.start), ', ', clockOf(span.start), '–', clockOf(span.end)];
  return text;
}

const where = ({ delivery_address: address, ask_delivery_address: asks }) =>
  address ?? (asks ? el('data', { value: 'true' }, words.ask_address) : null);

const bill = ({ items, delivery_type: type, delivery_cost_display: delivery, discount, discount_display: less, total_display: total }) =>
  el('table', { class: 'bill' },
    el('tbody', {}, items.map((item) => line(
      [el('span', {}, item.product_name), ' ', el('span', { class: 'quiet' }, phrase('quantity', { n: item.quantity }))],
      item.line_total_display))),
    el('tfoot', {},
      type === 'delivery' ? line(words.delivery_cost, delivery) : null,
      discount ? line(words.discount, less) : null,
      line(words.total, total, 'total')));

const line = (name, amount, kind = '') =>
  el('tr', { class: kind }, el('th', { scope: 'row' }, name), el('td', {}, amount));

let isHistoryOpen = false;

const history = (timeline) => el('details', { class: 'history', open: isHistoryOpen },
  el('summary', { id: 'history', click: () => { isHistoryOpen = !isHistoryOpen; } }, words.history),
  el('ol', {}, timeline.map(({ status, at }) => el('li', {},
    coded('status', status), el('span', { class: 'quiet' }, dayOf(at), ', ', clockOf(at))))));

const refresh = () => busy(async () => {
  view.data = await ask('track_order', { tracking_id: view.data.tracking_id });
  view.note = ['good', words.refreshed];
});
