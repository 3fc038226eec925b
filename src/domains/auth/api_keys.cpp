#include "domains/auth/api_keys.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "domains/auth/user.hpp"

namespace shopkeeper::auth {
namespace {

constexpr std::array<std::string_view, 12> kScopes = {
    "tools:read",         "tools:write",         "tools:admin", "chat:write",
    "conversations:read", "conversations:write", "events:read", "metrics:read",
    "health:read",        "payments:write",      "admin",       "internal"};
constexpr std::size_t kNameMax = 100;

constexpr std::string_view kInsert = R"sql(
INSERT INTO api_key (shop_id, user_id, name, key_hash, scopes, is_active, expires_ms, created_ms, updated_ms)
VALUES ($1, $2, $3, $4, $5, TRUE, $6, $7, $7)
RETURNING id)sql";

constexpr std::string_view kSelectAll = R"sql(
SELECT id, shop_id, user_id, name, scopes, is_active, expires_ms, created_ms, last_used_ms, key_hash
FROM api_key
ORDER BY id)sql";

constexpr std::string_view kSelectByHash = R"sql(
SELECT id, shop_id, user_id, name, scopes, is_active, expires_ms, created_ms, last_used_ms, key_hash
FROM api_key
WHERE key_hash = $1)sql";

constexpr std::string_view kSelectById = R"sql(
SELECT id, shop_id, user_id, name, scopes, is_active, expires_ms, created_ms, last_used_ms, key_hash
FROM api_key
WHERE id = $1)sql";

constexpr std::string_view kRevoke = R"sql(
UPDATE api_key
SET is_active = FALSE, updated_ms = $2
WHERE id = $1)sql";

constexpr std::string_view kSelectShop = R"sql(
SELECT id
FROM shop
WHERE id = $1)sql";

ApiKey to_key(const storage::Row& row) {
    return {
        .id = row.get<std::int64_t>(0),
        .shop_id = row.get<std::optional<std::int64_t>>(1),
        .user_id = row.get<std::optional<std::int64_t>>(2),
        .name = row.get<std::string>(3),
        .scopes = row.get<std::string>(4),
        .is_active = row.get<bool>(5),
        .expires_ms = row.get<std::optional<std::int64_t>>(6),
        .created_ms = row.get<std::int64_t>(7),
        .last_used_ms = row.get<std::optional<std::int64_t>>(8),
    };
}

std::vector<std::string_view> words(std::string_view list) {
    std::vector<std::string_view> result;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find_first_of(" ,"), list.size());
        if (end > 0) result.push_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return result;
}

std::vector<std::string> all_scopes() {
    return {kScopes.begin(), kScopes.end()};
}

/// The scopes with one space between them, as they are stored.
Result<std::string> read_scopes(std::string_view list) {
    std::string stored;
    for (const std::string_view scope : words(list)) {
        if (std::find(kScopes.begin(), kScopes.end(), scope) == kScopes.end()) {
            return invalid_argument("scopes", "scopes must be a list of known scopes.",
                                    std::string(scope), all_scopes());
        }
        if (!stored.empty()) stored += ' ';
        stored += scope;
    }
    if (stored.empty())
        return invalid_argument("scopes", "scopes must name at least one scope.", "", all_scopes());
    return stored;
}

Result<void> check_owner(storage::Connection& connection, const NewApiKey& key) {
    if (key.shop_id && connection.query(kSelectShop, {*key.shop_id}).empty())
        return not_found("shop", *key.shop_id);
    if (!key.user_id) return {};
    const auto user = find_user(connection, *key.user_id);
    if (!user) return not_found("user", *key.user_id);
    if (key.shop_id && user->shop_id != key.shop_id && !user->is_superadmin) {
        return invalid_argument("shop_id", "shop_id must be the shop of the user the key acts as.");
    }
    return {};
}

}  // namespace

bool ApiKey::has_scope(std::string_view scope) const {
    const auto all = words(scopes);
    return std::find(all.begin(), all.end(), scope) != all.end();
}

Scopes ApiKey::tools() const {
    if (has_scope("internal")) return {};
    const bool admin = has_scope("tools:admin");
    const bool write = admin || has_scope("tools:write");
    return {.read = write || has_scope("tools:read"), .write = write, .admin = admin};
}

std::string make_key(Random& random) {
    std::string secret(32, '\0');
    random.fill(std::as_writable_bytes(std::span(secret)));
    return std::string(kKeyPrefix) + random.hex(4) + "_" + base64url(secret);
}

Result<CreatedApiKey> create_api_key(storage::Connection& connection, Random& random, UnixMs now_ms,
                                     const NewApiKey& key) {
    const std::string name = text::clean(key.name);
    if (name.empty() || text::code_points(name) > kNameMax) {
        return invalid_argument("name", "name must have 1 to 100 characters.", name);
    }
    const auto scopes = read_scopes(key.scopes);
    if (!scopes) return Refusal(scopes.error());
    if (const auto checked = check_owner(connection, key); !checked)
        return Refusal(checked.error());

    const std::string secret = make_key(random);
    const std::string hash = sha256_hex(secret);
    const auto rows = connection.query(
        kInsert, {key.shop_id, key.user_id, name, hash, *scopes, key.expires_ms, now_ms});
    return CreatedApiKey{rows.front().get<std::int64_t>(0), secret};
}

std::vector<ApiKey> list_api_keys(storage::Connection& connection) {
    std::vector<ApiKey> keys;
    for (const storage::Row row : connection.query(kSelectAll)) keys.push_back(to_key(row));
    return keys;
}

std::optional<ApiKey> find_api_key_by_id(storage::Connection& connection, std::int64_t id) {
    const auto rows = connection.query(kSelectById, {id});
    if (rows.empty()) return std::nullopt;
    return to_key(rows.front());
}

Result<void> revoke_api_key(storage::Connection& connection, std::int64_t id, UnixMs now_ms) {
    if (connection.execute(kRevoke, {id, now_ms}) == 0) return not_found("key", id);
    return {};
}

std::optional<ApiKey> find_api_key(storage::Connection& connection, std::string_view presented,
                                   UnixMs now_ms) {
    const std::string hash = sha256_hex(presented);
    const auto rows = connection.query(kSelectByHash, {hash});
    if (rows.empty() || !equal_in_constant_time(rows.front().get<std::string_view>(9), hash))
        return std::nullopt;
    ApiKey key = to_key(rows.front());
    const bool is_alive = key.is_active && (!key.expires_ms || now_ms < *key.expires_ms);
    if (!is_alive) return std::nullopt;
    return key;
}

}  // namespace shopkeeper::auth
