// The conversation with the host that shows the view: JSON-RPC 2.0 by postMessage.
// Rule: MCP Apps, revision 2026-01-26.

const PROTOCOL_VERSION = '2026-01-26';
const ANSWER_MAX_MS = 60_000;
const METHOD_NOT_FOUND = -32601;

class Host {
  /** What the host can do for the view; an absent member: it cannot. */
  capabilities = {};
  /** Theme, language, styles, the tool that was called; members arrive and change at any time. */
  context = {};
  #waiting = new Map();
  #lastId = 0;
  #hears;

  /** `hears` has a function for each notification: toolInput, toolResult, toolCancelled, contextChanged. */
  constructor(hears) {
    this.#hears = hears;
    window.addEventListener('message', (event) => {
      if (event.source === window.parent && event.data?.jsonrpc === '2.0') this.#receive(event.data);
    });
  }

  /** Introduces the view; from then on the host sends what the tool was called with and what it answered. */
  async connect(name) {
    const answer = await this.#ask('ui/initialize', {
      protocolVersion: PROTOCOL_VERSION,
      appInfo: { name, version: '1.0.0' },
      appCapabilities: { availableDisplayModes: ['inline'] },
    });
    this.capabilities = answer.hostCapabilities ?? {};
    this.#change(answer.hostContext);
    this.#tell('ui/notifications/initialized', {});
    this.#reportSize();
  }

  get canCallTools() {
    return this.capabilities.serverTools !== undefined;
  }

  get canSpeak() {
    return this.capabilities.message !== undefined;
  }

  get canOpenLinks() {
    return this.capabilities.openLinks !== undefined;
  }

  /** Calls a tool of the server; resolves to its CallToolResult, which may be a refusal. */
  callTool(name, args) {
    return this.#ask('tools/call', { name, arguments: args });
  }

  /** Says something to the model in the user's name; rejects when the host does not let it. */
  async say(text) {
    const answer = await this.#ask('ui/message', { role: 'user', content: [{ type: 'text', text }] });
    if (answer?.isError) throw new Error('the host took no message');
  }

  /** Lets the model know what the user did, without asking it for an answer. */
  async note(text) {
    if (this.capabilities.updateModelContext === undefined) return;
    await this.#ask('ui/update-model-context', { content: [{ type: 'text', text }] });
  }

  async openLink(url) {
    await this.#ask('ui/open-link', { url });
  }

  #send(message) {
    window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  }

  #tell(method, params) {
    this.#send({ method, params });
  }

  #ask(method, params) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id, { error: { message: `${method}: no answer` } }), ANSWER_MAX_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#send({ id, method, params });
    });
  }

  #settle(id, { result, error }) {
    const asked = this.#waiting.get(id);
    if (asked === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(asked.timer);
    if (error) asked.reject(new Error(error.message));
    else asked.resolve(result);
  }

  #receive({ id, method, params, ...answer }) {
    if (method === undefined) this.#settle(id, answer);
    else if (id === undefined) this.#notice(method, params ?? {});
    else if (method === 'ping' || method === 'ui/resource-teardown') this.#send({ id, result: {} });
    else this.#send({ id, error: { code: METHOD_NOT_FOUND, message: `no method ${method}` } });
  }

  #notice(method, params) {
    if (method === 'ui/notifications/tool-input') this.#hears.toolInput(params.arguments ?? {});
    else if (method === 'ui/notifications/tool-result') this.#hears.toolResult(params);
    else if (method === 'ui/notifications/tool-cancelled') this.#hears.toolCancelled();
    else if (method === 'ui/notifications/host-context-changed') this.#change(params);
  }

  #change(context) {
    Object.assign(this.context, context);
    this.#hears.contextChanged(this.context);
  }

  /** The host makes the frame as high as the view. */
  #reportSize() {
    let told = '';
    new ResizeObserver(() => {
      const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
      const width = Math.ceil(window.innerWidth);
      if (told === `${width} ${height}`) return;
      told = `${width} ${height}`;
      this.#tell('ui/notifications/size-changed', { width, height });
    }).observe(document.documentElement);
  }
}
