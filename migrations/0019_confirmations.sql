-- Risky acts wait for a person's yes. A shop may have none of it, and says from where on a change of
-- price or a delivery of goods is one of them. A confirmation itself is sealed, not stored; what
-- stands here are those that were used, until they would have run out. Rule: domain Q1-Q4.

ALTER TABLE shop ADD COLUMN confirmation TEXT NOT NULL DEFAULT 'risky'
    CHECK (confirmation IN ('off', 'risky'));
ALTER TABLE shop ADD COLUMN confirm_price_percent INTEGER NOT NULL DEFAULT 20
    CHECK (confirm_price_percent BETWEEN 0 AND 1000);
ALTER TABLE shop ADD COLUMN confirm_restock_units INTEGER NOT NULL DEFAULT 1000
    CHECK (confirm_restock_units BETWEEN 0 AND 1000000);

CREATE TABLE used_confirmation (
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (shop_id, digest)
);
CREATE INDEX used_confirmation_expiry ON used_confirmation (shop_id, expires_ms);
