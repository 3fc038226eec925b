// Where a proof takes place: an empty database on each engine that is asked for. PostgreSQL is a server of
// our own unless a URL is given.
import { Cluster } from '../js/postgresql.js';
import { Shop } from '../js/shop.js';

export const ENGINES = ['sqlite', 'postgresql'];

/**
 * Calls `use({engine, database, cluster})` for each engine in turn: `database` is the URL of an empty
 * database, absent on SQLite, which needs none; `cluster` is the server it is on when that is our own, one that
 * keeps what it has committed unless the proof is not about the disk: `durable`.
 */
export async function onEachEngine({ engines, url, durable = true }, use) {
  for (const engine of engines) {
    const cluster = engine === 'postgresql' && !url ? await Cluster.open({ durable }) : undefined;
    try {
      await use({ engine, cluster, database: engine === 'postgresql' ? url ?? cluster.url : undefined });
    } finally {
      await cluster?.remove();
    }
  }
}

/** The same with a demo shop in the database: `use({engine, shop, cluster})`. */
export function onEachShop(where, use) {
  return onEachEngine(where, async ({ engine, database, cluster }) => {
    const shop = await Shop.open({ database });
    try {
      await use({ engine, shop, cluster });
    } finally {
      await shop.close();
    }
  });
}
