// Products as cards: what they are, what they cost, whether there are any; one press orders or tells more.

const details = new Map();  // product id → what get_product says of it; present: the card is open

start('products', ({ items, total, rung_label: rung, nearest = [] }) => [
  el('h1', { class: items.length ? 'unseen' : '' }, words[items.length ? 'products' : 'nothing_found']),
  items.length && rung ? el('p', { class: 'quiet' }, rung) : null,
  cards(items),
  total > items.length ? el('p', { class: 'quiet' }, phrase('total_matches', { total })) : null,
  nearest.length && !items.length ? [el('h2', {}, words.nearest), cards(nearest)] : null,
]);

const cards = (items) => el('ul', { class: 'cards' }, items.map(card));

function card(item) {
  const more = details.get(item.id);
  const titleId = `name-${item.id}`;
  return el('li', { class: 'card', 'aria-labelledby': titleId },
    picture(item),
    el('div', { class: 'text' },
      el('h3', { id: titleId }, item.name),
      marks(item),
      item.description ? el('p', { class: more ? 'about' : 'about short' }, item.description) : null,
      el('p', { class: 'price' }, item.price_display),
      availability(item),
      el('div', { class: 'actions' },
        host.canSpeak && item.available
          ? button('order', () => want(item), { kind: 'main', id: `order-${item.id}`, 'aria-describedby': titleId }) : null,
        host.canCallTools
          ? button(more ? 'less' : 'details', () => (more ? close(item) : open(item)), {
            id: `more-${item.id}`, 'aria-describedby': titleId, 'aria-expanded': String(more !== undefined) }) : null),
      more ? moreOf(more) : null));
}

const marks = ({ is_featured: featured, stem_count: stems, rank }) => el('p', { class: 'marks' },
  rank ? el('span', {}, phrase('rank', { rank })) : null,
  featured ? el('span', {}, el('data', { value: 'true' }, words.featured)) : null,
  stems ? el('span', {}, phrase('stems', { n: stems })) : null);

function availability({ enabled, available }) {
  const key = !enabled ? 'off_sale' : available ? 'available' : 'unavailable';
  return el('p', { class: available ? 'stock good' : 'stock' },
    el('data', { value: String(enabled ? available : enabled) }, words[key]));
}

const moreOf = ({ composition, color_labels: colors, width_cm: width, height_cm: height, shelf_life_days: days,
                  availability: { ready_in_minutes: minutes }, rating }) => el('div', { class: 'more' },
  facts(
    ['colors', colors.length ? el('ul', { class: 'inline' }, colors.map((color) => el('li', {}, color))) : null],
    ['size', width && height ? phrase('size_cm', { width, height }) : null],
    ['shelf_life', days],
    ['ready_in', minutes ? phrase('minutes', { n: minutes }) : null],
    ['rating', rating.total_count
      ? phrase('rating_of', { average: rating.average_rating, count: rating.total_count }) : null],
    ['composition', composition.length
      ? el('ul', {}, composition.map((part) => el('li', {}, part.name, ' ', phrase('quantity', { n: part.quantity }),
        part.is_optional ? [' ', el('data', { value: 'true', class: 'quiet' }, words.optional)] : null))) : null]));

const open = (item) => busy(async () => {
  details.set(item.id, await ask('get_product', { product_id: item.id, shop_id: item.shop_id }));
});

function close(item) {
  details.delete(item.id);
  redraw();
}

const want = (item) => busy(async () => {
  await host.say(sentence('want', item));
  view.note = ['good', words.sent];
});

// --- pictures, drawn: a view has no other origin to fetch photos from --------------------------------

const PAINT = {
  red: '#d64550', pink: '#ec8fae', white: '#fbf6ee', yellow: '#f2c744', orange: '#ee9148', purple: '#8b62b5',
  lavender: '#b59ddb', burgundy: '#8d2f45', blue: '#5f8fd0', green: '#8fb87a', cream: '#f3e2c3',
};
const MIXED = ['red', 'yellow', 'lavender', 'pink', 'orange'];
const PETALS = 8;

/** The same product always looks the same. */
function picture({ id, type, colors }) {
  const named = colors.flatMap((color) => (color === 'mixed' ? MIXED : [color])).filter((color) => PAINT[color]);
  const paints = (named.length ? named : [['pink', 'yellow', 'lavender', 'orange'][id % 4]]).map((color) => PAINT[color]);
  return svg('svg', { viewBox: '0 0 240 104', class: `picture ${type}`, 'aria-hidden': 'true', focusable: 'false' },
    DRAW[type]?.(paints, id));
}

const DRAW = {
  flowers: (paints, id) => [[58, 60, 20], [182, 58, 20], [90, 38, 22], [150, 36, 22], [120, 56, 27]]
    .map(([x, y, size], i) => flower(x, y, size, paints[i % paints.length], id * 7 + i * 19)),
  sweets: ([paint]) => [
    svg('rect', { x: 76, y: 40, width: 88, height: 48, rx: 6, fill: paint }),
    svg('rect', { x: 70, y: 30, width: 100, height: 18, rx: 5, fill: paint, class: 'deep' }),
    [92, 120, 148].map((x) => svg('circle', { cx: x, cy: 68, r: 9, class: 'shine' }))],
  fruits: ([paint]) => [
    svg('circle', { cx: 96, cy: 64, r: 24, fill: '#e2734f' }), svg('circle', { cx: 144, cy: 64, r: 24, fill: '#efb64c' }),
    svg('circle', { cx: 120, cy: 52, r: 26, fill: paint }),
    svg('path', { d: 'M120 28 q4 -14 18 -14 q-2 14 -18 14', fill: '#7fae6c' })],
  gifts: ([paint]) => [
    svg('rect', { x: 84, y: 44, width: 72, height: 46, rx: 4, fill: paint }),
    svg('rect', { x: 78, y: 34, width: 84, height: 16, rx: 4, fill: paint, class: 'deep' }),
    svg('rect', { x: 114, y: 34, width: 12, height: 56, class: 'shine' }),
    svg('path', { d: 'M120 34 q-24 -4 -18 -18 q12 -4 18 18 q6 -22 18 -18 q6 14 -18 18', class: 'ribbon' })],
};

const flower = (x, y, size, paint, turn) => svg('g', { transform: `translate(${x} ${y}) rotate(${turn % 45})` },
  Array.from({ length: PETALS }, (_, i) => svg('ellipse', {
    cy: -size * 0.58, rx: size * 0.34, ry: size * 0.5, fill: paint, class: 'petal',
    transform: `rotate(${(360 / PETALS) * i})` })),
  svg('circle', { r: size * 0.3, class: 'heart' }));
