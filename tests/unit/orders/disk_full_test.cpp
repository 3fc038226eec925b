// A disk that fills up in the middle of an order, at every page that the order needs.
#include <catch2/catch.hpp>

#include "orders_fixture.hpp"

namespace shopkeeper::test {
namespace {

std::int64_t pages(OrdersFixture& shop) {
    return shop.number("PRAGMA page_count");
}

/// SQLite then answers as it does when the file system has no space left.
void allow_pages(OrdersFixture& shop, std::int64_t count) {
    shop.database->write([&](storage::Connection& connection) {
        connection.query("PRAGMA max_page_count = " + std::to_string(count));
    });
}

TEST_CASE("C13: an order that finds the disk full leaves nothing behind", "[sqlite][orders]") {
    OrdersFixture shop;
    // So many that each of the tables and indexes is about to need another page sooner or later.
    constexpr int kOrders = 12;
    const std::int64_t roses = shop.on_hand(OrdersFixture::kRoses);
    int refused = 0;
    int taken = 0;
    std::int64_t room = 0;
    while (taken < kOrders) {
        allow_pages(shop, pages(shop) + room);
        const std::int64_t before = shop.traces();
        const Json arguments = OrdersFixture::pickup(
            {{"items", Json::array({{{"product_id", OrdersFixture::kCard}, {"quantity", 1}}})},
             {"notes", std::string(900, 'n')},
             {"allow_duplicate", true},
             {"idempotency_key", "order " + std::to_string(taken)}});

        const Reply reply = shop.call("create_order", arguments);

        if (reply.ok()) {
            // Refused orders used up no number and no key.
            CHECK_FALSE(reply.result.value("idempotent_replay", false));
            ++taken;
            CHECK(shop.counter() == taken);
            room = 0;
            continue;
        }
        ++refused;
        ++room;
        REQUIRE(room < 50);
        INFO(reply.error.dump());
        CHECK(reply.code() == "unavailable");
        CHECK(reply.error.at("message").get<std::string>().find("INSERT") == std::string::npos);
        CHECK(shop.traces() == before);
        CHECK(shop.counter() == taken);
    }

    CHECK(refused > kOrders / 2);
    CHECK(shop.number("SELECT COUNT(*) FROM orders") == kOrders);
    CHECK(shop.on_hand(OrdersFixture::kRoses) == roses);
    CHECK(shop.text("PRAGMA integrity_check") == "ok");
}

}  // namespace
}  // namespace shopkeeper::test
