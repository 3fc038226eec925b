#include "domains/auth/permissions.hpp"

#include <array>

namespace shopkeeper::auth {
namespace {

enum class Has : char { no, yes, own, flag };

struct Line {
    Permission permission;
    Has manager;
    Has florist;
    Has courier;
};

// Directors and admins have everything. `own`: only orders of one's own; `flag`: when the shop says
// so.
constexpr std::array<Line, kPermissionCount> kTable = {{
    {Permission::view_products, Has::yes, Has::yes, Has::no},
    {Permission::create_products, Has::yes, Has::no, Has::no},
    {Permission::update_products, Has::yes, Has::no, Has::no},
    {Permission::create_orders, Has::yes, Has::no, Has::no},
    {Permission::view_orders, Has::yes, Has::yes, Has::own},
    {Permission::manage_order_status, Has::yes, Has::yes, Has::own},
    {Permission::update_orders, Has::yes, Has::yes, Has::no},
    {Permission::assign_staff, Has::yes, Has::no, Has::no},
    {Permission::view_clients, Has::yes, Has::yes, Has::no},
    {Permission::update_clients, Has::yes, Has::no, Has::no},
    {Permission::view_warehouse, Has::yes, Has::yes, Has::no},
    {Permission::update_warehouse, Has::yes, Has::yes, Has::no},
    {Permission::create_warehouse_items, Has::yes, Has::no, Has::no},
    {Permission::override_reservations, Has::yes, Has::no, Has::no},
    {Permission::conduct_inventory_checks, Has::yes, Has::yes, Has::no},
    {Permission::apply_inventory_checks, Has::yes, Has::no, Has::no},
    {Permission::moderate_reviews, Has::yes, Has::no, Has::no},
    {Permission::update_shop_settings, Has::flag, Has::no, Has::no},
}};

Has of(const Line& line, Role role) {
    switch (role) {
        case Role::director:
        case Role::admin:
            return Has::yes;
        case Role::manager:
            return line.manager;
        case Role::florist:
            return line.florist;
        case Role::courier:
            return line.courier;
    }
    return Has::no;
}

}  // namespace

std::bitset<kPermissionCount> permissions_of(Role role, bool manager_may_edit_settings) {
    std::bitset<kPermissionCount> permissions;
    for (const Line& line : kTable) {
        const Has has = of(line, role);
        const bool granted = has == Has::yes || (has == Has::flag && manager_may_edit_settings);
        permissions.set(static_cast<std::size_t>(line.permission), granted);
    }
    return permissions;
}

std::vector<Permission> shown_permissions(Role role, bool manager_may_edit_settings) {
    const auto granted = permissions_of(role, manager_may_edit_settings);
    std::vector<Permission> shown;
    for (const Line& line : kTable) {
        if (granted.test(static_cast<std::size_t>(line.permission)) || of(line, role) == Has::own) {
            shown.push_back(line.permission);
        }
    }
    return shown;
}

}  // namespace shopkeeper::auth
