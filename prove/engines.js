// Where a proof takes place: an empty database on each engine that is asked for.
import { Shop } from '../js/shop.js';

export const ENGINES = ['sqlite'];

/**
 * Calls `use({engine, database})` for each engine in turn: `database` is the URL of an empty database, absent
 * on SQLite, which needs none.
 */
export async function onEachEngine({ engines }, use) {
  for (const engine of engines) await use({ engine });
}

/** The same with a demo shop in the database: `use({engine, shop})`. */
export function onEachShop(where, use) {
  return onEachEngine(where, async ({ engine, database }) => {
    const shop = await Shop.open({ database });
    try {
      await use({ engine, shop });
    } finally {
      await shop.close();
    }
  });
}
