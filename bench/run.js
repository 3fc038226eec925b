// ./dev bench: this server beside the smallest servers on the official TypeScript SDKs, in one run on one
// machine, candidates taking turns; then our own shop work beside the part of it that cannot be avoided.
// Only ratios mean anything. The report goes to the terminal and to build/bench/report.md.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { table } from '../js/table.js';
import { measureHttp } from './lib/http.js';
import { measurePostgresql } from './lib/postgresql.js';
import { measureGrowth, measureShop } from './lib/shop.js';
import { measureStdio } from './lib/stdio.js';
import { measureStreams } from './lib/streams.js';

const HELP = `usage: ./dev bench [options]

  --only PARTS     of http,streams,stdio,shop,postgresql,growth, separated by commas (default: all)
  --rounds N       rounds of each measurement (default 3)
  --seconds S      seconds of each measurement in a round (default 3); growth: at most 2, and 200 samples
                   a point at least unless that takes ten times as long
  --orders N       the largest number of orders of the growth curve (default 1000000)
  --quick          one round of one second and a short curve: shows that it works, not how fast
`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'http,streams,stdio,shop,postgresql,growth' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    orders: { type: 'string', default: '1000000' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const root = join(import.meta.dirname, '..');
const home = await mkdtemp(join(tmpdir(), 'shopkeeper-bench-'));
const setup = {
  shopkeeper: join(root, 'build/release/src/server/shopkeeper'),
  bench: join(root, 'build/release/bench/shopkeeper_bench'),
  node: process.execPath,
  peers: join(import.meta.dirname, 'peers'),
  home,
  database: join(home, 'data', 'shop.db'),
  env: { ...process.env, HOME: home, SHOPKEEPER_HOME: home, SHOPKEEPER_RATE_ENABLED: '0' },
  rounds: options.quick ? 1 : Number(options.rounds),
  seconds: options.quick ? 1 : Number(options.seconds),
  orders: options.quick ? 10_000 : Number(options.orders),
  progress: (text) => process.stderr.write(`bench: ${text}\n`),
};
delete setup.env.SHOPKEEPER_DB;

const PARTS = {
  http: measureHttp, streams: measureStreams, stdio: measureStdio, shop: measureShop,
  postgresql: measurePostgresql, growth: measureGrowth,
};

const report = [];
const numbers = {};
const aims = [];
try {
  await promisify(execFile)(setup.shopkeeper, ['init', '--demo'], { env: setup.env });
  for (const part of options.only.split(',')) {
    if (!PARTS[part]) throw new Error(`unknown part '${part}'\n${HELP}`);
    const result = await PARTS[part](setup);
    numbers[part] = result.numbers;
    report.push(...result.sections);
    aims.push(...result.aims);
  }
} finally {
  await rm(home, { recursive: true, force: true });
}

const machine = `${availableParallelism()} cores (${cpus()[0].model.trim()}), ${setup.rounds} rounds of ${setup.seconds} s, ` +
  `medians, ± half the range between rounds; clients and servers share the machine`;
const text = [
  '# Measurements', '', machine, '', ...report, '## Aims', '',
  table(['aim', 'wanted', 'measured', ''], aims.map(({ name, wanted, measured, holds }) =>
    [name, wanted, measured, holds ? 'holds' : 'MISSED'])), '',
].join('\n');
process.stdout.write(`\n${text}`);

const folder = join(root, 'build/bench');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'report.md'), text);
writeFileSync(join(folder, 'numbers.json'), JSON.stringify(numbers, null, 1));
setup.progress(`written to ${folder}`);
