#pragma once

#include <string>

#include "base/call_context.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "domains/auth/identity.hpp"
#include "domains/auth/user.hpp"
#include "storage/database.hpp"

namespace shopkeeper::auth {

struct Login {
    std::string phone;  ///< any form of K1
    std::string password;
};

struct SignedIn {
    std::string access_token;
    UnixMs expires_ms;
    User user;
};

/// Gives a token to an active member of staff who knows the password. Opens its own transactions:
/// hashing must not hold the writer. Writes the attempt, an audit row and, when the parameters have
/// changed, a new hash.
/// Errors: unauthenticated (unknown or malformed phone, wrong password, inactive user: one answer
/// after the same work); rate_limited; permission_denied (`shop_blocked`, only after a correct
/// password). Rule: domain A23, A24.
Result<SignedIn> login(storage::Database& database, const Authority& authority,
                       const CallContext& context, const Login& command);

}  // namespace shopkeeper::auth
