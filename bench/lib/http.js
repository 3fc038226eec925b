// tools/call over HTTP keep-alive: throughput, latency and processor time with 16 and 64 connections, and
// memory idle and after the load. The peers answer an echo tool, which flatters them: it does nothing.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answer, connect, toolCall } from '../../js/mcp.js';
import { freePort, Server } from '../../js/server.js';
import { median, number, spread, table } from '../../js/table.js';

const CONNECTIONS = [16, 64];
const script = join(import.meta.dirname, '..', 'post.lua');

async function startServers(setup) {
  const ports = [await freePort(), await freePort(), await freePort()];
  const peer = (name, port) => [setup.node, join(setup.peers, name), 'http', String(port)];
  return {
    ours: await Server.start(
      [setup.shopkeeper, 'serve', '--host', '127.0.0.1', '--port', String(ports[0])], ports[0], setup.env),
    v1: await Server.start(peer('sdk_v1.js', ports[1]), ports[1], setup.env),
    v2: await Server.start(peer('sdk_v2.js', ports[2]), ports[2], setup.env),
  };
}

async function trackedOrder(url, headers) {
  const order = await answer(url, toolCall(headers, '2025-11-25', 'create_order', {
    customer_name: 'Bench', customer_phone: '+77000009100', items: [{ product_id: 13, quantity: 1 }],
    delivery_type: 'pickup', ask_delivery_time: true,
  }));
  return order.structuredContent.tracking_id;
}

async function candidates({ ours, v1, v2 }) {
  const session = await connect(ours.url, '2025-11-25');
  const stateless = await connect(ours.url, '2026-07-28');
  const tracking_id = await trackedOrder(ours.url, session);
  const of = (name, server, headers, revision, tool, args, expect) =>
    ({ name, server, call: toolCall(headers, revision, tool, args), expect });
  return [
    of('get_working_hours, session', ours, session, '2025-11-25', 'get_working_hours', {}, 'Asia/Almaty'),
    of('get_working_hours, stateless', ours, stateless, '2026-07-28', 'get_working_hours', {}, 'Asia/Almaty'),
    of('track_order, session', ours, session, '2025-11-25', 'track_order', { tracking_id }, tracking_id),
    of('TypeScript SDK 1 echo, session', v1, await connect(v1.url, '2025-11-25'), '2025-11-25', 'echo',
      { text: 'hello' }, 'hello'),
    of('TypeScript SDK 2 echo, stateless', v2, await connect(v2.url, '2026-07-28'), '2026-07-28', 'echo',
      { text: 'hello' }, 'hello'),
  ];
}

/** Loads one server for `setup.seconds` and counts; throws when a request failed. */
export async function load(setup, candidate, connections) {
  const file = join(setup.home, 'request.txt');
  const headers = Object.entries(candidate.call.headers).map(([name, value]) => `${name}: ${value}`);
  writeFileSync(file, [...headers, '', JSON.stringify(candidate.call.body)].join('\n'));
  const cpu = candidate.server.cpuSeconds;
  const { stdout } = await promisify(execFile)('wrk',
    ['-t1', `-c${connections}`, `-d${setup.seconds}s`, '--timeout', '10s', '-s', script, candidate.server.url],
    { env: { ...setup.env, WRK_REQUEST: file } });
  const result = JSON.parse(stdout.trim().split('\n').at(-1));
  const { refused, broken, timeouts } = result;
  if (refused + broken + timeouts > 0)
    throw new Error(`${candidate.name}: ${refused} requests refused, ${broken} broken off, ${timeouts} timed out`);
  return {
    rate: result.requests / result.seconds,
    p50: result.p50_ms,
    p99: result.p99_ms,
    cpu: ((candidate.server.cpuSeconds - cpu) * 1e6) / result.requests,
  };
}

export async function measureHttp(setup) {
  const servers = await startServers(setup);
  try {
    const all = await candidates(servers);
    // A fast error is no result: every candidate's reply is read before and after the load.
    const check = async () => {
      for (const { name, server, call, expect } of all)
        if (!JSON.stringify(await answer(server.url, call)).includes(expect)) throw new Error(`${name} answers wrongly`);
    };
    await check();
    const idle = Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, server.residentMib]));
    for (const candidate of all) await load({ ...setup, seconds: 1 }, candidate, 16); // warm up

    const samples = new Map(all.map(({ name }) => [name, Object.fromEntries(CONNECTIONS.map((c) => [c, []]))]));
    for (let round = 1; round <= setup.rounds; round += 1)
      for (const connections of CONNECTIONS)
        for (const candidate of all) {
          setup.progress(`http round ${round}, ${connections} connections: ${candidate.name}`);
          samples.get(candidate.name)[connections].push(await load(setup, candidate, connections));
        }
    await check();
    return summary(all, samples, servers, idle);
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }
}

function summary(all, samples, servers, idle) {
  const of = (name, connections, field) => median(samples.get(name)[connections].map((sample) => sample[field]));
  const rival = (connections) =>
    Math.max(...all.filter(({ name }) => name.includes('echo')).map(({ name }) => of(name, connections, 'rate')));
  const rows = all.flatMap(({ name }) => CONNECTIONS.map((connections) => [
    name, connections,
    `${number(of(name, connections, 'rate'))} ±${spread(samples.get(name)[connections].map(({ rate }) => rate))}%`,
    `${number(of(name, connections, 'rate') / rival(connections))}x`,
    number(of(name, connections, 'p50')), number(of(name, connections, 'p99')), number(of(name, connections, 'cpu')),
  ]));
  const memory = { 'shopkeeper': 'ours', 'TypeScript SDK 1': 'v1', 'TypeScript SDK 2': 'v2' };
  const lightTools = all.filter(({ server }) => server === servers.ours).map(({ name }) => name);
  const least = (connections) => Math.min(...lightTools.map((name) => of(name, connections, 'rate'))) / rival(connections);
  const tail = Math.max(...lightTools.map((name) => of(name, 64, 'p99') / of(name, 64, 'p50')));
  const leanest = Math.min(idle.v1, idle.v2);
  return {
    numbers: Object.fromEntries(samples),
    sections: [
      '## tools/call over HTTP', '',
      table(['candidate', 'connections', 'calls/s', 'to the quicker SDK', 'p50 ms', 'p99 ms', 'CPU us/call'], rows), '',
      '## Memory of the HTTP servers, MiB', '',
      table(['server', 'idle', 'peak under load'],
        Object.entries(memory).map(([name, key]) => [name, number(idle[key]), number(servers[key].peakMib)])), '',
    ],
    aims: [
      ...CONNECTIONS.map((connections) => ({
        name: `light tool over HTTP, ${connections} connections, to the quicker SDK's echo`, wanted: '>= 8x',
        measured: `${number(least(connections))}x`, holds: least(connections) >= 8,
      })),
      { name: 'p99 to p50 at 64 connections', wanted: '< 5', measured: number(tail), holds: tail < 5 },
      { name: 'idle memory to the leaner SDK', wanted: '<= 1/6', measured: `1/${number(leanest / idle.ours)}`,
        holds: idle.ours * 6 <= leanest },
    ],
  };
}
