// The official client SDKs, both generations, on every transport: each lists the tools, buys and tracks
// a bouquet as a guest, then works in the stock room as a florist. The clients check every result
// against the tool's output schema by themselves.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as SseV1 } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as ClientV2, SSEClientTransport as SseV2, StreamableHTTPClientTransport as HttpV2 }
  from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { binary, FLORIST, Shop } from '../../js/shop.js';
import { TOOLS } from './support/tools.js';

const identity = { name: 'outside-test', version: '1.0.0' };
const stdio = (shop) => ({ command: binary, args: ['stdio'], env: shop.env, stderr: 'ignore' });
const modern = { versionNegotiation: { mode: { pin: '2026-07-28' } } };
const probing = { versionNegotiation: { mode: 'auto' } };

const STRANGERS = {
  'SDK 1, stdio': { client: () => new ClientV1(identity), transport: (shop) => new StdioV1(stdio(shop)) },
  'SDK 1, Streamable HTTP': {
    client: () => new ClientV1(identity),
    transport: (shop) => new HttpV1(new URL(`${shop.url}/mcp`)),
  },
  'SDK 1, HTTP+SSE': {
    client: () => new ClientV1(identity),
    transport: (shop) => new SseV1(new URL(`${shop.url}/sse`)),
  },
  'SDK 2 by handshake, stdio': {
    client: () => new ClientV2(identity),
    transport: (shop) => new StdioV2(stdio(shop)),
    version: '2025-11-25',
  },
  'SDK 2 by handshake, Streamable HTTP': {
    client: () => new ClientV2(identity),
    transport: (shop) => new HttpV2(new URL(`${shop.url}/mcp`)),
    version: '2025-11-25',
  },
  'SDK 2 by handshake, HTTP+SSE': {
    client: () => new ClientV2(identity),
    transport: (shop) => new SseV2(new URL(`${shop.url}/sse`)),
  },
  'SDK 2 pinned to 2026-07-28, stdio': {
    client: () => new ClientV2(identity, modern),
    transport: (shop) => new StdioV2(stdio(shop)),
    version: '2026-07-28',
  },
  'SDK 2 pinned to 2026-07-28, Streamable HTTP': {
    client: () => new ClientV2(identity, modern),
    transport: (shop) => new HttpV2(new URL(`${shop.url}/mcp`)),
    version: '2026-07-28',
  },
  'SDK 2 probing, stdio': {
    client: () => new ClientV2(identity, probing),
    transport: (shop) => new StdioV2(stdio(shop)),
    version: '2026-07-28',
  },
  'SDK 2 probing, Streamable HTTP': {
    client: () => new ClientV2(identity, probing),
    transport: (shop) => new HttpV2(new URL(`${shop.url}/mcp`)),
    version: '2026-07-28',
  },
};

async function allTools(client) {
  const tools = [];
  let cursor;
  do {
    const page = await client.listTools(cursor ? { cursor } : undefined);
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor);
  return tools;
}

/** Calls a tool, checks the double form of its result, returns the structured one. */
async function call(client, name, args = {}) {
  const result = await client.callTool({ name, arguments: args });
  assert.ok(!result.isError, `${name}: ${result.content?.[0]?.text}`);
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent, `${name}: text and structure differ`);
  return result.structuredContent;
}

for (const [name, stranger] of Object.entries(STRANGERS)) {
  suite(name, () => {
    let shop, client;
    before(async () => {
      shop = await Shop.open();
      if (!name.includes('stdio')) await shop.serve();
      client = stranger.client();
      await client.connect(stranger.transport(shop));
    });
    after(async () => {
      await client?.close();
      await shop?.close();
    });

    test('speaks the revision it should', (t) => {
      assert.equal(client.getServerVersion()?.name, 'shopkeeper');
      if (!stranger.version) return t.diagnostic('this transport does not fix one');
      assert.equal(client.getNegotiatedProtocolVersion(), stranger.version);
    });

    test('lists the 37 tools', async () => {
      const names = (await allTools(client)).map((tool) => tool.name);
      assert.deepEqual(names.toSorted(), TOOLS.toSorted());
    });

    test('buys a bouquet as a guest and tracks it', async () => {
      const found = await call(client, 'search_products_smart', { query: 'букет роз' });
      assert.ok(found.items.length > 0);
      const quote = await call(client, 'preview_order_cost', { items: [{ product_id: 13, quantity: 2 }] });
      assert.equal(quote.total, 7500); // 2 x 3000, delivery 1500 below 10000
      const order = await call(client, 'create_order', {
        customer_name: 'Гость', customer_phone: '+77000009001', items: [{ product_id: 13, quantity: 2 }],
        delivery_type: 'delivery', delivery_address: 'ул. Примерная 1', delivery_date: 'послезавтра',
        delivery_time: '14:00', idempotency_key: 'outside-1',
      });
      assert.equal(order.total, 7500);
      assert.equal(order.status, 'new');
      const tracked = await call(client, 'track_order', { tracking_id: order.tracking_id });
      assert.equal(tracked.order_number, order.order_number);
      assert.equal(tracked.customer_phone, undefined);
    });

    test('an order sent twice under one key is one order', async () => {
      const ask = {
        customer_name: 'Гость', customer_phone: '+77000009002', items: [{ product_id: 14, quantity: 1 }],
        delivery_type: 'pickup', delivery_date: 'послезавтра', delivery_time: '15:00', idempotency_key: 'outside-2',
      };
      const first = await call(client, 'create_order', ask);
      const second = await call(client, 'create_order', ask);
      assert.equal(second.tracking_id, first.tracking_id);
      assert.equal(second.idempotent_replay, true);
    });

    test('a guest is kept out of the stock room', async () => {
      const refused = await client.callTool({ name: 'list_warehouse_items', arguments: {} });
      assert.equal(refused.isError, true);
      assert.match(refused.content[0].text, /unauthenticated/);
    });

    test('a florist logs in and takes a delivery in', async () => {
      const { access_token: token } = await call(client, 'login', { phone: FLORIST, password: shop.passwordOf(FLORIST) });
      const me = await call(client, 'get_current_user', { token });
      assert.equal(me.role ?? me.user?.role, 'florist');
      const rose = async () =>
        (await call(client, 'list_warehouse_items', { token })).items.find((item) => item.id === 1);
      const earlier = await rose();
      const taken = await call(client, 'add_warehouse_stock', { token, warehouse_item_id: 1, quantity: 25 });
      assert.equal(taken.item.quantity, earlier.quantity + 25);
      assert.equal((await rose()).quantity, earlier.quantity + 25);
      const history = await call(client, 'get_warehouse_history', { token, warehouse_item_id: 1, limit: 1 });
      assert.equal(history.items[0].quantity_change, 25);
    });

    test('an unknown tool and a wrong argument are told apart', async () => {
      await assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }), /-32602|[Uu]nknown tool/);
      const wrong = await client.callTool({ name: 'get_product', arguments: { product_id: 'rose' } });
      assert.equal(wrong.isError, true);
      assert.match(wrong.content[0].text, /product_id/);
    });
  });
}
