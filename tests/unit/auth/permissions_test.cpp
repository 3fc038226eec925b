#include "domains/auth/permissions.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

namespace shopkeeper::auth {
namespace {

std::set<std::string> shown(Role role, bool flag = false) {
    std::set<std::string> words;
    for (const Permission permission : shown_permissions(role, flag))
        words.emplace(word(permission));
    return words;
}

TEST_CASE("A16: directors and admins may do everything", "[auth]") {
    CHECK(permissions_of(Role::director, false).all());
    CHECK(permissions_of(Role::admin, false) == permissions_of(Role::director, false));
    CHECK(shown(Role::director).size() == kPermissionCount);
}

TEST_CASE("A16: managers may edit settings only where the shop says so", "[auth]") {
    CHECK(permissions_of(Role::manager, true).all());
    CHECK(permissions_of(Role::manager, false).count() == kPermissionCount - 1);
    CHECK(shown(Role::manager, false).count("update_shop_settings") == 0);
    CHECK(shown(Role::manager, true).count("update_shop_settings") == 1);
}

TEST_CASE("A16: florists keep the shop running", "[auth]") {
    const std::set<std::string> expected = {
        "view_products", "view_orders",    "manage_order_status", "update_orders",
        "view_clients",  "view_warehouse", "update_warehouse",    "conduct_inventory_checks"};

    CHECK(shown(Role::florist) == expected);
    CHECK(shown(Role::florist, true) == expected);
}

TEST_CASE(
    "A16, A17: couriers may nothing in general, and see what they may do with their own orders",
    "[auth]") {
    CHECK(permissions_of(Role::courier, true).none());
    CHECK(shown(Role::courier) == std::set<std::string>{"view_orders", "manage_order_status"});
}

}  // namespace
}  // namespace shopkeeper::auth
