-- Orders, their lines, history and photos; the counters they draw on. Rule: domain 1.4.

CREATE TABLE orders (
    id {{identity}},
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    tracking_id TEXT NOT NULL UNIQUE CHECK (length(tracking_id) = 9),
    order_number TEXT NOT NULL CHECK (length(order_number) <= 20),
    client_id BIGINT NOT NULL,
    customer_name TEXT NOT NULL CHECK (length(customer_name) BETWEEN 1 AND 100),
    phone TEXT NOT NULL CHECK (length(phone) <= 20),
    sender_phone TEXT NOT NULL CHECK (length(sender_phone) <= 20),
    recipient_name TEXT NOT NULL CHECK (length(recipient_name) BETWEEN 1 AND 100),
    recipient_phone TEXT NOT NULL CHECK (length(recipient_phone) <= 20),
    -- Customer's and recipient's names in the form in which names are compared, for searching;
    -- erased together with the names (domain F1, T8).
    names_folded TEXT NOT NULL DEFAULT '' CHECK (length(names_folded) <= 500),
    delivery_type TEXT NOT NULL CHECK (delivery_type IN ('delivery', 'pickup')),
    delivery_address TEXT CHECK (length(delivery_address) <= 500),
    pickup_address TEXT CHECK (length(pickup_address) <= 600),
    delivery_day TEXT CHECK (length(delivery_day) = 10),
    delivery_at_ms BIGINT,
    window_start_ms BIGINT,
    window_end_ms BIGINT,
    time_precision TEXT NOT NULL CHECK (time_precision IN ('exact', 'window', 'asap', 'unspecified')),
    original_date TEXT CHECK (length(original_date) <= 100),
    original_time TEXT CHECK (length(original_time) <= 100),
    slot_start_ms BIGINT,
    ask_delivery_address BOOLEAN NOT NULL DEFAULT FALSE,
    ask_delivery_time BOOLEAN NOT NULL DEFAULT FALSE,
    delivery_notes TEXT CHECK (length(delivery_notes) <= 500),
    notes TEXT CHECK (length(notes) <= 1000),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    subtotal_minor BIGINT NOT NULL CHECK (subtotal_minor >= 0),
    delivery_cost_minor BIGINT NOT NULL CHECK (delivery_cost_minor >= 0),
    discount_minor BIGINT NOT NULL DEFAULT 0,
    total_minor BIGINT NOT NULL,
    status TEXT NOT NULL DEFAULT 'new'
        CHECK (status IN ('new', 'paid', 'accepted', 'assembled', 'in_delivery', 'delivered', 'cancelled')),
    payment_status TEXT NOT NULL DEFAULT 'unpaid'
        CHECK (payment_status IN ('unpaid', 'paid', 'refund_required', 'refunded')),
    payment_method TEXT CHECK (payment_method IN ('kaspi', 'card', 'cash', 'transfer')),
    amount_paid_minor BIGINT NOT NULL DEFAULT 0 CHECK (amount_paid_minor >= 0),
    channel TEXT CHECK (length(channel) <= 20),
    channel_user_id TEXT CHECK (length(channel_user_id) <= 50),
    courier_id BIGINT REFERENCES staff_user (id),
    florist_id BIGINT REFERENCES staff_user (id),
    cancel_code TEXT CHECK (cancel_code IN
        ('changed_mind', 'wrong_product', 'delivery_time', 'duplicate', 'other', 'payment_expired')),
    cancel_reason TEXT CHECK (length(cancel_reason) <= 500),
    fingerprint TEXT NOT NULL CHECK (length(fingerprint) <= 64),
    paid_ms BIGINT,
    accepted_ms BIGINT,
    assembled_ms BIGINT,
    in_delivery_ms BIGINT,
    delivered_ms BIGINT,
    cancelled_ms BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (shop_id, id),
    UNIQUE (shop_id, order_number),
    FOREIGN KEY (shop_id, client_id) REFERENCES client (shop_id, id),
    CHECK (total_minor = subtotal_minor + delivery_cost_minor - discount_minor),
    CHECK (discount_minor BETWEEN 0 AND subtotal_minor),
    CHECK (window_start_ms < window_end_ms)
);
CREATE INDEX orders_created ON orders (shop_id, created_ms, id);
CREATE INDEX orders_status ON orders (shop_id, status, created_ms, id);
CREATE INDEX orders_phone ON orders (shop_id, phone, created_ms);
CREATE INDEX orders_sender ON orders (shop_id, sender_phone);
CREATE INDEX orders_client ON orders (shop_id, client_id, created_ms);
CREATE INDEX orders_channel ON orders (shop_id, channel, channel_user_id) WHERE channel IS NOT NULL;
CREATE INDEX orders_delivery ON orders (shop_id, delivery_at_ms);
CREATE INDEX orders_courier ON orders (shop_id, courier_id, status) WHERE courier_id IS NOT NULL;
CREATE INDEX orders_fingerprint ON orders (shop_id, fingerprint, created_ms);

CREATE TABLE order_line (
    id {{identity}},
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    product_name TEXT NOT NULL CHECK (length(product_name) <= 200),
    unit_price_minor BIGINT NOT NULL CHECK (unit_price_minor > 0),
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    line_total_minor BIGINT NOT NULL,
    special_requests TEXT CHECK (length(special_requests) <= 500),
    UNIQUE (shop_id, order_id, product_id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id),
    FOREIGN KEY (shop_id, product_id) REFERENCES product (shop_id, id),
    CHECK (line_total_minor = unit_price_minor * quantity)
);
CREATE INDEX order_line_product ON order_line (shop_id, product_id, order_id);

CREATE TABLE order_history (
    id {{identity}},
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('customer', 'staff', 'service', 'system')),
    actor_user_id BIGINT,
    principal TEXT NOT NULL CHECK (length(principal) <= 128),
    source TEXT NOT NULL CHECK (source IN ('mcp', 'agent', 'bot', 'system')),
    field TEXT NOT NULL CHECK (length(field) <= 100),
    old_value TEXT CHECK (length(old_value) <= 1000),
    new_value TEXT CHECK (length(new_value) <= 1000),
    reason TEXT CHECK (length(reason) <= 500),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id)
);
CREATE INDEX order_history_order ON order_history (shop_id, order_id, at_ms, id);
{{append_only order_history}}

CREATE TABLE order_photo (
    id {{identity}},
    shop_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    url TEXT NOT NULL CHECK (length(url) <= 500),
    kind TEXT NOT NULL CHECK (kind IN ('assembly', 'delivery')),
    uploaded_ms BIGINT NOT NULL,
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id)
);
CREATE INDEX order_photo_order ON order_photo (shop_id, order_id, id);

CREATE TABLE order_counter (
    shop_id BIGINT NOT NULL PRIMARY KEY REFERENCES shop (id),
    value BIGINT NOT NULL CHECK (value >= 0)
);

CREATE TABLE slot_load (
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    slot_start_ms BIGINT NOT NULL,
    booked INTEGER NOT NULL CHECK (booked >= 0),
    PRIMARY KEY (shop_id, slot_start_ms)
);
