// Results of tools as the shop of the demo gives them, with ids and times that never change: what pictures
// are taken of. The test that takes them holds each to the output schema of its tool.

const product = (id, name, price, more) => ({
  id, shop_id: 8, name, type: 'flowers', price, price_display: `${price.toLocaleString('ru-RU')} ₸`, currency: 'KZT',
  description: null, enabled: true, is_featured: false, stem_count: null, colors: [], color_labels: [], occasions: [],
  tags: [], manufacturing_time_minutes: null, width_cm: null, height_cm: null, shelf_life_days: null, image_url: null,
  images: [], available: true, created_at: '2026-09-03T10:00:00+05:00', updated_at: '2026-09-03T10:00:00+05:00', ...more,
});

const slot = (from, to, code = 'ok') => ({
  start: `2026-12-02T${from}:00+05:00`, end: `2026-12-02T${to}:00+05:00`, label: `ср, 2 декабря, ${from}–${to}`,
  available: code === 'ok', code, reason_label: code === 'ok' ? null : 'нет',
});

const line = (id, name, quantity, price) => ({
  product_id: id, product_name: name, quantity, unit_price: price, unit_price_display: `${price.toLocaleString('ru-RU')} ₸`,
  line_total: price * quantity, line_total_display: `${(price * quantity).toLocaleString('ru-RU')} ₸`, special_requests: null,
});

export const SAMPLES = {
  products: {
    tool: 'list_products',
    input: { limit: 4 },
    data: {
      items: [
        product(5, 'Букет «15 роз», классика', 15000, {
          is_featured: true, stem_count: 15, colors: ['red'], color_labels: ['красный'],
          description: 'Букет из 15 красных роз с двумя ветками эвкалипта в крафтовой упаковке.' }),
        product(2, 'Букет «Весенний», тюльпаны', 8000, {
          is_featured: true, stem_count: 15, colors: ['mixed'], color_labels: ['микс'],
          description: 'Букет из 15 тюльпанов разных цветов в крафтовой упаковке.' }),
        product(9, 'Букет «Белая нежность», хризантемы и розы', 12500, {
          stem_count: 11, colors: ['white', 'cream'], color_labels: ['белый', 'кремовый'], available: false,
          description: 'Хризантемы и розы в белых тонах.' }),
        product(14, 'Коробка конфет', 4500, { type: 'sweets', description: 'Коробка конфет, 200 граммов.' }),
      ],
      total: 15, skip: 0, limit: 4, has_more: true,
    },
  },
  slots: {
    tool: 'get_delivery_slots',
    input: { date: '2026-12-02' },
    data: {
      date: '2026-12-02', timezone: 'Asia/Almaty', delivery_type: 'delivery', lead_time_minutes: 100,
      earliest: '2026-12-02T11:00:00+05:00', code: 'ok', reason_label: null,
      slots: [
        slot('09:00', '11:00', 'lead_time'), slot('11:00', '13:00'), slot('13:00', '15:00', 'capacity'),
        slot('15:00', '17:00'), slot('17:00', '19:00'), slot('19:00', '21:00'),
      ],
      next_open_date: null,
    },
  },
  order: {
    tool: 'track_order',
    input: { tracking_id: '767934960' },
    data: {
      shop_id: 8, order_number: '#00035', tracking_id: '767934960', tracking_url: null, status: 'assembled',
      status_label: 'Собран', progress_stage: 'preparing', payment_status: 'paid', payment_status_label: 'Оплачен',
      payment_method: 'kaspi', recipient_name: 'Лаура', delivery_type: 'delivery',
      delivery_address: 'ул. Примерная 35, кв. 11', pickup_address: null, delivery_date: '2026-12-02',
      delivery_at: null, delivery_window: { start: '2026-12-02T13:00:00+05:00', end: '2026-12-02T15:00:00+05:00' },
      delivery_text: 'ср, 2 декабря, 13:00–15:00', time_precision: 'window', ask_delivery_address: false,
      ask_delivery_time: false, delivery_notes: null,
      items: [line(6, 'Букет «Романтика», розы и лилии', 1, 18000), line(13, 'Коробка конфет', 2, 3000)],
      subtotal: 24000, subtotal_display: '24 000 ₸', delivery_cost: 1500, delivery_cost_display: '1 500 ₸',
      discount: 0, discount_display: '0 ₸', total: 25500, total_display: '25 500 ₸', currency: 'KZT',
      refund_required: false, cancel_reason: null, created_at: '2026-12-01T10:05:00+05:00',
      updated_at: '2026-12-02T11:20:00+05:00', recipient: { name: 'Лаура', phone_masked: '+7700***1011' },
      sender: { phone_masked: '+7700***1011' }, photos: [], cancellation: null,
      timeline: [
        { status: 'new', label: 'Новый', at: '2026-12-01T10:05:00+05:00' },
        { status: 'paid', label: 'Оплачен', at: '2026-12-01T10:12:00+05:00' },
        { status: 'assembled', label: 'Собран', at: '2026-12-02T11:20:00+05:00' },
      ],
      untrusted_fields: ['recipient_name', 'delivery_address', 'recipient.name'],
    },
  },
  confirmation: {
    tool: 'cancel_order',
    input: { tracking_id: '767934960', reason: 'changed_mind' },
    refusal: {
      code: 'confirmation_required',
      message: 'Оплаченный заказ #00035 на 25 500 ₸ будет отменён, деньги нужно будет вернуть.',
      details: {
        effect: 'Оплаченный заказ #00035 на 25 500 ₸ будет отменён, деньги нужно будет вернуть.',
        confirmation_token: 'c-0123456789', expires_at: '2026-12-01T14:30:00+05:00',
      },
    },
  },
};

/** The CallToolResult that a sample is. */
export const resultOf = ({ data, refusal }) => refusal
  ? {
    content: [{ type: 'text', text: JSON.stringify({ error: refusal }) }], isError: true,
    _meta: { 'dev.shopkeeper/error': refusal },
  }
  : { content: [{ type: 'text', text: JSON.stringify(data) }], structuredContent: data };
