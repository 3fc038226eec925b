-- The ledger of an item and the history of an order are read in the order in which they were
-- written, which is that of their ids: a row's time is taken before the lock of its item or order,
-- so of two parallel calls the later one may write the earlier time. Rule: domain W1, I8.

DROP INDEX stock_operation_item;
CREATE INDEX stock_operation_item ON stock_operation (shop_id, warehouse_item_id, id);

DROP INDEX order_history_order;
CREATE INDEX order_history_order ON order_history (shop_id, order_id, id);
