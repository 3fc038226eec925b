// The tools as listed by the running server, compiled by ajv in both dialects that clients use.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
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

test('defaults of the input schemas obey the schemas they stand in', () => {
  const ajv = new Ajv2020({ strict: true });
  let defaults = 0;
  for (const tool of tools)
    for (const [name, schema] of Object.entries(tool.inputSchema.properties))
      if ('default' in schema) {
        defaults += 1;
        assert.ok(ajv.validate(schema, schema.default), `${tool.name}.${name}: ${ajv.errorsText()}`);
      }
  assert.ok(defaults > 10, 'the walk found the defaults');
});

test('the whole list stays small enough for a model to read', () => {
  // Input side only: what hosts put before the model. Four characters are about one token, and lists of
  // more than some 17,000 tokens are what users of other servers complain about.
  const size = tools.reduce(
    (sum, { name, description, inputSchema }) => sum + JSON.stringify({ name, description, inputSchema }).length, 0);
  assert.ok(size < 70_000, `${size} characters of definitions`);
});
