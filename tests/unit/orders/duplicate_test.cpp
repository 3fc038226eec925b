#include <catch2/catch.hpp>

#include "unit/orders/orders_fixture.hpp"

/// Telling an order that is sent twice from a second one.

using namespace shopkeeper;
using test::OrdersFixture;

TEST_CASE("O20, I14: the same order within two minutes is one order", "[orders][create]") {
    OrdersFixture shop;
    shop.execute("UPDATE shop SET slot_capacity = 1 WHERE id = 8");
    const Json first = shop.place(OrdersFixture::delivery());
    const auto before = shop.traces();
    shop.clock.advance_minutes(2);

    SECTION("written differently, though its slot is full by now") {
        const Json again = shop.place(OrdersFixture::delivery({{"customer_phone", "87000001234"},
                                                               {"customer_name", "АЙГЕРИМ"},
                                                               {"delivery_date", "24.11.2026"},
                                                               {"delivery_time", "3 дня"}}));
        CHECK(again.at("duplicate") == true);
        CHECK(again.at("id") == first.at("id"));
        CHECK(again.at("customer_name") == "Айгерим");
        CHECK(shop.traces() == before);
    }
    SECTION("not after two minutes") {
        shop.execute("UPDATE shop SET slot_capacity = NULL WHERE id = 8");
        shop.clock.set(shop.clock.now_ms() + 1);
        CHECK(shop.place(OrdersFixture::delivery()).at("duplicate") == false);
    }
    SECTION("not when any fact differs") {
        shop.execute("UPDATE shop SET slot_capacity = NULL WHERE id = 8");
        const Json changes[] = {
            {{"delivery_time", "16:00"}},
            {{"delivery_address", "ул. Другая 1"}},
            {{"recipient_name", "Дана"}},
            {{"notes", "другая открытка"}},
            {{"items", Json::array({{{"product_id", OrdersFixture::kSmall}, {"quantity", 1}}})}},
        };
        shop.execute("UPDATE warehouse_item SET quantity = 500");
        for (const Json& change : changes) {
            CHECK(shop.place(OrdersFixture::delivery(change)).at("duplicate") == false);
        }
    }
    SECTION("not when it is asked for") {
        shop.execute("UPDATE shop SET slot_capacity = NULL WHERE id = 8");
        CHECK(shop.place(OrdersFixture::delivery({{"allow_duplicate", true}})).at("duplicate") ==
              false);
    }
    SECTION("not after it was cancelled") {
        shop.move(first.at("id"), "cancelled", {{"notes", "duplicate"}});
        CHECK(shop.place(OrdersFixture::delivery()).at("duplicate") == false);
    }
}

TEST_CASE("O20: asap is asap, whenever it was said", "[orders][create]") {
    OrdersFixture shop;
    const Json asap = {{"delivery_date", nullptr}, {"delivery_time", "как можно скорее"}};
    const Json first = shop.place(OrdersFixture::delivery(asap));
    CHECK(first.at("time_precision") == "asap");
    shop.clock.advance_minutes(1);
    CHECK(shop.place(OrdersFixture::delivery(asap)).at("duplicate") == true);
}

TEST_CASE("I1, I3: a repeated key returns the first result and changes nothing",
          "[orders][create]") {
    OrdersFixture shop;
    const Json arguments =
        OrdersFixture::delivery({{"idempotency_key", "k-1"}, {"allow_duplicate", true}});
    const Json first = shop.place(arguments);
    const auto before = shop.traces();
    const Json again = shop.place(arguments);
    CHECK(again.at("idempotent_replay") == true);
    CHECK(again.at("id") == first.at("id"));
    CHECK(shop.traces() == before);
}
