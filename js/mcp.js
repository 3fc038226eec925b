// Just enough of an MCP client over HTTP: to write down one call, to send it, to tell what came of it.
const MODERN = '2026-07-28';
const META = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'shopkeeper-js', version: '1' },
};
const BASE = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
const ANSWER_MAX_MS = 30_000;

async function post(url, headers, message) {
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(message) });
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
  return reply;
}

/** The message of a body that is either the message or an event stream with it; empty when it is neither. */
function messageOf(text) {
  const json = text.startsWith('{') ? text : text.match(/^data: (\{.*)$/m)?.[1];
  return json ? JSON.parse(json) : {};
}

/** The headers of a client of this revision: a session's for 2025-11-25, none of its own for 2026-07-28. */
export async function connect(url, revision) {
  if (revision === MODERN) return { ...BASE, 'MCP-Protocol-Version': MODERN };
  const reply = await post(url, BASE, {
    jsonrpc: '2.0', id: 0, method: 'initialize',
    params: { protocolVersion: revision, capabilities: {}, clientInfo: META['io.modelcontextprotocol/clientInfo'] },
  });
  await reply.text();
  const headers = {
    ...BASE, 'MCP-Protocol-Version': revision, 'Mcp-Session-Id': reply.headers.get('mcp-session-id'),
  };
  await (await post(url, headers, { jsonrpc: '2.0', method: 'notifications/initialized' })).text();
  return headers;
}

/** One tools/call as {headers, body}. */
export function toolCall(headers, revision, name, args) {
  const params = { name, arguments: args };
  if (revision !== MODERN) return { headers, body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params } };
  return {
    headers: { ...headers, 'Mcp-Method': 'tools/call', 'Mcp-Name': name },
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...params, _meta: META } },
  };
}

/** Sends the call once and returns its result; a refusal throws. */
export async function answer(url, { headers, body }) {
  const text = await (await post(url, headers, body)).text();
  const { result } = messageOf(text);
  if (!result || result.isError) throw new Error(`no result: ${text}`);
  return result;
}

/** The connection ended before the whole answer came: whether the call had its effect is not known. */
export class Lost extends Error {}

/** Whoever calls tools in the stateless revision: there is no session that could be lost with a server. */
export class Caller {
  #headers;

  constructor(url, token) {
    this.url = url;
    this.#headers = {
      ...BASE, 'MCP-Protocol-Version': MODERN, ...(token && { Authorization: `Bearer ${token}` }),
    };
  }

  /** A member of staff, signed in. */
  static async signedIn(url, phone, password) {
    const { access_token: token } = await new Caller(url).ask('login', { phone, password });
    return new Caller(url, token);
  }

  /**
   * Calls a tool once: {value} or {refusal: {code, message, details}}, where an error of the protocol or of
   * HTTP has its number as its code. Throws Lost when no whole answer came.
   */
  async call(name, args) {
    const { headers, body } = toolCall(this.#headers, MODERN, name, args);
    let status, text;
    try {
      const reply = await fetch(this.url, {
        method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(ANSWER_MAX_MS),
      });
      ({ status } = reply);
      text = await reply.text();
    } catch (why) {
      if (why.name === 'TimeoutError') return { refusal: { code: 'no answer', message: `${ANSWER_MAX_MS} ms passed` } };
      throw new Lost(why.cause?.message ?? why.message);
    }
    const { result, error } = messageOf(text);
    if (error) return { refusal: { code: String(error.code), message: error.message } };
    if (!result) return { refusal: { code: `HTTP ${status}`, message: text } };
    if (result.isError) return { refusal: JSON.parse(result.content[0].text).error };
    return { value: result.structuredContent };
  }

  /** Calls a tool that has to succeed and returns its value. */
  async ask(name, args = {}) {
    const { value, refusal } = await this.call(name, args);
    if (refusal) throw new Error(`${name} refused: ${refusal.code}: ${refusal.message}`);
    return value;
  }

  /** The same for what the shop wants confirmed first: the caller agrees to whatever effect it names. */
  async confirm(name, args) {
    const { value, refusal } = await this.call(name, args);
    if (!refusal) return value;
    if (refusal.code !== 'confirmation_required') throw new Error(`${name} refused: ${refusal.code}: ${refusal.message}`);
    return this.ask(name, { ...args, confirmation_token: refusal.details.confirmation_token });
  }

  /** Every item of a list tool, page after page. */
  async list(name, args = {}) {
    const items = [];
    for (;;) {
      const page = await this.ask(name, { ...args, skip: items.length, limit: 100 });
      items.push(...page.items);
      if (!page.has_more) return items;
    }
  }
}
