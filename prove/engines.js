// The shop on each engine that a proof asks for.
import { Shop } from '../js/shop.js';

const OPEN = {
  sqlite: () => Shop.open(),
};

export const ENGINES = Object.keys(OPEN);

/** Calls `use({engine, shop})` for each engine in turn and closes the shop afterwards. */
export async function onEachEngine({ engines }, use) {
  for (const engine of engines) {
    const shop = await OPEN[engine]();
    try {
      await use({ engine, shop });
    } finally {
      await shop.close();
    }
  }
}
