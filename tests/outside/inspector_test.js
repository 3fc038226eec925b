// The MCP Inspector's command line, the tool a newcomer tries first, on the three transports and in both
// eras; --strict lets it judge the portability of the schemas.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { binary, Shop } from '../../js/shop.js';

const inspector = fileURLToPath(new URL('node_modules/.bin/mcp-inspector', import.meta.url));
let shop;
before(async () => (shop = await (await Shop.open()).serve()));
after(() => shop?.close());

async function inspect(...args) {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath, [inspector, '--cli', ...args], { env: shop.env, timeout: 60_000, maxBuffer: 1 << 24 });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`the Inspector printed no JSON:\n${stdout}\n${stderr}`);
  }
}
const count = (listing) => (listing.tools ?? listing.result?.tools)?.length;

test('lists the tools over stdio', async () => {
  // It hands the server an environment of its own making, so the shop is named by -e.
  const listing = await inspect('-e', `SHOPKEEPER_HOME=${shop.home}`, '--method', 'tools/list', '--format', 'json',
    '--', binary, 'stdio');
  assert.equal(count(listing), 37);
});

test('lists the tools over Streamable HTTP, and finds their schemas portable', async () => {
  const listing = await inspect(`${shop.url}/mcp`, '--transport', 'http', '--method', 'tools/list', '--format',
    'json', '--strict');
  assert.equal(count(listing), 37);
});

test('lists the tools over HTTP+SSE', async () => {
  const listing = await inspect(`${shop.url}/sse`, '--transport', 'sse', '--method', 'tools/list', '--format', 'json');
  assert.equal(count(listing), 37);
});

test('lists the tools in the stateless era', async () => {
  const config = join(shop.home, 'inspector.json');
  await writeFile(config, JSON.stringify({
    mcpServers: { shop: { type: 'streamable-http', url: `${shop.url}/mcp`, protocolEra: 'modern' } },
  }));
  const listing = await inspect('--config', config, '--server', 'shop', '--method', 'tools/list', '--format', 'json');
  assert.equal(count(listing), 37);
});

test('calls a tool', async () => {
  const answer = await inspect(`${shop.url}/mcp`, '--transport', 'http', '--method', 'tools/call', '--tool-name',
    'get_product', '--tool-arg', 'product_id=5', '--format', 'json');
  const result = answer.result ?? answer;
  assert.equal(result.structuredContent.id, 5);
});
