// The bundle for Claude Desktop: made, judged by the official tool, unpacked elsewhere, and started as a
// host starts it, from its own manifest, on a folder that holds no shop yet.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { temporaryFolder } from '../../js/leaving.js';
import { binary } from '../../js/shop.js';

const run = promisify(execFile);
const source = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const buildFolder = () => dirname(dirname(dirname(binary)));

suite('the bundle', () => {
  let folder, manifest, made;
  const unpacked = () => join(folder.path, 'unpacked');
  before(async () => {
    folder = temporaryFolder('shopkeeper-bundle-');
    const { stdout } = await run(process.execPath,
      [source('bundle/bundle.js'), buildFolder(), folder.path, 'https://shop.example/releases/']);
    [made] = stdout.match(/\S+\.mcpb/);
    await run(process.execPath, [source('bundle/node_modules/@anthropic-ai/mcpb/dist/cli/cli.js'), 'unpack', made, unpacked()]);
    manifest = JSON.parse(await readFile(join(unpacked(), 'manifest.json'), 'utf8'));
  });
  after(() => folder?.remove());

  test('names every tool, and the version of the program', async () => {
    const { stdout } = await run(binary, ['--version']);
    assert.equal(stdout.trim(), `shopkeeper ${manifest.version}`);
    assert.equal(manifest.tools.length, 37);
    assert.ok(manifest.tools.every(({ description }) => description));
  });

  test('brings every library but the C library', async () => {
    const { stdout } = await run('ldd', [join(unpacked(), manifest.server.entry_point)]);
    const outside = stdout.split('\n').filter((line) => line.includes('=>') && !line.includes(unpacked()));
    assert.deepEqual(outside.filter((line) => !/^\s*(libc|libm|libdl|librt|libpthread)\.so/.test(line)), []);
  });

  test('starts from its manifest and sells from the demo shop', async () => {
    const home = join(folder.path, 'home');
    const fill = (text) => text
      .replace('${__dirname}', unpacked())
      .replace(/\$\{user_config\.(\w+)\}/, (_, name) => (name === 'home' ? home : manifest.user_config[name].default));
    const { command, args, env } = manifest.server.mcp_config;
    const client = new Client({ name: 'outside-test', version: '1.0.0' });
    await client.connect(new StdioClientTransport({
      command: fill(command),
      args: args.map(fill),
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])),
      stderr: 'ignore',
    }));
    try {
      assert.equal((await client.listTools()).tools.length, 37);
      const { structuredContent } = await client.callTool({ name: 'list_products', arguments: {} });
      assert.ok(structuredContent.items.length > 0);
    } finally {
      await client.close();
    }
  });

  test('the registry finds it under the name on the server card', async () => {
    const entry = JSON.parse(await readFile(join(folder.path, 'server.json'), 'utf8'));
    assert.equal(entry.name, 'dev.shopkeeper/shopkeeper');
    assert.ok(entry.description.length <= 100);
    assert.equal(entry.version, manifest.version);
    assert.equal(entry.packages.length, 1);
    const [item] = entry.packages;
    assert.match(item.identifier, /^https:\/\/shop\.example\/releases\/shopkeeper-.*\.mcpb$/);
    assert.match(item.fileSha256, /^[0-9a-f]{64}$/);
    const kept = JSON.parse(await readFile(source('server.json'), 'utf8'));
    assert.equal(kept.version, manifest.version, 'server.json of the repository names this version');
  });
});
