#pragma once

#include <bitset>
#include <vector>

#include "base/caller.hpp"

/// What each role may do: one table. Rule: domain A16.
namespace shopkeeper::auth {

/// What the role may do with anything of its shop. `manager_may_edit_settings` is the shop's own
/// switch. Couriers have none of these: what they may do with their own orders is said where it is
/// done (A17).
std::bitset<kPermissionCount> permissions_of(Role role, bool manager_may_edit_settings);

/// What `login` and `get_current_user` show: the above and, for couriers, what they may do with
/// their own orders.
std::vector<Permission> shown_permissions(Role role, bool manager_may_edit_settings);

}  // namespace shopkeeper::auth
