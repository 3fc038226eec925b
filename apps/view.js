// What every view does alike: it waits for the result of its tool, draws it, and draws it anew when
// something changes. A view is a function from structuredContent to nodes:
//
//   start('order', (data) => [heading(data), ...]);

const view = {
  phase: 'waiting',  // waiting, shown, refused, cancelled or ended
  input: {},         // what the tool was called with
  data: null,        // its structuredContent
  refusal: null,     // {code, message, details} of a refusal
  note: null,        // [tone, text] above the content: what came of the user's last act
  isBusy: false,
};
let host;
let drawContent;

function start(name, draw) {
  drawContent = draw;
  host = new Host({
    toolInput: (input) => { view.input = input; },
    toolResult: receive,
    toolCancelled: () => { view.phase = 'cancelled'; redraw(); },
    contextChanged: adapt,
  });
  adapt({});
  redraw();
  host.connect(name).catch((why) => fail(why));
}

/** The name of the tool whose result the view shows; undefined when the host does not say. */
const toolName = () => host.context.toolInfo?.tool?.name;

function receive(result) {
  const { data, refusal } = read(result);
  Object.assign(view, refusal ? { phase: 'refused', refusal } : { phase: 'shown', data }, { note: null });
  redraw();
}

/** A CallToolResult is data or a refusal. Hosts that know neither structure nor `_meta` have the text. */
function read(result) {
  const spoken = () => {
    const text = result.content?.find((block) => block.type === 'text')?.text ?? '';
    try {
      return JSON.parse(text);
    } catch {
      return { error: { code: 'internal', message: text, details: {} } };
    }
  };
  if (result.isError) return { refusal: result._meta?.['dev.shopkeeper/error'] ?? spoken().error };
  const data = result.structuredContent ?? spoken();
  return data.error?.message === undefined ? { data } : { refusal: data.error };
}

/** Does something that takes a while; meanwhile the buttons wait, and what went wrong is said. */
async function busy(act) {
  if (view.isBusy) return;
  Object.assign(view, { isBusy: true, note: null });
  redraw();
  try {
    await act();
  } catch (why) {
    view.note = ['bad', why.message];
  }
  view.isBusy = false;
  redraw();
}

/** Calls a tool; resolves to its data, rejects with what it refused. */
async function ask(name, args) {
  const { data, refusal } = read(await host.callTool(name, args));
  if (refusal) throw new Error(refusal.message);
  return data;
}

function fail(why) {
  Object.assign(view, { phase: 'refused', refusal: { code: 'internal', message: why.message, details: {} } });
  redraw();
}

function content() {
  if (view.phase === 'waiting') return el('p', { class: 'quiet' }, words.loading);
  if (view.phase === 'cancelled') return el('p', { class: 'quiet' }, words.cancelled_call);
  if (view.phase === 'ended') return [];
  if (view.phase === 'shown') return drawContent(view.data);
  if (view.refusal.code === 'confirmation_required') return drawConfirmation(view.refusal);
  return [el('h1', {}, words.failed), el('p', {}, view.refusal.message)];
}

/** Draws everything; what had the focus has it again, when it has an id and is still there. */
function redraw() {
  const focused = document.activeElement?.id;
  const main = document.getElementById('view');
  main.setAttribute('aria-busy', String(view.isBusy || view.phase === 'waiting'));
  const [tone, text] = view.note ?? [];
  main.replaceChildren(...[content(), text ? notice(tone, text) : []].flat(Infinity).filter((node) => node !== null));
  document.getElementById('said').textContent = text ?? (view.isBusy ? words.working : '');
  if (focused) document.getElementById(focused)?.focus();
}

/** Theme, styles and language as the host has them, or else the browser. */
function adapt({ theme, styles, locale }) {
  const root = document.documentElement;
  root.dataset.theme = theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  for (const [name, value] of Object.entries(styles?.variables ?? {}))
    if (/^--(color|font|border|shadow)-/.test(name) && value) root.style.setProperty(name, value);
  if (speak(locale ? [locale] : navigator.languages)) redraw();
}
