#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "domains/auth/scopes.hpp"
#include "storage/database.hpp"

/// What members of staff allowed programs to do in their name, from the authorization code to the
/// end. One row is one consent; of its code and its refresh tokens only digests are kept, and of
/// the latter only the one that is good now: any other that names the grant was used before, or
/// stolen, and ends it. Rule: RFC 6749 10.4, 10.5; OAuth 2.1 4.3.1.
namespace shopkeeper::auth {

inline constexpr std::int64_t kCodeTtlS = 60;
inline constexpr std::int64_t kRefreshTtlS = std::int64_t{30} * 24 * 3600;  ///< unused for so long
/// Programs one person may be signed in with; one more ends the oldest.
inline constexpr std::int64_t kGrantsPerUserMax = 50;

struct Grant {
    std::string id;
    std::int64_t user_id;
    std::int64_t token_version;  ///< of the user at the consent (K7)
    std::string client_id;
    std::string client_name;
    std::string redirect_uri;
    std::string challenge;  ///< PKCE, S256
    ScopeSet scopes;
    UnixMs code_expires_ms;
    std::optional<UnixMs> refresh_expires_ms;  ///< absent until the code was exchanged
    UnixMs created_ms;
    UnixMs used_ms;  ///< the last exchange or refresh

    bool is_exchanged() const { return refresh_expires_ms.has_value(); }
};

struct Consent {
    std::int64_t user_id;
    std::int64_t token_version;
    std::string client_id;
    std::string client_name;
    std::string redirect_uri;
    std::string challenge;
    ScopeSet scopes;
};

/// Writes the grant and returns its authorization code, good once and for `kCodeTtlS`.
std::string open_grant(storage::Connection& connection, Random& random, UnixMs now_ms,
                       const Consent& consent);

/// The grant that has not ended and whose code this is, exchanged or not, expired or not.
std::optional<Grant> find_grant_of_code(storage::Connection& connection, std::string_view code);

/// The grant that has not ended.
std::optional<Grant> find_grant(storage::Connection& connection, std::string_view id);

/// The grant that a refresh token names, whether or not it is the good one.
std::optional<std::string> grant_named_by(std::string_view refresh_token);

/// Turns the code into the first refresh token, and returns that; nullopt when somebody else was
/// first. REQUIRES: the code is this grant's and was found right.
std::optional<std::string> exchange_code(storage::Connection& connection, Random& random,
                                         UnixMs now_ms, const Grant& grant);

/// Turns the good refresh token into the next, and returns that; nullopt for any other, and when it
/// has expired.
std::optional<std::string> rotate_refresh_token(storage::Connection& connection, Random& random,
                                                UnixMs now_ms, const Grant& grant,
                                                std::string_view presented);

/// Ends the grant with every token of it, here and now. False when there was none.
bool end_grant(storage::Connection& connection, std::string_view id, UnixMs now_ms);

/// Those that are exchanged and have not ended, the newest first; of everybody, or of one user.
std::vector<Grant> list_grants(storage::Connection& connection,
                               std::optional<std::int64_t> user_id);

/// Forgets what has ended or run out; returns how many. For housekeeping.
std::int64_t purge_grants(storage::Connection& connection, UnixMs now_ms);

}  // namespace shopkeeper::auth
