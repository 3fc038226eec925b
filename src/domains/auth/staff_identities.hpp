#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domains/auth/scopes.hpp"
#include "storage/database.hpp"

/// Members of staff under the names that other authorization servers have for them.
namespace shopkeeper::auth {

/// What a token of another authorization server was found to say: its signature, times, issuer and
/// audience are right already.
struct ForeignSubject {
    std::string issuer;
    std::string subject;
    ScopeSet scopes;
};

/// From now on tokens of `issuer` for `subject` are this member of staff's. Errors: not_found (the
/// phone), conflict (`subject_linked`), invalid_argument (`issuer`, `subject`).
Result<void> link_identity(storage::Connection& connection, UnixMs now_ms,
                           std::string_view phone_e164, std::string_view issuer,
                           std::string_view subject);

/// Errors: not_found.
Result<void> unlink_identity(storage::Connection& connection, std::string_view issuer,
                             std::string_view subject);

std::optional<std::int64_t> find_linked_user(storage::Connection& connection,
                                             std::string_view issuer, std::string_view subject);

}  // namespace shopkeeper::auth
