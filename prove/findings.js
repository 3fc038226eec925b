// What the records must say, as functions of the records alone: each returns what is wrong, one line each.
import { tally } from './goods.js';

const same = (what, is, should) => (is === should ? [] : [`${what}: ${is} instead of ${should}`]);

/** The stock of goods of which `sold` orders of one piece exist, `assembled` of them taken off the shelf. */
export function wrongStock({ item, ledger }, goods, sold, assembled) {
  // The list begins with the last operation that took the item.
  const operations = ledger.toReversed();
  const sum = operations.reduce((total, { quantity_change: change }) => total + change, 0);
  const jumps = operations.filter(({ quantity_change: change, balance_after: after }, i) =>
    after !== change + (i ? operations[i - 1].balance_after : 0));
  const sales = operations.filter(({ operation_type: type }) => type === 'sale');
  return [
    ...same(`${goods.name}, on hand`, item.quantity, goods.stock - assembled),
    ...same(`${goods.name}, reserved`, item.reserved_quantity, sold - assembled),
    ...same(`${goods.name}, available`, item.available_quantity, goods.stock - sold),
    ...same(`${goods.name}, sum of the ledger`, sum, item.quantity),
    ...same(`${goods.name}, last balance of the ledger`, operations.at(-1).balance_after, item.quantity),
    ...jumps.map(({ id, balance_after: after }) => `${goods.name}, operation ${id} leaves ${after}: not what it found`),
    ...same(`${goods.name}, sales in the ledger`, sales.length, assembled),
    ...same(`${goods.name}, orders with a sale`, new Set(sales.map(({ order_id: id }) => id)).size, assembled),
    ...sales.filter((sale) => sale.quantity_change !== -1)
      .map((sale) => `${goods.name}, operation ${sale.id} took ${sale.quantity_change} for an order of one`),
  ];
}

/** Orders that were acknowledged but are not there, are there twice, or are there although nobody was told. */
export function wrongOrders(listed, acknowledged) {
  const numbers = tally(listed.map(({ order_number: number }) => number));
  const told = tally(acknowledged);
  const missing = [...told.keys()].filter((number) => !numbers.has(number));
  const untold = [...numbers.keys()].filter((number) => !told.has(number));
  const repeated = (counts) => [...counts].filter(([, times]) => times > 1);
  return [
    ...missing.map((number) => `order ${number} acknowledged, but missing`),
    ...repeated(told).map(([number, times]) => `order ${number} acknowledged to ${times} customers`),
    ...repeated(numbers).map(([number, times]) => `order number ${number} given ${times} times`),
    ...untold.map((number) => `order ${number} exists, but nobody was told`),
  ];
}

/** What clients heard, counted, where it differs from what they should have. */
export function wrongTally(where, heard, should) {
  const all = [...new Set([...heard.keys(), ...should.keys()])];
  return all.flatMap((words) => same(`${where}, "${words}" heard`, heard.get(words) ?? 0, should.get(words) ?? 0));
}

/**
 * One order for each key: `acknowledged` tells the order number by key, and each listed order carries its
 * key in its notes.
 */
export function wrongKeys(listed, acknowledged) {
  const byKey = Map.groupBy(listed, ({ notes }) => notes);
  const findings = [];
  for (const [key, orders] of byKey) {
    const numbers = orders.map(({ order_number: number }) => number);
    if (numbers.length > 1) findings.push(`key ${key} made ${numbers.length} orders: ${numbers.join(', ')}`);
    if (acknowledged.has(key) && !numbers.includes(acknowledged.get(key)))
      findings.push(`key ${key} was told order ${acknowledged.get(key)}, but made ${numbers.join(', ')}`);
  }
  return findings;
}
