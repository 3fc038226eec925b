// The slots of a day as a group of radio buttons: arrow keys walk through what is free, a button says which.

let day = null;      // the answer of the day looked at; null: the one the view was opened with
let chosen = null;   // the start of the chosen slot

start('slots', (data) => {
  const { date, timezone, delivery_type: type, slots, code, next_open_date: nextOpen } = day ?? data;
  const slot = slots.find(({ start: at, available }) => at === chosen && available);
  return [
    el('h1', { id: 'title' }, el('data', { value: type }, words[`slots_${type}`])),
    dayBar(date, type),
    slots.length ? el('div', { class: 'slots', role: 'radiogroup', 'aria-labelledby': 'title' }, slots.map(choice)) : null,
    slots.some(({ available }) => available) ? null : el('p', { class: 'notice plain' },
      slots.length || code === 'ok' ? words.no_slots : coded('slot', code)),
    el('div', { class: 'actions' },
      slot && host.canSpeak ? button('choose', () => choose(slot, type), { kind: 'main', id: 'choose' }) : null,
      nextOpen && host.canCallTools ? el('button', { type: 'button', class: 'plain', id: 'next-open', click: () => look(nextOpen, type) },
        phrase('next_open', { day: dayOf(nextOpen) })) : null),
    el('p', { class: 'quiet' }, phrase('shop_time', { zone: timezone })),
  ];
});

const dayBar = (date, type) => el('div', { class: 'days' },
  host.canCallTools ? arrow('previous_day', '‹', () => look(dayAfter(date, -1), type)) : null,
  el('p', { class: 'day', 'aria-live': 'polite' }, dayOf(date)),
  host.canCallTools ? arrow('next_day', '›', () => look(dayAfter(date, 1), type)) : null);

const arrow = (key, sign, click) => el('button', {
  type: 'button', class: 'arrow', id: key, click, 'aria-label': words[key], 'aria-disabled': String(view.isBusy),
}, el('span', { 'aria-hidden': 'true' }, sign));

function choice(slot) {
  const id = `slot-${slot.start}`;
  return el('label', { class: slot.available ? 'slot' : 'slot full', for: id },
    el('input', { type: 'radio', name: 'slot', id, value: slot.start, disabled: !slot.available,
                  checked: slot.start === chosen, change: () => { chosen = slot.start; redraw(); } }),
    el('span', { class: 'hours' }, clockOf(slot.start), '–', clockOf(slot.end)),
    el('span', { class: 'quiet' }, coded('slot', slot.code)));
}

const look = (date, type) => busy(async () => {
  day = await ask('get_delivery_slots', { ...view.input, date, delivery_type: type });
  chosen = null;
});

const choose = (slot, type) => busy(async () => {
  await host.say(sentence(`chosen_${type}`, {
    day: dayText(slot.start), start: wall(slot.start).clock, end: wall(slot.end).clock, iso: slot.start }));
  view.note = ['good', words.sent];
});
