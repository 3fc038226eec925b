#pragma once

#include <string>
#include <string_view>

#include "storage/database.hpp"

/// The wall between shops in PostgreSQL's words. A transaction says for itself which rows it is
/// for, in settings that end with it; policies on the tables read them.
namespace shopkeeper::storage::postgresql {

inline constexpr std::string_view kShopSetting = "shopkeeper.shop_id";
inline constexpr std::string_view kSecretSetting = "shopkeeper.secret";
/// Opens all rows, to the role that owns the tables and to nobody else.
inline constexpr std::string_view kAllShopsSetting = "shopkeeper.all_shops";

/// An identifier as it stands in SQL, whatever characters it has.
std::string quoted_name(std::string_view name);
/// A text as it stands in SQL. REQUIRES: no backslash in it.
std::string quoted_text(std::string_view text);

/// See Database::lookup_policy, Database::secret_policy.
std::string lookup_policy(std::string_view table, std::string_view shop);
std::string secret_policy(std::string_view table, std::string_view secret);

/// Policies on every table with a column shop_id that has none, forced on every table that has
/// some; the role `serving_role`, made if this login may make roles, and its rights. An empty name:
/// policies only. Nothing of the wall is ever taken down.
void raise_wall(Connection& connection, std::string_view serving_role);

/// The wall as it stands for transactions that would run under `serving_role` (empty: under the
/// login's own).
Wall inspect_wall(Connection& connection, std::string_view serving_role);

}  // namespace shopkeeper::storage::postgresql
