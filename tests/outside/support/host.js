// A host of MCP Apps: the official bridge of the ext-apps SDK in this process, and the view in a sandboxed
// frame of a headless Chromium, under the policy that the specification asks of hosts when a view names no
// domain. Every request that tries to leave the frame is stopped and counted.
import { existsSync } from 'node:fs';
import { AppBridge } from '@modelcontextprotocol/ext-apps/app-bridge';
import { chromium } from 'playwright-core';
import { temporaryFolder } from '../../../js/leaving.js';

const HOST_PAGE = 'http://host.invalid/';
const VIEW_PAGE = 'http://view.invalid/';
const POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
  + "img-src 'self' data:; font-src 'self'; media-src 'self' data:; connect-src 'none'; frame-src 'none'; "
  + "object-src 'none'; base-uri 'self'";
const HOST_HTML = `<!doctype html><style>body { margin: 0 } iframe { display: block; border: 0; width: 100% }</style>
<script>addEventListener('message', (event) => fromView(event.data));</script>
<iframe sandbox="allow-scripts" src="${VIEW_PAGE}"></iframe>`;
const CHROMIUMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-lcd-text', '--font-render-hinting=none',
];
const FRAME_HEIGHT_PX = 200;  // until the view says how high it is
const SHOWN_MAX_MS = 30_000;

/** What a host can do that lets a view do all it knows. */
export const ABLE = { serverTools: {}, message: { text: {} }, updateModelContext: { text: {} }, openLinks: {} };

/** Inter, which Debian packages: the same letters on every machine. */
const STYLES = { variables: { '--font-sans': 'Inter, sans-serif' } };

export class Host {
  #folder = temporaryFolder('shopkeeper-chromium-');
  #shown = [];
  /** What must stay empty: requests that tried to leave a view, and what the browser complained about. */
  leaks = [];
  complaints = [];
  /** Called with each of them. */
  onCaught = () => {};

  static async open() {
    const executablePath = CHROMIUMS.find((path) => existsSync(path));
    if (!executablePath) throw new Error(`no Chromium at ${CHROMIUMS.join(', ')}; ./dev test installs it`);
    const host = new Host();
    host.context = await chromium.launchPersistentContext(host.#folder.path, {
      executablePath, headless: true, args: FLAGS, timeout: SHOWN_MAX_MS, reducedMotion: 'reduce',
    });
    host.context.setDefaultTimeout(SHOWN_MAX_MS);
    return host;
  }

  caught(list, what) {
    list.push(what);
    this.onCaught(what);
  }

  /** Closes the views shown so far. */
  async clear() {
    await Promise.all(this.#shown.splice(0).map((shown) => shown.close()));
  }

  async close() {
    await this.context.close();
    this.#folder.remove();
  }

  /**
   * Opens a view and tells it what its tool was called with and what it answered. `client` is connected to the
   * server that has the tool, or null; `context` is what the view learns of the host.
   */
  async show({ html, tool, input = {}, result, client = null, capabilities = ABLE, context = {}, width = 720 }) {
    const page = await this.context.newPage();
    await page.setViewportSize({ width, height: 900 });
    const shown = new ShownView(page, html, this);
    this.#shown.push(shown);
    await shown.open(client, capabilities, {
      theme: 'light', locale: 'ru-RU', styles: STYLES, ...(tool && { toolInfo: { tool } }), ...context,
    });
    await shown.bridge.sendToolInput({ arguments: input });
    if (result) await shown.bridge.sendToolResult(result);
    return shown;
  }
}

class ShownView {
  /** What the view said to the model, noted for it, and asked to open. */
  messages = [];
  notes = [];
  links = [];
  #host;

  constructor(page, html, host) {
    this.page = page;
    this.html = html;
    this.#host = host;
    this.frame = page.frameLocator('iframe');
    page.on('console', (message) => message.type() === 'error' && host.caught(host.complaints, message.text()));
    page.on('pageerror', (error) => host.caught(host.complaints, String(error)));
    page.on('websocket', (socket) => host.caught(host.leaks, socket.url()));
  }

  async open(client, capabilities, context) {
    const pages = {
      [HOST_PAGE]: { contentType: 'text/html', body: HOST_HTML },
      [VIEW_PAGE]: { contentType: 'text/html', body: this.html, headers: { 'Content-Security-Policy': POLICY } },
    };
    await this.page.route('**/*', (route) => {
      const known = pages[route.request().url()];
      if (known) return route.fulfill(known);
      this.#host.caught(this.#host.leaks, route.request().url());
      return route.abort();
    });
    const wire = {
      start: async () => {},
      close: async () => wire.onclose?.(),
      send: (message) => this.page.evaluate((sent) => frames[0].postMessage(sent, '*'), message),
    };
    await this.page.exposeBinding('fromView', (_, message) => wire.onmessage?.(message));
    this.bridge = new AppBridge(client, { name: 'outside-test', version: '1.0.0' }, capabilities, { hostContext: context });
    this.bridge.onmessage = async ({ content }) => (this.messages.push(content[0].text), {});
    this.bridge.onupdatemodelcontext = async ({ content }) => (this.notes.push(content[0].text), {});
    this.bridge.onopenlink = async ({ url }) => (this.links.push(url), {});
    this.height = FRAME_HEIGHT_PX;
    this.bridge.onsizechange = ({ height }) => {
      this.height = height;
      return this.page.evaluate((px) => { document.querySelector('iframe').style.height = `${px}px`; }, height);
    };
    const initialized = new Promise((done) => { this.bridge.oninitialized = done; });
    await this.bridge.connect(wire);
    await this.page.goto(HOST_PAGE);
    await initialized;
  }

  /** What the view shows as text, once `wanted` stands in it. */
  async says(wanted) {
    await this.frame.getByText(wanted).first().waitFor();
    return this.frame.locator('main').innerText();
  }

  /** Presses keys one after the other, as somebody without a mouse does. */
  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Walks with the Tab key until the element with this id has the focus. */
  async tabTo(id) {
    const STEPS_MAX = 60;
    for (let step = 0; step < STEPS_MAX; ++step) {
      await this.press('Tab');
      if (await this.frame.locator(':focus').evaluateAll((found, wanted) => found[0]?.id === wanted, id)) return;
    }
    throw new Error(`the Tab key does not reach ${id}`);
  }

  /** Runs a function in the view's own window. */
  inside(act, argument) {
    return this.frame.locator('html').evaluate(act, argument);
  }

  /** A picture of the whole view. */
  async picture() {
    await this.inside(() => document.fonts.ready.then(() => null));
    await this.page.setViewportSize({ ...this.page.viewportSize(), height: this.height });
    return this.page.locator('iframe').screenshot({ animations: 'disabled', caret: 'hide' });
  }

  async close() {
    await this.bridge.close();
    await this.page.close();
  }
}
