// ./dev prove: drives the real server over HTTP from outside and judges what the shop holds afterwards.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { table } from '../js/table.js';
import { ENGINES } from './engines.js';
import * as kill from './kill.js';
import { inProcess } from './in_process.js';
import * as oversell from './oversell.js';
import * as replay from './replay.js';
import * as scale from './scale.js';

const PROOFS = {
  oversell,
  kill,
  'shared-stems': inProcess('shared-stems', 'bouquets of the same stems, ordered by many at once: ledger equals stock', {
    takes: ['seed'],
    options: {
      operations: { default: '10000', help: 'orders, changes and cancellations' },
      threads: { default: '16', help: 'clients at once' },
    },
  }),
  idempotency: inProcess('idempotency', 'every write tool repeated in every way: done once', {
    options: { duplicates: { default: '1000', help: 'of one order, at the same time' } },
  }),
  'replay-history': replay,
  scale,
};
const FINDINGS_SHOWN = 20;

const own = Object.assign({}, ...Object.values(PROOFS).map(({ options }) => options));
const lines = (pairs) => pairs.map(([name, text]) => `  ${name.padEnd(22)} ${text}\n`).join('');
const HELP = `usage: ./dev prove [NAME...] [FILE] [options]

${lines(Object.entries(PROOFS).map(([name, { title }]) => [name, title]))}
without a name all of them; FILE is the trade that replay-history lives; with

${lines([
    ['--engine ENGINE', `${ENGINES.join(', ')} or both (default both)`],
    ['--url URL', 'an empty PostgreSQL database to use instead of a throw-away server, for one proof'],
    ['--seed N', 'of everything random (default: another one each time, printed)'],
    ...Object.entries(own).map(([name, option]) => [`--${name} N`, `${option.help} (default ${option.default})`]),
  ])}`;

function parse() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      engine: { type: 'string', default: 'both' },
      url: { type: 'string' },
      seed: { type: 'string', default: String(randomInt(2 ** 32)) },
      help: { type: 'boolean', default: false },
      ...Object.fromEntries(
        Object.entries(own).map(([name, option]) => [name, { type: 'string', default: option.default }])),
    },
  });
  if (values.help) return { help: true };
  const named = positionals.filter((name) => PROOFS[name]);
  const others = positionals.filter((name) => !PROOFS[name]);
  if (others.length > (named.includes('replay-history') ? 1 : 0))
    throw new Error(`there is no proof '${others.at(-1)}', but ${Object.keys(PROOFS).join(', ')}`);
  const engines = values.engine === 'both' ? ENGINES : [values.engine];
  if (!ENGINES.includes(engines[0])) throw new Error(`--engine is ${ENGINES.join(', ')} or both`);
  const names = named.length ? named : Object.keys(PROOFS);
  if (values.url && names.length > 1) throw new Error('--url names one empty database, so name one proof');
  const number = (name) => {
    if (!/^\d+$/.test(values[name])) throw new Error(`--${name} is a whole number, not '${values[name]}'`);
    return Number(values[name]);
  };
  return {
    names,
    file: others[0],
    engines,
    url: values.url,
    seed: number('seed'),
    counts: Object.fromEntries(Object.keys(own).map((name) => [name, number(name)])),
  };
}

async function run({ names, ...setup }) {
  const failed = [];
  for (const name of names) {
    const progress = (text) => process.stderr.write(`${name}: ${text}\n`);
    progress(`seed ${setup.seed}`);
    const { tables, findings, skipped } = await PROOFS[name].prove({ ...setup, progress })
      .catch((why) => ({ tables: [], findings: [`it ended early: ${why.stack}`] }));
    for (const { head, rows } of tables) console.log(`\n${table(head, rows)}`);
    if (findings.length) console.log('');
    for (const finding of findings.slice(0, FINDINGS_SHOWN)) console.log(`wrong: ${finding}`);
    if (findings.length > FINDINGS_SHOWN) console.log(`and ${findings.length - FINDINGS_SHOWN} more`);
    const verdict = findings.length ? 'failed' : 'passed';
    console.log(`\n${name}: ${skipped ? `skipped: ${skipped}` : `${verdict} (seed ${setup.seed})`}`);
    if (findings.length) failed.push(name);
  }
  // Not only a code: customers of a run that ended early may still be waiting for their answers.
  process.exit(failed.length ? 1 : 0);
}

function parseOrRefuse() {
  try {
    return parse();
  } catch (why) {
    process.stderr.write(`prove: ${why.message}\n`);
    return process.exit(2);
  }
}

const setup = parseOrRefuse();
if (setup.help) process.stdout.write(HELP);
else await run(setup);
