#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/caller.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "domains/auth/user.hpp"
#include "storage/database.hpp"

/// The people of a shop, as its operator manages them; no tool does. Every change that must end a
/// person's sessions raises `token_version`. Rule: domain A18, K2, K7.
namespace shopkeeper::auth {

struct NewStaff {
    std::optional<std::int64_t> shop_id;  ///< absent only for a superadmin
    std::string name;
    std::string phone;  ///< any form of K1; Kazakhstani (K2)
    Role role = Role::florist;
    bool is_superadmin = false;
    std::string password_hash;  ///< made by `hash_password`, outside the transaction
};

/// The stored form of a staff phone. Errors: invalid_argument (`phone`). Rule: domain K2.
Result<std::string> staff_phone(std::string_view given);

/// Returns the new id.
/// Errors: invalid_argument (`phone`, `name`, `shop_id`), not_found (shop), conflict
/// (`phone_linked`).
Result<std::int64_t> add_staff(storage::Connection& connection, UnixMs now_ms,
                               const NewStaff& staff);

/// Errors: not_found.
Result<void> set_password(storage::Connection& connection, UnixMs now_ms,
                          std::string_view phone_e164, std::string_view password_hash);

struct RoleChange {
    std::string phone_e164;
    Role role;
    std::optional<std::int64_t> actor_user_id;  ///< who changes it, when that is a member of staff
};

/// Errors: not_found; permission_denied (one's own role); failed_precondition (the last active
/// director).
Result<void> change_role(storage::Connection& connection, UnixMs now_ms, const RoleChange& change);

/// Errors: not_found; failed_precondition (the last active director).
Result<void> deactivate(storage::Connection& connection, UnixMs now_ms,
                        std::string_view phone_e164);

/// Errors: not_found.
Result<void> activate(storage::Connection& connection, UnixMs now_ms, std::string_view phone_e164);

/// Everybody of the shop, or of all shops; by shop and id.
std::vector<User> list_staff(storage::Connection& connection, std::optional<std::int64_t> shop_id);

}  // namespace shopkeeper::auth
