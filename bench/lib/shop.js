// The shop's own work in one process, no protocol between: beside the part of it that cannot be avoided,
// and along a growing database. The measuring itself is shopkeeper_bench's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { median, number, quartiles, spread, table } from '../../js/table.js';

async function bench(setup, ...args) {
  const child = spawn(setup.bench, args, { env: setup.env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`shopkeeper_bench ${args[0]} ended with ${code}`);
  return JSON.parse(output);
}

export async function measureShop(setup) {
  const { cases, shares } = await bench(setup, 'shop', '--database', setup.database, '--rounds', String(setup.rounds),
    '--seconds', String(setup.seconds));
  const rate = (name) => median(cases[name]);
  const list = median(shares.list_products);
  const order = median(shares.create_order);
  const row = (label, name, floor) => [
    label, `${number(rate(name))} ±${spread(cases[name])}%`,
    floor ? `${number(rate(floor))} ±${spread(cases[floor])}%` : '-',
    floor ? `${number(median(shares[name]))} (${quartiles(shares[name])})` : '-',
  ];
  return {
    numbers: { cases, shares },
    sections: [
      '## The shop\'s own work, one thread, SQLite with synchronous=FULL', '',
      table(['tool', 'calls/s', 'what it cannot avoid, per s', 'share (quartiles)'], [
        row('list_products, 20 of 10,000', 'list_products', 'list_products_floor'),
        row('search_products_smart over 10,000', 'search_products_smart'),
        row('create_order, one client', 'create_order', 'durable_commit'),
        row('create_order, 16 clients', 'create_order_16', 'durable_commit_beside_16'),
      ]), '',
      'What list_products cannot avoid: its own prepared queries and one writing of the same document. What',
      'create_order cannot: one durable commit of one row. The two of a row take turns in slices of 50 ms (250 ms',
      'for 16 clients), for the pace of a disk changes; the share is the median over all pairs of slices, with the',
      'quartiles between which half of them lie.', '',
    ],
    aims: [
      { name: 'list_products to what it cannot avoid', wanted: '>= 1/2', measured: number(list), holds: list >= 0.5 },
      { name: 'create_order to bare durable commits', wanted: '>= 1/4', measured: number(order), holds: order >= 0.25 },
    ],
  };
}

/** Logarithmic growth over a factor of 100 is at most about three times; ours is asked to stay below it. */
const GROWTH_MAX = 3;

export async function measureGrowth(setup) {
  const { products, orders } = await bench(setup, 'growth', '--database', setup.database, '--orders',
    String(setup.orders), '--seconds', String(Math.min(setup.seconds, 2)));
  const curve = (title, points) => {
    const tools = Object.keys(points[0].us);
    return [
      `## Median time of a call by number of ${title}, microseconds`, '',
      table(['tool', ...points.map(({ size }) => number(size)), 'growth'], tools.map((tool) => [
        tool, ...points.map(({ us }) => number(us[tool])), `${number(points.at(-1).us[tool] / points[0].us[tool])}x`,
      ])), '',
    ];
  };
  const growth = (points, tools) =>
    Math.max(...tools.map((tool) => points.at(-1).us[tool] / points[0].us[tool]));
  const lookups = [growth(products, ['get_product', 'list_products', 'search: a rare word', 'search: a broad word']),
    growth(orders,
    ['track_order', 'get_order', 'track_order_by_phone', ...Object.keys(orders[0].us).filter((name) => name.startsWith('list_orders'))])];
  return {
    numbers: { products, orders },
    sections: [...curve('products', products), ...curve('orders', orders)],
    aims: ['products', 'orders'].map((what, i) => ({
      name: `look-ups from 1,000 to the most ${what}`, wanted: `<= ${GROWTH_MAX}x`,
      measured: `${number(lookups[i])}x`, holds: lookups[i] <= GROWTH_MAX,
    })),
  };
}
