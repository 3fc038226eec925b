// The same servers on stdio, asked by a C++ client: one call at a time, 64 in flight, and how long from
// the start of the process to the first tools/list answer.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median, number, spread, table } from '../../js/table.js';

const WINDOW = 64;

export async function measureStdio(setup) {
  const ours = [setup.shopkeeper, 'stdio'];
  const peer = (name) => [setup.node, join(setup.peers, name), 'stdio'];
  const hours = { tool: 'get_working_hours', arguments: '{}', expect: 'Asia/Almaty' };
  const echo = { tool: 'echo', arguments: '{"text":"hello"}', expect: '"hello"' };
  const all = [
    { name: 'get_working_hours, handshake', revision: '2025-11-25', command: ours, ...hours },
    { name: 'get_working_hours, stateless', revision: '2026-07-28', command: ours, ...hours },
    { name: 'TypeScript SDK 1 echo, handshake', revision: '2025-11-25', command: peer('sdk_v1.js'), ...echo },
    { name: 'TypeScript SDK 2 echo, handshake', revision: '2025-11-25', command: peer('sdk_v2.js'), ...echo },
    { name: 'TypeScript SDK 2 echo, stateless', revision: '2026-07-28', command: peer('sdk_v2.js'), ...echo },
  ];

  const measure = async (...args) =>
    JSON.parse((await promisify(execFile)(setup.bench, args, { env: setup.env })).stdout);
  const calls = (candidate, window) => measure('calls', '--revision', candidate.revision, '--tool', candidate.tool,
    '--arguments', candidate.arguments, '--expect', candidate.expect, '--seconds', String(setup.seconds), '--window',
    String(window), '--', ...candidate.command);
  const start = (candidate) => measure('start', '--revision', candidate.revision, '--times', '5', '--',
    ...candidate.command);

  const samples = new Map(all.map(({ name }) => [name, { alone: [], many: [], start: [] }]));
  for (let round = 1; round <= setup.rounds; round += 1)
    for (const candidate of all) {
      setup.progress(`stdio round ${round}: ${candidate.name}`);
      const sample = samples.get(candidate.name);
      sample.start.push(await start(candidate));
      sample.alone.push(await calls(candidate, 1));
      sample.many.push(await calls(candidate, WINDOW));
    }
  return summary(all, samples, ours);
}

function summary(all, samples, ours) {
  const list = (name, kind, field) => samples.get(name)[kind].map((sample) => sample[field]);
  const of = (name, kind, field) => median(list(name, kind, field));
  const names = all.map(({ name }) => name);
  const mine = all.filter(({ command }) => command === ours).map(({ name }) => name);
  const peers = names.filter((name) => !mine.includes(name));
  const worst = (kind, field, pick) => pick(...mine.map((name) => of(name, kind, field)));
  const rival = (kind, field, pick) => pick(...peers.map((name) => of(name, kind, field)));
  const alone = worst('alone', 'calls_per_s', Math.min) / rival('alone', 'calls_per_s', Math.max);
  const many = worst('many', 'calls_per_s', Math.min) / rival('many', 'calls_per_s', Math.max);
  const startMs = worst('start', 'p50_ms', Math.max);
  const startRatio = rival('start', 'p50_ms', Math.min) / startMs;
  return {
    numbers: Object.fromEntries(samples),
    sections: [
      '## tools/call over stdio', '',
      table(['candidate', 'one at a time, calls/s', 'p50 us', 'p99 us', `${WINDOW} in flight, calls/s`, 'CPU us/call',
        'first tools/list, ms', 'MiB after it'],
      names.map((name) => [
        name,
        `${number(of(name, 'alone', 'calls_per_s'))} ±${spread(list(name, 'alone', 'calls_per_s'))}%`,
        number(of(name, 'alone', 'p50_us')), number(of(name, 'alone', 'p99_us')),
        `${number(of(name, 'many', 'calls_per_s'))} ±${spread(list(name, 'many', 'calls_per_s'))}%`,
        number(of(name, 'many', 'cpu_us_per_call')),
        `${number(of(name, 'start', 'p50_ms'))} ±${spread(list(name, 'start', 'p50_ms'))}%`,
        number(of(name, 'start', 'resident_kib') / 1024),
      ])), '',
    ],
    aims: [
      { name: 'stdio, one at a time, to the quicker SDK', wanted: '>= 1x', measured: `${number(alone)}x`, holds: alone >= 1 },
      { name: `stdio, ${WINDOW} in flight, to the quicker SDK`, wanted: '>= 2x', measured: `${number(many)}x`, holds: many >= 2 },
      { name: 'process start to the first tools/list answer', wanted: '< 30 ms', measured: `${number(startMs)} ms`, holds: startMs < 30 },
      { name: 'the same, to the quicker SDK', wanted: '<= 1/15', measured: `1/${number(startRatio)}`, holds: startRatio >= 15 },
    ],
  };
}
