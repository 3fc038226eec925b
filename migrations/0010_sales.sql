-- What was sold, summed up where it is asked for, and which products changed since when: so that
-- ranking by sales reads no orders, and what a process keeps of a catalogue can be brought up to
-- date. Rule: domain P7, F12.

-- Units in orders that were paid or went further, by the time at which the order was made: sums
-- over a quarter of an hour, 8 hours, 256 hours and 8192 hours, each 32 of the span before. Any
-- quarter of an hour may be midnight somewhere; a window that begins there is at most 31 sums of
-- each of the first three spans and those of the last.
CREATE TABLE product_sale (
    shop_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    span_ms BIGINT NOT NULL CHECK (span_ms IN (900000, 28800000, 921600000, 29491200000)),
    start_ms BIGINT NOT NULL CHECK (start_ms % span_ms = 0),
    units BIGINT NOT NULL CHECK (units >= 0),
    PRIMARY KEY (shop_id, product_id, span_ms, start_ms),
    FOREIGN KEY (shop_id, product_id) REFERENCES product (shop_id, id)
);
CREATE INDEX product_sale_span ON product_sale (shop_id, span_ms, start_ms, product_id, units);

INSERT INTO product_sale (shop_id, product_id, span_ms, start_ms, units)
SELECT l.shop_id, l.product_id, s.span_ms, o.created_ms - o.created_ms % s.span_ms,
       CAST(SUM(l.quantity) AS BIGINT)
FROM orders o
JOIN order_line l ON l.shop_id = o.shop_id AND l.order_id = o.id
CROSS JOIN (SELECT 900000 AS span_ms
            UNION ALL SELECT 28800000
            UNION ALL SELECT 921600000
            UNION ALL SELECT 29491200000) s
WHERE o.status IN ('paid', 'accepted', 'assembled', 'in_delivery', 'delivered')
GROUP BY l.shop_id, l.product_id, s.span_ms, o.created_ms - o.created_ms % s.span_ms;

-- A number that grows with each change of a shop's products or sales, and its value when the whole
-- catalogue was last indexed anew. A shop without a row is at 0.
CREATE TABLE shelf_revision (
    shop_id BIGINT NOT NULL PRIMARY KEY REFERENCES shop (id),
    revision BIGINT NOT NULL,
    rebuilt BIGINT NOT NULL
);

-- The revision at which a product last changed: its own rows, or its sales.
CREATE TABLE product_revision (
    shop_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    aspect TEXT NOT NULL CHECK (aspect IN ('goods', 'sales')),
    revision BIGINT NOT NULL,
    PRIMARY KEY (shop_id, product_id, aspect),
    FOREIGN KEY (shop_id, product_id) REFERENCES product (shop_id, id)
);
CREATE INDEX product_revision_order ON product_revision (shop_id, revision);
