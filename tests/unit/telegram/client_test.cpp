// The face that orders use: one client per phone of a shop.
#include "domains/telegram/client.hpp"

#include <catch2/catch.hpp>

#include "support/shop_fixture.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;

namespace {

const phone::Phone kSaule{"+77000001001", false, false};

telegram::Client client_of(ShopFixture& shop, const phone::Phone& phone, std::string_view name,
                           std::int64_t shop_id = 8) {
    return shop.database->write([&](storage::Connection& connection) {
        return telegram::find_or_create(connection, shop_id, phone, name, shop.clock.now_ms());
    });
}

void link(ShopFixture& shop, const telegram::Client& client, std::string_view id) {
    shop.database->write([&](storage::Connection& connection) {
        telegram::link_telegram(connection, client, id, shop.clock.now_ms());
    });
}

}  // namespace

TEST_CASE("O16: a phone is one client; the first name stays", "[telegram]") {
    ShopFixture shop({});

    const auto first = client_of(shop, kSaule, "Сауле");
    const auto second = client_of(shop, kSaule, "Кто-то");

    CHECK(first.id == second.id);
    CHECK(second.name == "Сауле");
    CHECK_FALSE(second.phone_verified);
    CHECK(shop.number("SELECT COUNT(*) FROM client") == 1);
}

TEST_CASE("T3: the same phone is another client in another shop", "[telegram]") {
    ShopFixture shop({});

    const auto here = client_of(shop, kSaule, "Сауле");
    const auto there = client_of(shop, kSaule, "Сауле", 9);

    CHECK(here.id != there.id);
    shop.database->read([&](storage::Connection& connection) {
        CHECK(telegram::find_by_phone(connection, 9, kSaule.e164)->id == there.id);
        CHECK_FALSE(telegram::find_by_phone(connection, 8, "+77000001009"));
    });
}

TEST_CASE("K2: a foreign phone is remembered as such", "[telegram]") {
    ShopFixture shop({});

    client_of(shop, {"+79000000012", true, false}, "Олег");

    CHECK(shop.number("SELECT is_foreign FROM client") == 1);
}

TEST_CASE("O16: staff tie a client to a Telegram user unless either is tied", "[telegram]") {
    ShopFixture shop({});
    const auto saule = client_of(shop, kSaule, "Сауле");
    const auto other = client_of(shop, {"+77000001002", false, false}, "Ержан");
    shop.execute("UPDATE client SET phone_verified = TRUE WHERE id = $1", {saule.id});

    link(shop, saule, "700000001");
    link(shop, other, "700000001");
    link(shop, saule, "700000002");

    shop.database->read([&](storage::Connection& connection) {
        const auto found = telegram::find_by_telegram(connection, 8, "700000001");
        REQUIRE(found);
        CHECK(found->id == saule.id);
        CHECK_FALSE(found->phone_verified);  // G5: nobody vouched for this link
        CHECK_FALSE(telegram::find_by_telegram(connection, 8, "700000002"));
        CHECK_FALSE(telegram::find_by_telegram(connection, 9, "700000001"));
    });
}
