-- What nobody reads is not written with every order: an index costs its page in each transaction,
-- whether it is asked or not.

-- A sender or recipient who is the customer is found by the customer's phone.
DROP INDEX orders_sender;
DROP INDEX orders_recipient;
CREATE INDEX orders_sender ON orders (shop_id, sender_phone)
    WHERE sender_phone <> phone;
CREATE INDEX orders_recipient ON orders (shop_id, recipient_phone, created_ms)
    WHERE recipient_phone <> phone;

-- A repeated order is looked for among the orders of its phone (domain O20).
DROP INDEX orders_fingerprint;

-- No statement looks anything up by these.
DROP INDEX client_created;
DROP INDEX events_time;
DROP INDEX audit_log_time;
DROP INDEX audit_log_target;
