#include "server/checks/checks.hpp"

namespace shopkeeper::server::checks {
namespace {

constexpr Invariant kInvariants[] = {
    {"idempotency.done", "idempotency_keys", "no call is kept half done (I4)", R"sql(
SELECT scope
FROM idempotency_keys
WHERE state <> 'done' OR response_json IS NULL
ORDER BY scope)sql"},
    {"idempotency.shop", "idempotency_keys", "a kept call belongs to a shop that there is (I1)",
     R"sql(
SELECT k.scope
FROM idempotency_keys k
WHERE NOT EXISTS (SELECT s.id FROM shop s WHERE k.scope LIKE CAST(s.id AS TEXT) || ':%')
ORDER BY k.scope)sql"},
    {"idempotency.expiry", "idempotency_keys", "a kept call is forgotten after it was made (I6)",
     R"sql(
SELECT scope
FROM idempotency_keys
WHERE expires_ms <= created_ms
ORDER BY scope)sql"},
    {"maintenance.over", "maintenance", "no guard of an append-only table is left open (T5)", R"sql(
SELECT guarded
FROM maintenance
ORDER BY guarded)sql"},
    {"events.shop", "events", "belongs to a shop that there is (I11)", R"sql(
SELECT t.id
FROM events t
WHERE NOT EXISTS (SELECT s.id FROM shop s WHERE s.id = t.shop_id)
ORDER BY t.id)sql"},
    {"outbox.shop", "outbox", "belongs to a shop that there is (I11)", R"sql(
SELECT t.id
FROM outbox t
WHERE NOT EXISTS (SELECT s.id FROM shop s WHERE s.id = t.shop_id)
ORDER BY t.id)sql"},
    {"outbox.state", "outbox", "a message on its way has an owner, a finished one a moment (I14)",
     R"sql(
SELECT id
FROM outbox
WHERE (state = 'leased') <> (lease_owner IS NOT NULL AND lease_until_ms IS NOT NULL)
   OR (state = 'done') <> (done_ms IS NOT NULL)
ORDER BY id)sql"},
};

}  // namespace

std::span<const Invariant> journal() {
    return kInvariants;
}

}  // namespace shopkeeper::server::checks
