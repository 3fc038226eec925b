-- The stock ledger, what is promised to orders, and counts of the shelves. Rule: domain 1.3.

CREATE TABLE inventory_check (
    id {{identity}},
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    conducted_by TEXT NOT NULL CHECK (length(conducted_by) BETWEEN 1 AND 100),
    comment TEXT CHECK (length(comment) <= 500),
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'applied')),
    applied_ms BIGINT,
    created_by BIGINT NOT NULL REFERENCES staff_user (id),
    applied_by BIGINT REFERENCES staff_user (id),
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (shop_id, id)
);

CREATE TABLE inventory_check_line (
    id {{identity}},
    shop_id BIGINT NOT NULL,
    check_id BIGINT NOT NULL,
    warehouse_item_id BIGINT NOT NULL,
    item_name TEXT NOT NULL CHECK (length(item_name) <= 200),
    current_quantity BIGINT NOT NULL CHECK (current_quantity >= 0),
    actual_quantity BIGINT NOT NULL CHECK (actual_quantity >= 0),
    difference BIGINT NOT NULL,
    UNIQUE (shop_id, check_id, warehouse_item_id),
    FOREIGN KEY (shop_id, check_id) REFERENCES inventory_check (shop_id, id),
    FOREIGN KEY (shop_id, warehouse_item_id) REFERENCES warehouse_item (shop_id, id),
    CHECK (difference = actual_quantity - current_quantity)
);

CREATE TABLE stock_operation (
    id {{identity}},
    shop_id BIGINT NOT NULL,
    warehouse_item_id BIGINT NOT NULL,
    operation_type TEXT NOT NULL
        CHECK (operation_type IN ('delivery', 'sale', 'writeoff', 'return', 'inventory', 'price_change')),
    quantity_change BIGINT NOT NULL,
    balance_after BIGINT NOT NULL CHECK (balance_after >= 0),
    description TEXT NOT NULL CHECK (length(description) <= 500),
    old_value_minor BIGINT,
    new_value_minor BIGINT,
    order_id BIGINT,
    inventory_check_id BIGINT,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff', 'service', 'system')),
    user_id BIGINT REFERENCES staff_user (id),
    forced BOOLEAN NOT NULL DEFAULT FALSE,
    created_ms BIGINT NOT NULL,
    FOREIGN KEY (shop_id, warehouse_item_id) REFERENCES warehouse_item (shop_id, id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id),
    FOREIGN KEY (shop_id, inventory_check_id) REFERENCES inventory_check (shop_id, id),
    CHECK (
        (operation_type IN ('delivery', 'return') AND quantity_change > 0)
        OR (operation_type IN ('sale', 'writeoff') AND quantity_change < 0)
        OR (operation_type = 'inventory' AND quantity_change <> 0)
        OR (operation_type = 'price_change' AND quantity_change = 0
            AND old_value_minor IS NOT NULL AND new_value_minor IS NOT NULL)
    )
);
CREATE INDEX stock_operation_item ON stock_operation (shop_id, warehouse_item_id, created_ms, id);
CREATE INDEX stock_operation_order ON stock_operation (shop_id, order_id) WHERE order_id IS NOT NULL;
{{append_only stock_operation}}

CREATE TABLE reservation (
    id {{identity}},
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    warehouse_item_id BIGINT NOT NULL,
    reserved_quantity BIGINT NOT NULL CHECK (reserved_quantity > 0),
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'consumed', 'released')),
    expires_ms BIGINT,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (shop_id, order_id, warehouse_item_id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id),
    FOREIGN KEY (shop_id, warehouse_item_id) REFERENCES warehouse_item (shop_id, id)
);
CREATE INDEX reservation_item ON reservation (shop_id, warehouse_item_id, state, expires_ms);
-- What the sweep of expired claims looks through every minute (O25): not the whole past.
CREATE INDEX reservation_expiry ON reservation (shop_id, expires_ms)
    WHERE state = 'active' AND expires_ms IS NOT NULL;
