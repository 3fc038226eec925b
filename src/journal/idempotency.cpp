#include "journal/idempotency.hpp"

#include <cmath>

#include "base/crypto.hpp"

namespace shopkeeper::journal {
namespace {

/// Rule: domain I6.
constexpr UnixMs kKeptMs = 48LL * 3600 * 1000;

constexpr std::string_view kForgetExpired = R"sql(
DELETE FROM idempotency_keys
WHERE scope = $1 AND key = $2 AND expires_ms <= $3)sql";

constexpr std::string_view kForgetAllExpired = R"sql(
DELETE FROM idempotency_keys
WHERE expires_ms <= $1)sql";

constexpr std::string_view kClaim = R"sql(
INSERT INTO idempotency_keys (scope, key, request_hash, state, created_ms, expires_ms)
VALUES ($1, $2, $3, 'in_progress', $4, $5)
ON CONFLICT (scope, key) DO NOTHING)sql";

constexpr std::string_view kStored = R"sql(
SELECT request_hash, response_json
FROM idempotency_keys
WHERE scope = $1 AND key = $2)sql";

constexpr std::string_view kComplete = R"sql(
UPDATE idempotency_keys
SET state = 'done', response_json = $3
WHERE scope = $1 AND key = $2)sql";

bool is_empty(const Json& value) {
    return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

/// The value in the one form that equal arguments share; nlohmann's objects are sorted already.
Json canonical(const Json& value) {
    if (value.is_number_float()) {
        const double number = value.get<double>();
        if (std::trunc(number) == number && std::abs(number) < 9e15)
            return static_cast<std::int64_t>(number);
        return value;
    }
    if (value.is_array()) {
        Json list = Json::array();
        for (const Json& element : value) list.push_back(canonical(element));
        return list;
    }
    if (!value.is_object()) return value;
    Json object = Json::object();
    for (const auto& [name, member] : value.items()) {
        if (!is_empty(member)) object[name] = canonical(member);
    }
    return object;
}

}  // namespace

std::string argument_digest(const Json& arguments) {
    Json json = canonical(arguments);
    json.erase("token");
    json.erase("idempotency_key");
    json.erase("confirmation_token");
    return sha256_hex(dump_json(json));
}

Result<std::optional<std::string>> claim(storage::Connection& connection, const IdempotencyKey& key,
                                         UnixMs now_ms) {
    try {
        connection.execute_later(kForgetExpired, {key.scope, key.key, now_ms});
        const bool is_first = connection.execute(kClaim, {key.scope, key.key, key.digest, now_ms,
                                                          now_ms + kKeptMs}) == 1;
        if (is_first) return std::optional<std::string>();
    } catch (const storage::LockTimeout&) {
        return conflict("idempotency_in_flight",
                        "The first call with this idempotency_key is still running. Repeat this "
                        "one unchanged in a moment to get its result.");
    }
    const storage::Rows stored = connection.query(kStored, {key.scope, key.key});
    // Housekeeping forgot it between the two statements: then the key is new.
    if (stored.empty()) throw storage::Retryable("an idempotency key expired just now");
    const storage::Row row = stored.front();
    if (row.get<std::string_view>(0) != key.digest) {
        return conflict("idempotency_conflict",
                        "This idempotency_key was used for a call with other arguments. Use a new "
                        "key for a new call, "
                        "or repeat the first one unchanged to get its result.");
    }
    return row.get<std::optional<std::string>>(1);
}

void complete(storage::Connection& connection, const IdempotencyKey& key,
              std::string_view result_json) {
    connection.execute_later(kComplete, {key.scope, key.key, result_json});
}

std::int64_t forget_expired(storage::Connection& connection, UnixMs now_ms) {
    return connection.execute(kForgetAllExpired, {now_ms});
}

}  // namespace shopkeeper::journal
