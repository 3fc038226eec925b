#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "domains/auth/identity.hpp"
#include "net/form.hpp"
#include "oauth/error.hpp"
#include "storage/database.hpp"

/// What the token and revocation endpoints do. Rule: OAuth 2.1 4.1.3, 4.3; RFC 7009.
namespace shopkeeper::oauth {

/// Short: what ends a grant or a person's rights is asked of the database at every call anyway.
inline constexpr std::int64_t kAccessTtlS = 900;

struct Tokens {
    std::string access;
    std::string refresh;
    auth::ScopeSet scopes;  ///< of the access token
};

/// A refusal here may have ended a grant, which must be kept: no Result, which would undo it.
using TokenAnswer = std::variant<Tokens, OAuthError>;

/// Answers grant_type=authorization_code and refresh_token, in a write transaction. A code that is
/// presented wrongly or again, and a refresh token that is presented again, end their grant.
/// Refusals: invalid_request, unsupported_grant_type, invalid_grant, invalid_scope, invalid_target.
TokenAnswer answer_token_request(storage::Connection& connection, Random& random, UnixMs now_ms,
                                 const auth::Authority& authority,
                                 const net::FormFields& parameters);

/// Ends the grant of a token that this client has; any other token is none of its business, and it
/// learns nothing.
void revoke(storage::Connection& connection, UnixMs now_ms, const auth::Authority& authority,
            const net::FormFields& parameters);

}  // namespace shopkeeper::oauth
