-- The traces of change: repeated calls, audit, events, messages to be sent. Rule: domain 9,
-- operations A9, B7, E1, W1.

CREATE TABLE idempotency_keys (
    scope TEXT NOT NULL CHECK (length(scope) <= 255),
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_hash TEXT NOT NULL CHECK (length(request_hash) <= 64),
    state TEXT NOT NULL CHECK (state IN ('in_progress', 'done')),
    response_json TEXT,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_ms);

CREATE TABLE audit_log (
    id {{identity}},
    ts_ms BIGINT NOT NULL,
    shop_id BIGINT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('guest', 'customer', 'staff', 'service', 'system')),
    actor TEXT NOT NULL CHECK (length(actor) <= 128),
    channel TEXT CHECK (length(channel) <= 20),
    tool TEXT NOT NULL CHECK (length(tool) <= 64),
    target_kind TEXT CHECK (length(target_kind) <= 64),
    target_id TEXT CHECK (length(target_id) <= 64),
    args_hash TEXT NOT NULL CHECK (length(args_hash) <= 64),
    before_json TEXT,
    after_json TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'refused')),
    request_id TEXT NOT NULL CHECK (length(request_id) <= 64),
    prev_hash TEXT NOT NULL CHECK (length(prev_hash) <= 64),
    hash TEXT NOT NULL CHECK (length(hash) <= 64)
);
CREATE INDEX audit_log_time ON audit_log (shop_id, ts_ms, id);
CREATE INDEX audit_log_target ON audit_log (shop_id, target_kind, target_id, id);
CREATE INDEX audit_log_chain ON audit_log (shop_id, id);
{{append_only audit_log}}

CREATE TABLE events (
    id {{identity}},
    ts_ms BIGINT NOT NULL,
    shop_id BIGINT NOT NULL,
    topic TEXT NOT NULL CHECK (length(topic) <= 64),
    type TEXT NOT NULL CHECK (length(type) <= 64),
    v INTEGER NOT NULL DEFAULT 1,
    subject_kind TEXT NOT NULL CHECK (length(subject_kind) <= 64),
    subject_id TEXT NOT NULL CHECK (length(subject_id) <= 64),
    trace_id TEXT NOT NULL CHECK (length(trace_id) <= 64),
    data_json TEXT NOT NULL
);
CREATE INDEX events_time ON events (shop_id, ts_ms, id);

CREATE TABLE outbox (
    id {{identity}},
    shop_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (length(kind) <= 64),
    dedupe_key TEXT NOT NULL UNIQUE CHECK (length(dedupe_key) <= 255),
    partition_key TEXT NOT NULL CHECK (length(partition_key) <= 128),
    payload_json TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'leased', 'done', 'dead', 'skipped')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at_ms BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until_ms BIGINT,
    last_error TEXT,
    trace_id TEXT NOT NULL CHECK (length(trace_id) <= 64),
    created_ms BIGINT NOT NULL,
    done_ms BIGINT
);
CREATE INDEX outbox_due ON outbox (shop_id, state, next_at_ms, id);
