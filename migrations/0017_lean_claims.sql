-- An index of the claims of an item costs an order a page for each of its components. Of an item's
-- claims only those are looked for that ran out and were not swept yet (O25), which
-- reservation_expiry holds; the others are looked for by their order.
DROP INDEX reservation_item;
