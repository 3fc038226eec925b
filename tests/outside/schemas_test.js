// The tools as listed by the running server, compiled by ajv in both dialects that clients use.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { binary, Shop } from '../../js/shop.js';

let shop, client, tools;
before(async () => {
  shop = await Shop.open();
  client = new Client({ name: 'outside-test', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: binary, args: ['stdio'], env: shop.env, stderr: 'ignore' }));
  ({ tools } = await client.listTools());
});
after(async () => {
  await client?.close();
  await shop?.close();
});

for (const [dialect, make] of [
  ['draft-07', () => new Ajv({ strict: true, allowUnionTypes: true })],
  ['2020-12', () => new Ajv2020({ strict: true, allowUnionTypes: true })],
]) {
  for (const kind of ['inputSchema', 'outputSchema'])
    test(`every ${kind} compiles as ${dialect}`, () => {
      assert.equal(tools.length, 37);
      for (const tool of tools)
        assert.doesNotThrow(() => make().compile(tool[kind]), `${tool.name}.${kind}`);
    });
}

test('the whole list costs a model at most 12,000 tokens', () => {
  const list = JSON.stringify({ tools });
  assert.ok(Buffer.byteLength(list) / 4 <= 12_000, `${Buffer.byteLength(list)} bytes of definitions`);
  const tokens = countTokens(list);
  assert.ok(tokens <= 12_000, `${tokens} tokens of definitions`);
});
