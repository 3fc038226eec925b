#include <catch2/catch.hpp>

#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using test::OrdersFixture;
using test::Reply;
using test::Who;

TEST_CASE("S6: new hours and lead times judge new orders; those that exist keep their time",
          "[orders][settings]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());  // tomorrow, Tuesday, at 15:00
    const std::int64_t id = order.at("id");
    const std::int64_t promised_ms =
        shop.number("SELECT delivery_at_ms FROM orders WHERE id = $1", {id});
    const auto* change = GENERATE("UPDATE shop SET weekday_end = '14:00' WHERE id = 8",
                                  "UPDATE shop SET weekday_closed = TRUE WHERE id = 8",
                                  "UPDATE shop SET base_prep_minutes = 1440, "
                                  "min_notice_minutes = 1440, delivery_travel_minutes = 1440 "
                                  "WHERE id = 8");
    CAPTURE(change);
    shop.execute(change);

    const Reply another =
        shop.call("create_order", OrdersFixture::delivery({{"customer_phone", "+77000002002"}}));
    CHECK(another.code() == "delivery_time_impossible");
    CHECK(shop.number("SELECT COUNT(*) FROM orders") == 1);

    // Neither reading it, nor editing something else, nor working on it moves the time.
    const Reply edited = shop.call(
        "update_order", {{"tracking_id", order.at("tracking_id")}, {"recipient_name", "Дана"}});
    REQUIRE(edited.ok());
    CHECK(edited.result.at("delivery_at") == order.at("delivery_at"));
    shop.move(id, "accepted");
    shop.move(id, "assembled");
    CHECK(shop.number("SELECT delivery_at_ms FROM orders WHERE id = $1", {id}) == promised_ms);
    CHECK(shop.history(id) ==
          "status:->new recipient_name:Айгерим->Дана status:new->accepted "
          "status:accepted->assembled");
}
