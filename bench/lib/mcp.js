// Just enough of an MCP client over HTTP to open a session and to write down one call for wrk.
const MODERN = '2026-07-28';
const META = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
};
const BASE = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

async function post(url, headers, message) {
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(message) });
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
  return reply;
}

/** The headers of a client of this revision: a session's for 2025-11-25, none of its own for 2026-07-28. */
export async function connect(url, revision) {
  if (revision === MODERN) return { ...BASE, 'MCP-Protocol-Version': MODERN };
  const reply = await post(url, BASE, {
    jsonrpc: '2.0', id: 0, method: 'initialize',
    params: { protocolVersion: revision, capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
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
  const json = JSON.parse(text.startsWith('{') ? text : text.match(/^data: (\{.*)$/m)[1]);
  if (!json.result || json.result.isError) throw new Error(`no result: ${text}`);
  return json.result;
}
