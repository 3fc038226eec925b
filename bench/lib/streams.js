// What a thousand clients cost who only listen: memory for each open stream, and what is left of the rate of
// calls beside them. Listens of 2026-07-28 and GET streams of sessions, in turns with nobody listening.
import { Agent, request } from 'node:http';
import { connect, toolCall } from '../../js/mcp.js';
import { freePort, Server } from '../../js/server.js';
import { median, number, spread, table } from '../../js/table.js';
import { load } from './http.js';

const STREAMS = 1000;
const CONNECTIONS = 16;
const AT_ONCE = 50;

/** Opens one event stream and waits for its first bytes; returns what closes it. */
function open(agent, url, method, headers, body) {
  return new Promise((opened, failed) => {
    const asking = request(url, { method, headers, agent }, (reply) => {
      if (reply.statusCode !== 200) failed(new Error(`a stream was refused with ${reply.statusCode}`));
      reply.resume();
      reply.on('error', () => {});
      opened(() => asking.destroy());
    });
    asking.on('error', failed);
    asking.end(body);
  });
}

const listen = (server, stateless) => {
  const { headers, body } = toolCall(stateless, '2026-07-28', 'none', {});
  const params = { _meta: body.params._meta, notifications: { resourceSubscriptions: ['shop://8/card'] } };
  const { 'Mcp-Name': _, ...rest } = headers;
  return (agent) => open(agent, server.url, 'POST', { ...rest, 'Mcp-Method': 'subscriptions/listen' },
    JSON.stringify({ ...body, method: 'subscriptions/listen', params }));
};

const getStream = (server) => async (agent) => {
  const { Accept: _, 'Content-Type': __, ...session } = await connect(server.url, '2025-11-25');
  return open(agent, server.url, 'GET', { ...session, Accept: 'text/event-stream' });
};

async function openAll(one) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const closers = [];
  while (closers.length < STREAMS)
    closers.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => one(agent)))));
  return () => {
    closers.forEach((close) => close());
    agent.destroy();
  };
}

export async function measureStreams(setup) {
  const port = await freePort();
  const server = await Server.start(
    [setup.shopkeeper, 'serve', '--host', '127.0.0.1', '--port', String(port)], port, setup.env);
  try {
    const stateless = await connect(server.url, '2026-07-28');
    const call = {
      name: 'get_working_hours', server,
      call: toolCall(stateless, '2026-07-28', 'get_working_hours', {}),
    };
    const kinds = { 'subscriptions/listen': listen(server, stateless), 'GET of a session': getStream(server) };
    await load({ ...setup, seconds: 1 }, call, CONNECTIONS); // warm up
    const samples = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, { alone: [], beside: [], kib: [] }]));
    for (let round = 1; round <= setup.rounds; round += 1)
      for (const [kind, one] of Object.entries(kinds)) {
        setup.progress(`streams round ${round}: ${STREAMS} of ${kind}`);
        samples[kind].alone.push((await load(setup, call, CONNECTIONS)).rate);
        const before = server.residentMib;
        const closeAll = await openAll(one);
        samples[kind].kib.push(((server.residentMib - before) * 1024) / STREAMS);
        samples[kind].beside.push((await load(setup, call, CONNECTIONS)).rate);
        closeAll();
      }
    return summary(samples);
  } finally {
    await server.stop();
  }
}

function summary(samples) {
  const rows = [];
  const aims = [];
  for (const [kind, { alone, beside, kib }] of Object.entries(samples)) {
    const share = median(beside) / median(alone);
    // Later rounds find the memory of the first again: the first says what a stream takes.
    rows.push([kind, number(kib[0]), `${number(median(alone))} ±${spread(alone)}%`,
      `${number(median(beside))} ±${spread(beside)}%`, number(share)]);
    aims.push({
      name: `calls beside ${STREAMS} idle streams (${kind}) to calls alone`, wanted: '>= 0.8', measured: number(share),
      holds: share >= 0.8,
    });
  }
  return {
    numbers: samples,
    sections: [
      `## ${STREAMS} idle streams`, '',
      table(['streams', 'KiB each', 'calls/s alone', 'calls/s beside them', 'share'], rows), '',
    ],
    aims,
  };
}
