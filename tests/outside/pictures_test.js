// Pictures of the views, compared with those that were looked at and kept in pictures/. A view is taken as a
// result of the demo shop that never changes, in Inter, so that they look alike on every machine; what differs
// between versions of the browser (the edges of letters) is let through, what a person would see is not.
// UPDATE_SCREENSHOTS=1 keeps the pictures of this run.
import assert from 'node:assert/strict';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Ajv } from 'ajv';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { getToolUiResourceUri } from '@modelcontextprotocol/ext-apps/app-bridge';
import { binary, Shop } from '../../js/shop.js';
import { differing } from './support/compare.js';
import { Host } from './support/host.js';
import { resultOf, SAMPLES } from './support/samples.js';

const LOOKS = {
  light: { theme: 'light', locale: 'ru-RU', width: 720 },
  dark: { theme: 'dark', locale: 'kk-KZ', width: 720 },
  phone: { theme: 'light', locale: 'en-US', width: 360 },
};
const DIFFERING_MAX = 0.02;  // of the pixels
const UPDATES = process.env.UPDATE_SCREENSHOTS === '1';
const KEPT = join(import.meta.dirname, 'pictures');
const SEEN = join(import.meta.dirname, '../../build/pictures');  // those that differ, to be looked at

suite('pictures of the views', () => {
  let shop, client, tools, host;
  before(async () => {
    shop = await Shop.open();
    client = new Client({ name: 'outside-test', version: '1.0.0' });
    await client.connect(new StdioClientTransport({ command: binary, args: ['stdio'], env: shop.env, stderr: 'ignore' }));
    tools = new Map((await client.listTools()).tools.map((tool) => [tool.name, tool]));
    host = await Host.open();
  });
  after(async () => {
    await host?.close();
    await client?.close();
    await shop?.close();
  });

  test('the samples are what their tools may answer', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    for (const { tool, input, data } of Object.values(SAMPLES)) {
      // Of the file, which promises more than the list.
      const [file] = globSync(join(import.meta.dirname, `../../schemas/*/${tool}.json`));
      const { inputSchema, outputSchema } = JSON.parse(readFileSync(file));
      assert.ok(ajv.validate(inputSchema, input), `${tool}: ${ajv.errorsText()}`);
      if (data) assert.ok(ajv.validate(outputSchema, data), `${tool}: ${ajv.errorsText()}`);
    }
  });

  for (const [name, sample] of Object.entries(SAMPLES)) {
    for (const [look, { width, ...context }] of Object.entries(LOOKS)) {
      test(`${name}, ${look}`, async () => {
        const tool = tools.get(sample.tool);
        const { contents: [{ text: html }] } = await client.readResource({ uri: getToolUiResourceUri(tool) });
        const shown = await host.show({
          html, tool, input: sample.input, result: resultOf(sample), client, width, context });
        await shown.frame.locator('h1').waitFor();
        const picture = await shown.picture();
        const file = `${name}-${look}.png`;
        if (UPDATES) writeFileSync(join(KEPT, file), picture);
        assert.ok(existsSync(join(KEPT, file)), `no ${file} is kept: UPDATE_SCREENSHOTS=1 keeps one`);
        const share = await differing(shown.page, readFileSync(join(KEPT, file)), picture);
        await shown.close();
        if (share > DIFFERING_MAX) {
          mkdirSync(SEEN, { recursive: true });
          writeFileSync(join(SEEN, file), picture);
        }
        assert.ok(share <= DIFFERING_MAX, `${(share * 100).toFixed(1)} % of ${file} differ; see build/pictures`);
      });
    }
  }

  test('a picture that differs is told from one that does not', async () => {
    const page = await host.context.newPage();
    const [kept, other] = ['confirmation-light.png', 'confirmation-dark.png'].map((file) => readFileSync(join(KEPT, file)));
    assert.equal(await differing(page, kept, kept), 0);
    assert.ok((await differing(page, kept, other)) > 0.5);
  });
});
