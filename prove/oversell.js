// Many clients at once want more than there is: exactly the stock is sold, everybody else hears
// insufficient_stock and nothing else. Judged by what the shop holds afterwards: the orders, the shelf,
// then, all of them assembled, the ledger.
import { Caller, Lost } from '../js/mcp.js';
import { onEachShop } from './engines.js';
import { wrongOrders, wrongStock, wrongTally } from './findings.js';
import { director, orderOf, putOnSale, recordsOf, tally } from './goods.js';

const STOCK = 50;
const ASSEMBLERS = 8;
/** Several servers on one database are what PostgreSQL is for. */
const PROCESSES_MAX = { sqlite: 1, postgresql: 2 };

export const title = 'more clients than stock: exactly the stock is sold';

export const options = {
  rounds: { default: '20', help: 'rounds on each engine' },
  clients: { default: '32', help: 'clients at once' },
  attempts: { default: '10', help: 'orders each of them tries' },
};

/** `work(i)` for every i below `times`, `workers` at a time. */
async function inParallel(workers, times, work) {
  let next = 0;
  const worker = async () => {
    while (next < times) await work(next++);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

/** What each attempt came to: "sold", or the code of what the client was told. */
async function attemptAll(urls, goods, clients, attempts) {
  const outcomes = [];
  const numbers = [];
  const shopper = async (client) => {
    const caller = new Caller(urls[client % urls.length]);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      try {
        const { value, refusal } = await caller.call('create_order', orderOf(goods, client));
        outcomes.push(refusal ? refusal.code : 'sold');
        if (value) numbers.push(value.order_number);
      } catch (why) {
        if (!(why instanceof Lost)) throw why;
        outcomes.push(`connection lost: ${why.message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => shopper(client)));
  return { outcomes: tally(outcomes), numbers };
}

async function playRound(shop, urls, staff, name, { clients, attempts }) {
  const goods = await putOnSale(staff, name, STOCK);
  const began = performance.now();
  const { outcomes, numbers } = await attemptAll(urls, goods, clients, attempts);
  const seconds = (performance.now() - began) / 1000;

  const wanted = clients * attempts;
  const toSell = Math.min(STOCK, wanted);
  const sold = await recordsOf(staff, goods);
  const findings = [
    ...wrongTally(name, outcomes, new Map([['sold', toSell], ['insufficient_stock', wanted - toSell]])),
    ...wrongOrders(sold.orders, numbers), ...wrongStock(sold, goods, toSell, 0),
  ];

  await inParallel(ASSEMBLERS, sold.orders.length, async (i) => {
    const { id, order_number: number } = sold.orders[i];
    const { refusal } = await staff.call('update_order_status', { order_id: id, status: 'assembled' });
    if (refusal) findings.push(`${name}: order ${number} cannot be assembled: ${refusal.message}`);
  });
  const assembled = await recordsOf(staff, goods);
  findings.push(...wrongOrders(assembled.orders, numbers),
    ...wrongStock(assembled, goods, toSell, toSell), ...(await shop.check()));
  return { outcomes, orders: sold.orders.length, shelf: assembled.item.quantity, seconds, findings };
}

async function play(shop, servers, label, counts, progress) {
  const urls = servers.map(({ url }) => url);
  const staff = await director(shop, urls[0]);
  const rounds = [];
  for (let round = 1; round <= counts.rounds; round += 1) {
    const name = `Oversell ${label} ${String(round).padStart(3, '0')}`;
    rounds.push(await playRound(shop, urls, staff, name, counts));
    progress(`${label}, round ${round} of ${counts.rounds}`);
  }
  return rounds;
}

function rowOf(engine, processes, rounds) {
  const heard = (outcome) => rounds.map(({ outcomes }) => outcomes.get(outcome) ?? 0);
  const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
  const range = (numbers) => [...new Set([Math.min(...numbers), Math.max(...numbers)])].join('-');
  const other = rounds.flatMap(({ outcomes }) => [...outcomes])
    .filter(([outcome]) => outcome !== 'sold' && outcome !== 'insufficient_stock');
  const attempts = total(rounds.flatMap(({ outcomes }) => [...outcomes.values()]));
  return [
    engine, processes, rounds.length, attempts, range(rounds.map(({ orders }) => orders)),
    range(heard('insufficient_stock')), total(other.map(([, times]) => times)),
    range(rounds.map(({ shelf }) => shelf)),
    Math.round(attempts / total(rounds.map(({ seconds }) => seconds))),
  ];
}

export async function prove({ counts, progress, ...where }) {
  const rows = [];
  const findings = [];
  await onEachShop(where, async ({ engine, shop }) => {
    const servers = [];
    for (let processes = 1; processes <= PROCESSES_MAX[engine]; processes += 1) {
      servers.push(await shop.startServer());
      const rounds = await play(shop, servers, `${engine} ${processes}`, counts, progress);
      rows.push(rowOf(engine, processes, rounds));
      findings.push(...rounds.flatMap((round) => round.findings));
    }
  });
  const head = ['engine', 'processes', 'rounds', 'attempts', `sold of ${STOCK}`, 'insufficient_stock', 'other errors',
    'left on the shelf', 'attempts/s'];
  return { tables: [{ head, rows }], findings };
}
