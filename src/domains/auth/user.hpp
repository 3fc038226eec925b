#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/call_context.hpp"
#include "base/caller.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

namespace shopkeeper::auth {

/// A member of staff with what is asked of the shop at the same moment; read anew for each call
/// (A15).
struct User {
    std::int64_t id;
    std::optional<std::int64_t> shop_id;  ///< absent only for a superadmin of no shop
    std::string name;
    std::string phone;  ///< normalised
    Role role;
    bool is_active;
    bool is_superadmin;
    std::string password_hash;
    std::int64_t token_version;
    UnixMs created_ms, updated_ms;

    std::optional<std::string> shop_name;
    std::string timezone;  ///< the shop's, UTC without one
    bool shop_is_active;   ///< true without a shop
    bool manager_may_edit_settings;

    /// A superadmin acts as a director of whichever shop is named (A13).
    Role acting_role() const { return is_superadmin ? Role::director : role; }
};

std::optional<User> find_user(storage::Connection& connection, std::int64_t id);
/// REQUIRES: `phone_e164` is normalised (K1); phones are unique over all shops.
std::optional<User> find_user_by_phone(storage::Connection& connection,
                                       std::string_view phone_e164);

/// nullopt for a word that is no role.
std::optional<Role> parse_role(std::string_view word);

struct GetCurrentUser {};

/// The caller as the database has them now. REQUIRES: a staff caller. Rule: domain A25.
Result<User> get_current_user(storage::Connection& connection, const CallContext& context,
                              const GetCurrentUser&);

}  // namespace shopkeeper::auth
