#include "domains/auth/staff.hpp"

#include <catch2/catch.hpp>

#include "auth_fixture.hpp"

namespace shopkeeper::auth {
namespace {

constexpr auto kFirst = "+77000000001";
constexpr auto kSecond = "+77000000002";

Result<void> end(Shops& shops, std::string_view phone) {
    return shops.database->write([&](storage::Connection& connection) {
        return deactivate(connection, shops.now_ms, phone);
    });
}

Result<void> make(Shops& shops, std::string phone, Role role,
                  std::optional<std::int64_t> actor = {}) {
    return shops.database->write([&](storage::Connection& connection) {
        return change_role(connection, shops.now_ms, {std::move(phone), role, actor});
    });
}

TEST_CASE("K1, K2: staff phones are Kazakhstani and stored in one form", "[auth]") {
    Shops shops;

    CHECK(shops.try_add("8 (700) 000-00-01", Role::director));
    CHECK(shops.text("SELECT phone FROM staff_user") == kFirst);
    CHECK(shops.try_add("+7 916 000 00 01", Role::florist).error().details.field == "phone");
    CHECK(shops.try_add("12345", Role::florist).error().details.field == "phone");
    CHECK(shops.count("SELECT COUNT(*) FROM staff_user") == 1);
}

TEST_CASE("A phone belongs to one member of staff over all shops", "[auth]") {
    Shops shops;
    shops.add(kFirst, Role::director);

    const auto again = shops.try_add("87000000001", Role::florist, Shops::kTulips);

    REQUIRE_FALSE(again);
    CHECK(again.error().code == ErrorCode::conflict);
    CHECK(again.error().details.reason == "phone_linked");
}

TEST_CASE("Only a superadmin has no shop, and a shop must exist", "[auth]") {
    Shops shops;

    CHECK(shops.try_add(kFirst, Role::director, {}, false).error().details.field == "shop_id");
    CHECK(shops.try_add(kFirst, Role::director, 77).error().code == ErrorCode::not_found);
    CHECK(shops.try_add(kFirst, Role::director, {}, true));
}

TEST_CASE("A18: the last active director cannot be deactivated or demoted", "[auth]") {
    Shops shops;
    shops.add(kFirst, Role::director);
    shops.add("+77000000003", Role::manager);
    shops.add("+77000000004", Role::director, Shops::kTulips);

    CHECK(end(shops, kFirst).error().code == ErrorCode::failed_precondition);
    CHECK(make(shops, kFirst, Role::manager).error().code == ErrorCode::failed_precondition);
    CHECK(shops.count("SELECT COUNT(*) FROM staff_user WHERE is_active AND role = 'director'") ==
          2);

    shops.add(kSecond, Role::admin);  // equals a director (A16)
    CHECK(make(shops, kFirst, Role::courier));
    CHECK(end(shops, kSecond).error().code == ErrorCode::failed_precondition);
    CHECK(make(shops, kFirst, Role::director));
    CHECK(end(shops, kSecond));
    CHECK(end(shops, kSecond));  // a second time changes nothing
    CHECK(shops.count("SELECT token_version FROM staff_user WHERE phone = '+77000000002'") == 2);
}

TEST_CASE("A18: nobody changes their own role", "[auth]") {
    Shops shops;
    const auto first = shops.add(kFirst, Role::director);
    const auto second = shops.add(kSecond, Role::director);

    CHECK(make(shops, kFirst, Role::manager, first).error().code == ErrorCode::permission_denied);
    CHECK(make(shops, kFirst, Role::manager, second));
    CHECK(shops.text("SELECT role FROM staff_user WHERE phone = '+77000000001'") == "manager");
}

TEST_CASE("K7: password, role and activity raise the token version", "[auth]") {
    Shops shops;
    shops.add(kFirst, Role::director);
    shops.add(kSecond, Role::director);
    const auto version = [&] {
        return shops.count("SELECT token_version FROM staff_user WHERE phone = '+77000000002'");
    };
    REQUIRE(version() == 1);

    shops.database->write([&](storage::Connection& connection) {
        return set_password(connection, shops.now_ms, kSecond, Shops::password_hash());
    });
    CHECK(version() == 2);
    CHECK(make(shops, kSecond, Role::florist));
    CHECK(version() == 3);
    CHECK(make(shops, kSecond, Role::florist));  // no change
    CHECK(version() == 3);
    CHECK(end(shops, kSecond));
    CHECK(version() == 4);
}

TEST_CASE("What is asked of nobody is not found", "[auth]") {
    Shops shops;

    CHECK(end(shops, "+77000000099").error().code == ErrorCode::not_found);
    CHECK(make(shops, "+77000000099", Role::director).error().code == ErrorCode::not_found);
    const auto set = shops.database->write([&](storage::Connection& connection) {
        return set_password(connection, shops.now_ms, "+77000000099", Shops::password_hash());
    });
    REQUIRE_FALSE(set);
    CHECK(set.error().message.find("77000000099") == std::string::npos);  // K4: masked
}

TEST_CASE("Staff are listed by shop", "[auth]") {
    Shops shops;
    shops.add(kFirst, Role::director, Shops::kTulips);
    shops.add(kSecond, Role::courier, Shops::kRoses);
    const auto list = [&](std::optional<std::int64_t> shop_id) {
        return shops.database->read(
            [&](storage::Connection& connection) { return list_staff(connection, shop_id); });
    };

    REQUIRE(list({}).size() == 2);
    CHECK(list({})[0].phone == kSecond);
    REQUIRE(list(Shops::kTulips).size() == 1);
    CHECK(list(Shops::kTulips)[0].shop_name == "Tulips");
}

}  // namespace
}  // namespace shopkeeper::auth
