-- A shop may demand that orders be paid in advance; an order keeps the deadline it was made with.
-- Rule: domain O40.

ALTER TABLE shop ADD COLUMN prepay_minutes INTEGER CHECK (prepay_minutes BETWEEN 5 AND 10080);
ALTER TABLE orders ADD COLUMN payment_due_ms BIGINT;
CREATE INDEX orders_payment_due ON orders (shop_id, payment_due_ms) WHERE payment_due_ms IS NOT NULL;
