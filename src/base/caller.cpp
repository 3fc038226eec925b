#include "base/caller.hpp"

#include <algorithm>
#include <array>

namespace shopkeeper {

std::string_view word(Permission permission) {
    constexpr std::array<std::string_view, kPermissionCount> kWords = {
        "view_products",          "create_products",       "update_products",
        "create_orders",          "view_orders",           "manage_order_status",
        "update_orders",          "assign_staff",          "view_clients",
        "update_clients",         "view_warehouse",        "update_warehouse",
        "create_warehouse_items", "override_reservations", "conduct_inventory_checks",
        "apply_inventory_checks", "moderate_reviews",      "update_shop_settings"};
    return kWords.at(static_cast<std::size_t>(permission));
}

std::string_view word(Role role) {
    constexpr std::array<std::string_view, 5> kWords = {"courier", "florist", "manager", "admin",
                                                        "director"};
    return kWords.at(static_cast<std::size_t>(role));
}

bool Caller::has_verified_phone(std::string_view e164) const {
    return std::find(verified_phones.begin(), verified_phones.end(), e164) != verified_phones.end();
}

}  // namespace shopkeeper
