// What views are made of. Text of the shop or of a customer only ever becomes a text node.

const SVG = document.getElementById('drawing').namespaceURI;

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'click' || name === 'change') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  // append() makes text nodes of strings; null stands for nothing.
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined).map((child) =>
    child instanceof Node ? child : String(child)));
  return element;
}

const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** While the view is busy its buttons do nothing, but keep the focus, which `disabled` would lose. */
const button = (key, click, { kind = 'plain', ...more } = {}) =>
  el('button', { type: 'button', class: kind, click, 'aria-disabled': String(view.isBusy), ...more }, words[key]);

/** A code of the shop in our words; as it is when we have none for it. */
const coded = (kind, code) => el('data', { value: code }, words[`${kind}_${code}`] ?? code);

/** The parts of a date or moment as the shop's wall clock shows it; the offset is the shop's. */
function wall(iso) {
  const [, year, month, day, hour] = iso.match(/^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d))?/).map(Number);
  return { year, month, day, clock: Number.isNaN(hour) ? null : iso.slice(11, 16),
           weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
}

function dayText(iso) {
  const { day, month, weekday } = wall(iso);
  return sentence('day', { day, month: words.months[month - 1], weekday: words.weekdays[weekday] });
}

const dayOf = (iso) => el('time', { datetime: iso }, dayText(iso));
const clockOf = (iso) => el('time', { datetime: iso }, wall(iso).clock);

/** The day `days` after the date `YYYY-MM-DD`. */
function dayAfter(date, days) {
  const { year, month, day } = wall(date);
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}

/** A row of facts: a word and what the shop says; rows without a value are left out. */
const facts = (...rows) => el('dl', { class: 'facts' }, rows
  .filter(([, value]) => value !== null && value !== undefined)
  .map(([key, value]) => el('div', {}, el('dt', {}, words[key]), el('dd', {}, value))));

const notice = (tone, ...children) => el('p', { class: `notice ${tone}` }, ...children);
