-- Token buckets that several processes draw on. A bucket is one moment: when it is full again. Its name is
-- a keyed digest, since it is made of addresses and phones. Rule: operations C17, domain A11, A22.

CREATE TABLE rate_bucket (
    name TEXT NOT NULL PRIMARY KEY CHECK (length(name) <= 64),
    full_us BIGINT NOT NULL
);
