// kill -9 at random moments of a run of orders: of the server on each engine, then of PostgreSQL itself.
// Customers repeat an order under its key until they are answered. Judged by what the shop holds
// afterwards: every acknowledged order once, the stock that they take, and how soon it answered again.
import { pause } from '../js/server.js';
import { number } from '../js/table.js';
import { Customers } from './customers.js';
import { onEachShop } from './engines.js';
import { wrongKeys, wrongOrders, wrongStock } from './findings.js';
import { director, putOnSale, recordsOf } from './goods.js';
import { randomFrom, someOf } from './random.js';
import { ClusterVictim, ServerVictim } from './victims.js';

const CUSTOMERS = 8;
/** A kill comes up to this long after the order that was drawn for it. */
const DELAY_MAX_MS = 15;
/** Pieces on the shelf for each order: were one doubled, it would not be refused but found. */
const SPARE = 2;
const PROGRESS_EVERY = 10;
/** Upper ends of the steps in which the times to the first answer are counted. */
const STEPS_MS = [50, 100, 200, 500, 1000, 3000];

export const title = 'kill -9 of servers in the middle of orders: none acknowledged is lost, none is doubled';

export const options = {
  orders: { default: '5000', help: 'orders of each run' },
  kills: { default: '200', help: 'kills of the server on each engine' },
  'postgresql-kills': { default: '20', help: 'kills of PostgreSQL itself' },
  within: { default: '3000', help: 'ms in which what was killed must answer again' },
};

/** Kills the victim at each of the moments, which count acknowledged orders; returns the times to the first answer. */
async function killAtRandom(victim, customers, moments, random, progress) {
  const restarts = [];
  let inFlight = 0;
  for (const moment of moments) {
    await customers.reached(moment);
    await pause(random() * DELAY_MAX_MS);
    inFlight += customers.inFlight;
    await victim.kill();
    const began = performance.now();
    await victim.start();
    restarts.push(performance.now() - began);
    if (restarts.length % PROGRESS_EVERY === 0)
      progress(`${victim.name} killed ${restarts.length} of ${moments.length} times, ` +
        `${customers.acknowledged.size} of ${customers.orders} orders`);
  }
  return { restarts, inFlight };
}

async function play(engine, shop, victim, kills, { counts, seed, progress }) {
  const random = randomFrom(seed);
  const name = `Kill ${engine} ${victim.name}`;
  const goods = await putOnSale(await director(shop, victim.server.url), name, SPARE * counts.orders);
  const customers = new Customers(victim.server.url, goods, counts.orders, `${name}-${seed}`);

  const [{ restarts, inFlight }] = await Promise.all([
    killAtRandom(victim, customers, someOf(kills, counts.orders - CUSTOMERS, random), random,
      (text) => progress(`${engine}: ${text}`)),
    customers.order(CUSTOMERS),
  ]);
  await customers.repeatAll(CUSTOMERS);

  const records = await recordsOf(await director(shop, victim.server.url), goods);
  const found = new Set(records.orders.map(({ notes }) => notes));
  const slow = restarts.filter((ms) => ms >= counts.within).length;
  const findings = [
    ...customers.findings, ...victim.findings(), ...wrongOrders(records.orders, [...customers.acknowledged.values()]),
    ...wrongKeys(records.orders, customers.acknowledged), ...wrongStock(records, goods, counts.orders, 0),
    ...(await shop.check()), ...(slow ? [`${slow} restarts took ${counts.within} ms or more`] : []),
  ];
  return {
    findings: findings.map((finding) => `${engine}, ${victim.name}: ${finding}`),
    row: [
      engine, victim.name, restarts.length, customers.acknowledged.size,
      [...customers.acknowledged.keys()].filter((key) => !found.has(key)).length, records.orders.length - found.size,
      inFlight, customers.lost, customers.putOff, customers.answeredLate,
    ],
    restarts: [engine, victim.name, ...distribution(restarts)],
  };
}

function distribution(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const between = (from, to) => sorted.filter((ms) => ms >= from && ms < to).length;
  return [
    number(at(0.5)), number(at(0.95)), number(at(1)),
    ...STEPS_MS.map((to, i) => between(STEPS_MS[i - 1] ?? 0, to)), between(STEPS_MS.at(-1), Infinity),
  ];
}

export async function prove(setup) {
  const runs = [];
  await onEachShop(setup, async ({ engine, shop, cluster }) => {
    const server = await shop.startServer();
    const victim = new ServerVictim(shop, server);
    runs.push(await play(engine, shop, victim, setup.counts.kills, setup));
    if (cluster) {
      const kills = setup.counts['postgresql-kills'];
      runs.push(await play(engine, shop, new ClusterVictim(cluster, victim.server), kills, setup));
    } else if (engine === 'postgresql') {
      setup.progress('PostgreSQL of --url is not ours to kill: that part is left out');
    }
  });
  return {
    tables: [
      {
        head: ['engine', 'killed', 'times', 'acknowledged', 'missing', 'doubled', 'calls in flight at a kill',
          'connections lost', 'put off', 'made, answered on repeating'],
        rows: runs.map(({ row }) => row),
      },
      {
        head: ['engine', 'killed', 'restart to first answer, p50 ms', 'p95', 'max',
          ...STEPS_MS.map((ms) => `< ${ms}`), `>= ${STEPS_MS.at(-1)}`],
        rows: runs.map(({ restarts }) => restarts),
      },
    ],
    findings: runs.flatMap(({ findings }) => findings),
  };
}
