-- What keeps create_order at one price however many orders wait: each item knows the sum of its active
-- claims, those that ran out and were not swept yet included. Rule: domain W13, O25.

ALTER TABLE warehouse_item ADD COLUMN reserved BIGINT NOT NULL DEFAULT 0 CHECK (reserved >= 0);
UPDATE warehouse_item
SET reserved = COALESCE((
    SELECT CAST(SUM(r.reserved_quantity) AS BIGINT)
    FROM reservation r
    WHERE r.shop_id = warehouse_item.shop_id
      AND r.warehouse_item_id = warehouse_item.id
      AND r.state = 'active'), 0);
