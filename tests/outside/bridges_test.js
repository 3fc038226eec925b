// The bridges that people put between a client and a server that speak different transports: mcp-remote
// (stdio to HTTP) and supergateway (either way). Behind each of them the official SDK's client lists the
// tools and reads one product.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as SseV1 } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { whenLeaving } from '../../js/leaving.js';
import { freePort } from '../../js/server.js';
import { binary, Shop } from '../../js/shop.js';

const identity = { name: 'outside-test', version: '1.0.0' };
const PATIENCE_MS = 60_000;

/** A program of node_modules as command and arguments. */
const program = (path, ...args) => ({
  command: process.execPath, args: [fileURLToPath(new URL(`node_modules/${path}`, import.meta.url)), ...args],
});
const mcpRemote = (...args) => program('mcp-remote/dist/proxy.js', ...args);
const supergateway = (...args) => program('supergateway/dist/index.js', ...args);

async function useShop(client, transport) {
  try {
    await client.connect(transport, { timeout: PATIENCE_MS });
    const { tools } = await client.listTools(undefined, { timeout: PATIENCE_MS });
    assert.equal(tools.length, 37);
    const result = await client.callTool({ name: 'get_product', arguments: { product_id: 5 } }, undefined,
      { timeout: PATIENCE_MS });
    assert.equal(result.structuredContent.id, 5);
  } finally {
    await client.close();
  }
}

suite('bridges', () => {
  let shop;
  before(async () => (shop = await (await Shop.open()).serve()));
  after(() => shop?.close());

  /** Starts a bridge that listens, for as long as `use` takes. */
  async function listening({ command, args }, port, use) {
    const bridge = spawn(command, args, { env: shop.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stays = whenLeaving(() => bridge.kill('SIGKILL'));
    try {
      await new Promise((ready, failed) => {
        let text = '';
        const hear = (chunk) => {
          text += chunk;
          if (text.includes(`Listening on port ${port}`)) ready();
        };
        bridge.stdout.on('data', hear);
        bridge.stderr.on('data', hear);
        bridge.once('exit', (code) => failed(new Error(`the bridge ended with ${code}: ${text}`)));
      });
      await use();
    } finally {
      stays();
      bridge.removeAllListeners('exit');
      const ended = bridge.exitCode === null ? once(bridge, 'exit') : undefined;
      bridge.kill('SIGTERM');
      await ended;
    }
  }

  test('mcp-remote, by handshake', () =>
    useShop(new ClientV1(identity), new StdioV1({
      ...mcpRemote(`${shop.url}/mcp`, '--transport', 'http-only'), env: shop.env, stderr: 'ignore',
    })));

  test('mcp-remote, probing', () =>
    useShop(new ClientV2(identity, { versionNegotiation: { mode: 'auto' } }), new StdioV2({
      ...mcpRemote(`${shop.url}/mcp`, '--protocol', 'auto'), env: shop.env, stderr: 'ignore',
    })));

  test('mcp-remote, HTTP+SSE', () =>
    useShop(new ClientV1(identity), new StdioV1({
      ...mcpRemote(`${shop.url}/sse`, '--transport', 'sse-only'), env: shop.env, stderr: 'ignore',
    })));

  test('supergateway, HTTP to stdio', () =>
    useShop(new ClientV1(identity), new StdioV1({
      ...supergateway('--streamableHttp', `${shop.url}/mcp`, '--logLevel', 'none'), env: shop.env, stderr: 'ignore',
    })));

  test('supergateway, stdio to Streamable HTTP', async () => {
    const port = await freePort();
    const bridge = supergateway('--stdio', `${binary} stdio`, '--outputTransport', 'streamableHttp', '--stateful',
      '--port', String(port));
    await listening(bridge, port, () =>
      useShop(new ClientV1(identity), new HttpV1(new URL(`http://127.0.0.1:${port}/mcp`))));
  });

  test('supergateway, stdio to HTTP+SSE', async () => {
    const port = await freePort();
    const bridge = supergateway('--stdio', `${binary} stdio`, '--port', String(port));
    await listening(bridge, port, () =>
      useShop(new ClientV1(identity), new SseV1(new URL(`http://127.0.0.1:${port}/sse`))));
  });
});
