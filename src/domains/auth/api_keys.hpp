#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "domains/auth/identity.hpp"
#include "storage/database.hpp"

/// Keys for programs: `shk_<8 id>_<43 base64url>`. Only the SHA-256 of a key is kept, which is
/// enough for 32 random bytes. Rule: domain A4, K9; operations C12, C14.
namespace shopkeeper::auth {

inline constexpr std::string_view kKeyPrefix = "shk_";

struct NewApiKey {
    std::string name;
    std::string scopes;  ///< words of operations C14, separated by spaces or commas
    std::optional<std::int64_t> shop_id;  ///< acts only there
    std::optional<std::int64_t> user_id;  ///< acts as this member of staff; otherwise as a guest
    std::optional<UnixMs> expires_ms;
};

struct ApiKey {
    std::int64_t id;
    std::optional<std::int64_t> shop_id;
    std::optional<std::int64_t> user_id;
    std::string name;
    std::string scopes;
    bool is_active;
    std::optional<UnixMs> expires_ms;
    UnixMs created_ms;
    std::optional<UnixMs> last_used_ms;  ///< to the minute (KeyUses)

    bool has_scope(std::string_view scope) const;
    /// A4: `tools:write` includes reading, `tools:admin` both.
    Scopes tools() const;
};

struct CreatedApiKey {
    std::int64_t id;
    std::string key;  ///< shown now and never again
};

/// A fresh key, not stored anywhere.
std::string make_key(Random& random);

/// Errors: invalid_argument (`name`, `scopes`, `user_id`, `shop_id`).
Result<CreatedApiKey> create_api_key(storage::Connection& connection, Random& random, UnixMs now_ms,
                                     const NewApiKey& key);
std::vector<ApiKey> list_api_keys(storage::Connection& connection);
std::optional<ApiKey> find_api_key_by_id(storage::Connection& connection, std::int64_t id);
/// Errors: not_found.
Result<void> revoke_api_key(storage::Connection& connection, std::int64_t id, UnixMs now_ms);

/// The key that was presented; nullopt when it is unknown, revoked or expired.
std::optional<ApiKey> find_api_key(storage::Connection& connection, std::string_view presented,
                                   UnixMs now_ms);

}  // namespace shopkeeper::auth
