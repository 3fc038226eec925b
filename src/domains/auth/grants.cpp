#include "domains/auth/grants.hpp"

#include <array>
#include <span>

#include "base/crypto.hpp"

namespace shopkeeper::auth {
namespace {

constexpr std::string_view kCodePrefix = "shc_";
constexpr std::string_view kRefreshPrefix = "shr_";
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kSecretBytes = 32;
/// Rows are kept so long after their end: a code that is presented again must still be known.
constexpr std::int64_t kEndedKeptMs = std::int64_t{24} * 3600 * 1000;

constexpr std::string_view kInsert = R"sql(
INSERT INTO oauth_grant (id, user_id, token_version, client_id, client_name, redirect_uri, challenge, scopes,
                         code_hash, code_expires_ms, created_ms, used_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11))sql";

constexpr std::string_view kSelectById = R"sql(
SELECT id, user_id, token_version, client_id, client_name, redirect_uri, challenge, scopes, code_expires_ms,
       refresh_expires_ms, created_ms, used_ms
FROM oauth_grant
WHERE id = $1 AND ended_ms IS NULL)sql";

constexpr std::string_view kSelectByCode = R"sql(
SELECT id, user_id, token_version, client_id, client_name, redirect_uri, challenge, scopes, code_expires_ms,
       refresh_expires_ms, created_ms, used_ms
FROM oauth_grant
WHERE code_hash = $1 AND ended_ms IS NULL)sql";

constexpr std::string_view kSelectAll = R"sql(
SELECT id, user_id, token_version, client_id, client_name, redirect_uri, challenge, scopes, code_expires_ms,
       refresh_expires_ms, created_ms, used_ms
FROM oauth_grant
WHERE (CAST($1 AS BIGINT) IS NULL OR user_id = $1) AND ended_ms IS NULL AND refresh_hash IS NOT NULL
ORDER BY created_ms DESC, id)sql";

// The condition is what two exchanges at the same moment meet in: one of them finds it met no more.
constexpr std::string_view kExchange = R"sql(
UPDATE oauth_grant
SET refresh_hash = $2, refresh_expires_ms = $3, used_ms = $4
WHERE id = $1 AND refresh_hash IS NULL AND ended_ms IS NULL)sql";

constexpr std::string_view kRotate = R"sql(
UPDATE oauth_grant
SET refresh_hash = $2, refresh_expires_ms = $3, used_ms = $4
WHERE id = $1 AND refresh_hash = $5 AND refresh_expires_ms > $4 AND ended_ms IS NULL)sql";

constexpr std::string_view kEnd = R"sql(
UPDATE oauth_grant
SET ended_ms = $2
WHERE id = $1 AND ended_ms IS NULL)sql";

constexpr std::string_view kEndOldest = R"sql(
UPDATE oauth_grant
SET ended_ms = $2
WHERE ended_ms IS NULL AND id IN (SELECT id
                                  FROM oauth_grant
                                  WHERE user_id = $1 AND ended_ms IS NULL
                                  ORDER BY created_ms DESC, id
                                  LIMIT 1000 OFFSET $3))sql";

constexpr std::string_view kPurge = R"sql(
DELETE FROM oauth_grant
WHERE ended_ms <= $1 OR refresh_expires_ms <= $1 OR (refresh_hash IS NULL AND code_expires_ms <= $1))sql";

Grant to_grant(const storage::Row& row) {
    return {
        .id = row.get<std::string>(0),
        .user_id = row.get<std::int64_t>(1),
        .token_version = row.get<std::int64_t>(2),
        .client_id = row.get<std::string>(3),
        .client_name = row.get<std::string>(4),
        .redirect_uri = row.get<std::string>(5),
        .challenge = row.get<std::string>(6),
        .scopes = ScopeSet::parse(row.get<std::string_view>(7)),
        .code_expires_ms = row.get<std::int64_t>(8),
        .refresh_expires_ms = row.get<std::optional<std::int64_t>>(9),
        .created_ms = row.get<std::int64_t>(10),
        .used_ms = row.get<std::int64_t>(11),
    };
}

std::optional<Grant> first(const storage::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return to_grant(rows.front());
}

std::string secret(Random& random) {
    std::string bytes(kSecretBytes, '\0');
    random.fill(std::as_writable_bytes(std::span(bytes)));
    return base64url(bytes);
}

std::string refresh_token(Random& random, std::string_view grant_id) {
    return std::string(kRefreshPrefix) + std::string(grant_id) + "_" + secret(random);
}

}  // namespace

std::string open_grant(storage::Connection& connection, Random& random, UnixMs now_ms,
                       const Consent& consent) {
    connection.execute(kEndOldest, {consent.user_id, now_ms, kGrantsPerUserMax - 1});
    const std::string code = std::string(kCodePrefix) + secret(random);
    connection.execute(
        kInsert, {random.hex(kIdBytes), consent.user_id, consent.token_version, consent.client_id,
                  consent.client_name, consent.redirect_uri, consent.challenge,
                  consent.scopes.text(), sha256_hex(code), now_ms + kCodeTtlS * 1000, now_ms});
    return code;
}

std::optional<Grant> find_grant_of_code(storage::Connection& connection, std::string_view code) {
    return first(connection.query(kSelectByCode, {sha256_hex(code)}));
}

std::optional<Grant> find_grant(storage::Connection& connection, std::string_view id) {
    return first(connection.query(kSelectById, {id}));
}

std::optional<std::string> grant_named_by(std::string_view refresh_token) {
    constexpr std::size_t kIdDigits = kIdBytes * 2;
    const std::size_t secret_at = kRefreshPrefix.size() + kIdDigits;
    const bool is_one = refresh_token.starts_with(kRefreshPrefix) &&
                        refresh_token.size() > secret_at && refresh_token[secret_at] == '_';
    if (!is_one) return std::nullopt;
    return std::string(refresh_token.substr(kRefreshPrefix.size(), kIdDigits));
}

std::optional<std::string> exchange_code(storage::Connection& connection, Random& random,
                                         UnixMs now_ms, const Grant& grant) {
    std::string next = refresh_token(random, grant.id);
    if (connection.execute(kExchange,
                           {grant.id, sha256_hex(next), now_ms + kRefreshTtlS * 1000, now_ms}) == 0)
        return std::nullopt;
    return next;
}

std::optional<std::string> rotate_refresh_token(storage::Connection& connection, Random& random,
                                                UnixMs now_ms, const Grant& grant,
                                                std::string_view presented) {
    std::string next = refresh_token(random, grant.id);
    if (connection.execute(kRotate, {grant.id, sha256_hex(next), now_ms + kRefreshTtlS * 1000,
                                     now_ms, sha256_hex(presented)}) == 0)
        return std::nullopt;
    return next;
}

bool end_grant(storage::Connection& connection, std::string_view id, UnixMs now_ms) {
    return connection.execute(kEnd, {id, now_ms}) > 0;
}

std::vector<Grant> list_grants(storage::Connection& connection,
                               std::optional<std::int64_t> user_id) {
    std::vector<Grant> grants;
    for (const storage::Row row : connection.query(kSelectAll, {user_id}))
        grants.push_back(to_grant(row));
    return grants;
}

std::int64_t purge_grants(storage::Connection& connection, UnixMs now_ms) {
    return connection.execute(kPurge, {now_ms - kEndedKeptMs});
}

}  // namespace shopkeeper::auth
