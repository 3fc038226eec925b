#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper {

/// What staff may do; which role has what is the table in domains/auth/permissions.cpp.
/// Rule: domain A16.
enum class Permission {
    view_products,
    create_products,
    update_products,
    create_orders,
    view_orders,
    manage_order_status,
    update_orders,
    assign_staff,
    view_clients,
    update_clients,
    view_warehouse,
    update_warehouse,
    create_warehouse_items,
    override_reservations,
    conduct_inventory_checks,
    apply_inventory_checks,
    moderate_reviews,
    update_shop_settings,
};
inline constexpr std::size_t kPermissionCount = 18;

std::string_view word(Permission permission);

enum class Role { courier, florist, manager, admin, director };

std::string_view word(Role role);

/// Who makes a request: exactly one of four. Rule: domain A1.
enum class CallerKind { guest, customer, staff, service };

/// The resolved caller of one request. A plain value; made anew for each call (A15).
struct Caller {
    CallerKind kind = CallerKind::guest;
    /// Who stands in history, audit and idempotency records: `staff:<id>`,
    /// `customer:<channel>:<id>`, `service:<key name>`, `guest:<keyed hash of the address>` or
    /// `guest:local`. Rule: domain A11.
    std::string principal = "guest:local";

    // staff
    std::int64_t user_id = 0;
    Role role = Role::courier;
    bool is_superadmin = false;
    std::string name;
    std::bitset<kPermissionCount> permissions;

    // customer (asserted by a service)
    std::string channel;  ///< telegram, whatsapp, web or instagram
    std::string channel_user_id;
    std::vector<std::string> verified_phones;  ///< normalised (A7)

    bool is_staff() const { return kind == CallerKind::staff; }
    bool is_customer() const { return kind == CallerKind::customer; }
    bool is_service() const { return kind == CallerKind::service; }
    bool is_courier() const { return is_staff() && role == Role::courier; }
    /// Managers and directors, for the few steps that a florist may not do (O2).
    bool leads() const { return is_staff() && role >= Role::manager; }
    bool can(Permission permission) const {
        return is_staff() && permissions.test(static_cast<std::size_t>(permission));
    }
    bool has_verified_phone(std::string_view e164) const;
};

}  // namespace shopkeeper
