// The shop on PostgreSQL beside pgbench, PostgreSQL's own benchmark: on one server of our own that is as durable
// as PostgreSQL is by default, by turns. The measuring itself is shopkeeper_bench's.
import { readdirSync } from 'node:fs';
import { Cluster } from '../../js/postgresql.js';
import { table } from '../../js/table.js';
import { bench, raceRow, shareAim } from './shop.js';

const VERSIONS = '/usr/lib/postgresql';

/** The program of the newest PostgreSQL that Debian has installed, else of the search path. */
function pgbench() {
  try {
    const newest = readdirSync(VERSIONS).sort((a, b) => Number(a) - Number(b)).at(-1);
    return newest ? `${VERSIONS}/${newest}/bin/pgbench` : 'pgbench';
  } catch {
    return 'pgbench';
  }
}

export async function measurePostgresql(setup) {
  const cluster = await Cluster.open({ durable: true });
  let results;
  try {
    results = await bench(setup, 'postgresql', '--url', cluster.url, '--pgbench', pgbench(),
      '--rounds', String(setup.rounds), '--seconds', String(setup.seconds));
  } finally {
    await cluster.remove();
  }
  const row = raceRow(results);
  const crowds = [1, 4, 16];
  return {
    numbers: results,
    sections: [
      '## The shop on PostgreSQL with fsync on, beside pgbench on the same server', '',
      table(['tool', 'calls/s', 'pgbench, transactions/s', 'share (quartiles)'], [
        ...crowds.map((n) => row(`create_order, clients: ${n}`, `create_order_${n}`, `pgbench_update_${n}`)),
        row('list_products, 20 of 10,000, clients: 16', 'list_products_16', 'pgbench_select_16'),
      ]), '',
      'create_order is measured by `pgbench -N` (an update, a select and an insert in a transaction), list_products by',
      '`pgbench -S` (one select by primary key), each with as many clients. All orders are for one product of one shop:',
      'whoever has its components, the slot and the next number in hand lets the others wait until the commit is on the',
      'disk, while transactions of pgbench meet nowhere and are written down in groups. The two of a row take turns in',
      'slices of a second; clients and server share the machine.', '',
    ],
    aims: [
      ...crowds.map((n) => shareAim(results, `create_order_${n}`,
        `create_order on PostgreSQL to pgbench -N, clients: ${n}`, 1 / 4, '1/4')),
      shareAim(results, 'list_products_16', 'list_products on PostgreSQL to pgbench -S, clients: 16', 1 / 2, '1/2'),
    ],
  };
}
