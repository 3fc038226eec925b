-- What keeps list_orders at one price however many orders there are: their numbers are look-ups, and
-- each filter has an index that also gives the sequence. Rule: domain C7, O-results.

-- Number of orders by status in each place an order is counted: the shop as a whole, its UTC day of
-- ordering (days since 1970-01-01), its local day of delivery (20261121), its courier; without
-- courier, those that wait for one (domain A17).
CREATE TABLE order_tally (
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    span TEXT NOT NULL CHECK (span IN ('shop', 'created', 'delivery', 'courier', 'untaken')),
    place BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (length(status) <= 20),
    payment_status TEXT NOT NULL CHECK (length(payment_status) <= 20),
    orders BIGINT NOT NULL CHECK (orders > 0),
    PRIMARY KEY (shop_id, span, place, status, payment_status)
);

INSERT INTO order_tally (shop_id, span, place, status, payment_status, orders)
SELECT shop_id, 'shop', 0, status, payment_status, COUNT(*)
FROM orders
GROUP BY shop_id, status, payment_status;

INSERT INTO order_tally (shop_id, span, place, status, payment_status, orders)
SELECT shop_id, 'created', created_ms / 86400000, status, payment_status, COUNT(*)
FROM orders
GROUP BY shop_id, created_ms / 86400000, status, payment_status;

INSERT INTO order_tally (shop_id, span, place, status, payment_status, orders)
SELECT shop_id, 'delivery', CAST(REPLACE(delivery_day, '-', '') AS BIGINT), status, payment_status,
    COUNT(*)
FROM orders
WHERE delivery_day IS NOT NULL
GROUP BY shop_id, delivery_day, status, payment_status;

INSERT INTO order_tally (shop_id, span, place, status, payment_status, orders)
SELECT shop_id, 'courier', courier_id, status, payment_status, COUNT(*)
FROM orders
WHERE courier_id IS NOT NULL
GROUP BY shop_id, courier_id, status, payment_status;

INSERT INTO order_tally (shop_id, span, place, status, payment_status, orders)
SELECT shop_id, 'untaken', 0, status, payment_status, COUNT(*)
FROM orders
WHERE courier_id IS NULL AND status = 'assembled' AND delivery_type = 'delivery'
GROUP BY shop_id, status, payment_status;

CREATE INDEX orders_state ON orders (shop_id, status, payment_status, created_ms, id);
CREATE INDEX orders_payment ON orders (shop_id, payment_status, created_ms, id);
CREATE INDEX orders_recipient ON orders (shop_id, recipient_phone, created_ms);
CREATE INDEX orders_day
    ON orders (shop_id, delivery_day, status, payment_status, created_ms, delivery_at_ms, id);
CREATE INDEX orders_of_courier ON orders (shop_id, courier_id, created_ms, id)
    WHERE courier_id IS NOT NULL;
CREATE INDEX orders_of_courier_by_delivery ON orders (shop_id, courier_id, delivery_at_ms, id)
    WHERE courier_id IS NOT NULL;
CREATE INDEX orders_untaken ON orders (shop_id, id)
    WHERE courier_id IS NULL AND status = 'assembled' AND delivery_type = 'delivery';
