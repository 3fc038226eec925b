// One product made of one piece of one new warehouse item, so that the item's stock tells what was sold;
// and what the shop's records, read through the staff tools, say about it.
import { Caller } from '../js/mcp.js';
import { DIRECTOR } from '../js/shop.js';

export const director = (shop, url) => Caller.signedIn(url, DIRECTOR, shop.passwordOf(DIRECTOR));

/** Puts `stock` pieces of a new item on the shelf and a product of one piece each on sale. */
export async function putOnSale(staff, name, stock) {
  const { item } = await staff.confirm('add_warehouse_stock', { item_name: name, quantity: stock });
  const recipe = [{ warehouse_item_id: item.id, quantity: 1 }];
  const product = await staff.ask('create_product', { name, type: 'flowers', price: 500, recipe });
  return { name, stock, item_id: item.id, product_id: product.id };
}

/** The arguments of an order of one piece by one of the run's clients. */
export function orderOf(goods, client) {
  return {
    customer_name: goods.name,
    customer_phone: `+7700000${String(4000 + client)}`,
    items: [{ product_id: goods.product_id, quantity: 1 }],
    delivery_type: 'pickup',
    ask_delivery_time: true,
    allow_duplicate: true,
  };
}

/** What the shop itself holds about the goods: their orders, their item, the item's ledger. */
export async function recordsOf(staff, goods) {
  const orders = await staff.list('list_orders', { search: goods.name });
  const items = await staff.list('list_warehouse_items', { search: goods.name });
  const ledger = await staff.list('get_warehouse_history', { warehouse_item_id: goods.item_id });
  return { orders, item: items.find(({ id }) => id === goods.item_id), ledger };
}

/** How often each value occurs. */
export function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
