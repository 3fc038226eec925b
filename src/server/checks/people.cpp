#include "server/checks/checks.hpp"

namespace shopkeeper::server::checks {
namespace {

constexpr Invariant kInvariants[] = {
    {"staff.director", "shop", "an active shop with staff has an active director (A18)", R"sql(
SELECT s.id
FROM shop s
WHERE s.is_active
  AND EXISTS (SELECT u.id FROM staff_user u WHERE u.shop_id = s.id)
  AND NOT EXISTS (SELECT u.id
                  FROM staff_user u
                  WHERE u.shop_id = s.id AND u.is_active AND u.role IN ('director', 'admin'))
ORDER BY s.id)sql"},
    {"stock.staff", "stock_operation", "who moved stock works in the shop (T3)", R"sql(
SELECT t.id
FROM stock_operation t
JOIN staff_user u ON u.id = t.user_id
WHERE u.shop_id <> t.shop_id AND NOT u.is_superadmin
ORDER BY t.id)sql"},
    {"inventory.staff", "inventory_check", "who counted and applied works in the shop (T3)", R"sql(
SELECT t.id
FROM inventory_check t
JOIN staff_user u ON u.id = t.created_by OR u.id = t.applied_by
WHERE u.shop_id <> t.shop_id AND NOT u.is_superadmin
ORDER BY t.id)sql"},
    {"reviews.staff", "review", "who moderated works in the shop (T3)", R"sql(
SELECT t.id
FROM review t
JOIN staff_user u ON u.id = t.moderated_by
WHERE u.shop_id <> t.shop_id AND NOT u.is_superadmin
ORDER BY t.id)sql"},
    {"keys.staff", "api_key", "a key's user works in the key's shop (A4)", R"sql(
SELECT t.id
FROM api_key t
JOIN staff_user u ON u.id = t.user_id
WHERE u.shop_id <> t.shop_id AND NOT u.is_superadmin
ORDER BY t.id)sql"},
};

}  // namespace

std::span<const Invariant> people() {
    return kInvariants;
}

}  // namespace shopkeeper::server::checks
