// The shop's own work in one process, no protocol between: beside the part of it that cannot be avoided,
// and along a growing database. The measuring itself is shopkeeper_bench's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { median, number, quartiles, spread, table } from '../../js/table.js';

/** What a verb of shopkeeper_bench measures. */
export async function bench(setup, ...args) {
  const child = spawn(setup.bench, args, { env: setup.env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`shopkeeper_bench ${args[0]} ended with ${code}`);
  return JSON.parse(output);
}

/** Makes the row of a race: its rates, those of what it is measured by, and the one by the other. */
export const raceRow = ({ cases, shares }) => (label, name, floor) => {
  const rate = (of) => `${number(median(cases[of]))} ±${spread(cases[of])}%`;
  return [
    label, rate(name), floor ? rate(floor) : '-',
    floor ? `${number(median(shares[name]))} (${quartiles(shares[name])})` : '-',
  ];
};

/** The aim of a race: its share is to be at least `wanted`, a number that `written` shows. */
export function shareAim({ shares }, race, name, wanted, written) {
  const share = median(shares[race]);
  return { name, wanted: `>= ${written}`, measured: number(share), holds: share >= wanted };
}

export async function measureShop(setup) {
  const { cases, shares } = await bench(setup, 'shop', '--database', setup.database, '--rounds', String(setup.rounds),
    '--seconds', String(setup.seconds));
  const row = raceRow({ cases, shares });
  return {
    numbers: { cases, shares },
    sections: [
      '## The shop\'s own work, one thread, SQLite with synchronous=FULL', '',
      table(['tool', 'calls/s', 'what it cannot avoid, per s', 'share (quartiles)'], [
        row('list_products, 20 of 10,000', 'list_products', 'list_products_floor'),
        row('search_products_smart over 10,000', 'search_products_smart'),
        row('create_order, one client', 'create_order', 'durable_commit'),
        row('create_order, 4 clients', 'create_order_4', 'durable_commit_beside_4'),
        row('create_order, 16 clients', 'create_order_16', 'durable_commit_beside_16'),
      ]), '',
      'What list_products cannot avoid: its own prepared queries and one writing of the same document. What',
      'create_order cannot: one durable commit of one row. The two of a row take turns in slices of 50 ms (250 ms',
      'for several clients), for the pace of a disk changes; the share is the median over all pairs of slices, with the',
      'quartiles between which half of them lie.', '',
    ],
    aims: [
      shareAim({ shares }, 'list_products', 'list_products to what it cannot avoid', 1 / 2, '1/2'),
      shareAim({ shares }, 'create_order', 'create_order to bare durable commits', 1 / 4, '1/4'),
      shareAim({ shares }, 'create_order_4', 'the same, 4 clients', 1 / 4, '1/4'),
      shareAim({ shares }, 'create_order_16', 'the same, 16 clients', 1 / 4, '1/4'),
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
