// Makes the bundle that Claude Desktop installs with a double click, and the entry by which a registry
// finds it: node bundle/bundle.js BUILD_FOLDER OUT_FOLDER [ADDRESS]. The program and its libraries come out
// of BUILD_FOLDER; ADDRESS is where the bundle will be published.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';

const [build, out, address] = process.argv.slice(2);
if (!out) {
  console.error('usage: bundle.js BUILD_FOLDER OUT_FOLDER [ADDRESS]');
  process.exit(2);
}

const run = (command, args) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const write = (path, json) => writeFileSync(path, `${JSON.stringify(json, null, 2)}\n`);
const mcpb = (...args) =>
  run(process.execPath, [join(import.meta.dirname, 'node_modules/@anthropic-ai/mcpb/dist/cli/cli.js'), ...args]);

const content = join(out, 'content');
rmSync(content, { recursive: true, force: true });
mkdirSync(content, { recursive: true });
run('cmake', ['--install', build, '--component', 'bundle', '--strip', '--prefix', join(content, 'server')]);

// What the program says of itself stands in one place: the program; what registries say, in server.json.
const program = join(content, 'server/shopkeeper');
const version = run(program, ['--version']).trim().split(' ').at(-1);
const manifest = read('manifest.json');
manifest.version = version;
const entry = read('../server.json');
manifest.description = entry.description;
manifest.tools = JSON.parse(run(program, ['tools', '--json'])).tools
  .map(({ name, description }) => ({ name, description }));
write(join(content, 'manifest.json'), manifest);

const file = `shopkeeper-${version}-linux-${arch()}.mcpb`;
console.log(mcpb('validate', join(content, 'manifest.json')).trim());
mcpb('pack', content, join(out, file));

entry.version = version;
if (address) {
  entry.packages = [{
    registryType: 'mcpb',
    identifier: `${address.replace(/\/$/, '')}/${file}`,
    version,
    fileSha256: createHash('sha256').update(readFileSync(join(out, file))).digest('hex'),
    transport: { type: 'stdio' },
  }];
}
write(join(out, 'server.json'), entry);
console.log(`${join(out, file)}\n${join(out, 'server.json')}`);
