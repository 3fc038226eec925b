#include <catch2/catch.hpp>

#include "domains/warehouse/stock.hpp"
#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using test::OrdersFixture;
using test::Reply;
using test::Who;

namespace {

constexpr auto kRoses = OrdersFixture::kRoses;
constexpr auto kEucalyptus = OrdersFixture::kEucalyptus;
constexpr auto kRibbon = OrdersFixture::kRibbon;

Json bouquets(int quantity) {
    return Json::array({{{"product_id", OrdersFixture::kBouquet}, {"quantity", quantity}}});
}

Reply update(OrdersFixture& shop, std::int64_t id, Json arguments, Who who = Who::director) {
    arguments["order_id"] = id;
    return shop.call("update_order_status", std::move(arguments), who);
}

/// W1: what lies on the shelf is what the ledger says.
void check_ledger(OrdersFixture& shop) {
    for (const std::int64_t item : {kRoses, kEucalyptus}) {
        CHECK(shop.on_hand(item) ==
              shop.number("SELECT SUM(quantity_change) FROM stock_operation WHERE "
                          "warehouse_item_id = $1",
                          {item}));
        CHECK(shop.on_hand(item) ==
              shop.number("SELECT balance_after FROM stock_operation WHERE warehouse_item_id = $1 "
                          "ORDER BY id DESC LIMIT 1",
                          {item}));
    }
}

/// An order for which the reservation has run out.
std::int64_t expired_order(OrdersFixture& shop) {
    const std::int64_t id = shop.place(OrdersFixture::delivery({{"items", bouquets(3)},
                                                                {"delivery_date", "2026-12-20"}}))
                                .at("id");
    shop.clock.advance_hours(72);
    return id;
}

/// Somebody else reserves what the expired order held.
void take_its_flowers(OrdersFixture& shop) {
    shop.place(OrdersFixture::delivery(
        {{"items", bouquets(3)}, {"customer_name", "Другой"}, {"delivery_date", "2026-12-21"}}));
}

}  // namespace

TEST_CASE("O24, O29, W1: assembling consumes what was reserved", "[orders][stock]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery({{"items", bouquets(2)}})).at("id");
    CHECK(shop.reserved(kRoses) == 30);
    const Json order = shop.move(id, "assembled");

    CHECK(shop.reservation_states(id) == "consumed consumed");
    CHECK(shop.on_hand(kRoses) == 20);
    CHECK(shop.on_hand(kEucalyptus) == 16);
    CHECK(shop.reserved(kRoses) == 0);
    CHECK(shop.movements(id, kRoses) == "sale:-30");
    REQUIRE(order.at("stock_operations").size() == 2);
    const Json& sale = order.at("stock_operations").at(0);
    CHECK(sale.at("operation_type") == "sale");
    CHECK(sale.at("quantity_change") == -30);
    CHECK(sale.at("order_id") == id);
    const std::string description = sale.at("description");
    CHECK(description.ends_with("#00001"));
    CHECK(description.find("#00001") == description.rfind("#00001"));
    check_ledger(shop);
}

TEST_CASE("O24: rework returns what was used and reserves it again", "[orders][stock]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    shop.move(id, "assembled");
    shop.move(id, "accepted");
    CHECK(shop.reservation_states(id) == "active active");
    CHECK(shop.on_hand(kRoses) == 50);
    CHECK(shop.reserved(kRoses) == 15);
    CHECK(shop.movements(id, kRoses) == "sale:-15 return:15");
    CHECK(shop.ledger(id, kRoses) == 0);

    shop.move(id, "assembled");
    CHECK(shop.movements(id, kRoses) == "sale:-15 return:15 sale:-15");
    CHECK(shop.on_hand(kRoses) == 35);
    check_ledger(shop);
}

TEST_CASE("O24: cancelling before assembly releases, afterwards restocks or writes off",
          "[orders][stock]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    SECTION("before") {
        shop.move(id, "cancelled", {{"notes", "other"}});
        CHECK(shop.reservation_states(id) == "released released");
        CHECK(shop.movements(id, kRoses).empty());
        CHECK(shop.on_hand(kRoses) == 50);
    }
    SECTION("after, restock") {
        shop.move(id, "assembled");
        shop.move(id, "cancelled", {{"notes", "other"}, {"stock_action", "restock"}});
        CHECK(shop.reservation_states(id) == "released released");
        CHECK(shop.movements(id, kRoses) == "sale:-15 return:15");
        CHECK(shop.on_hand(kRoses) == 50);
    }
    SECTION("after, write-off") {
        shop.move(id, "assembled");
        shop.move(id, "in_delivery");
        const Json order =
            shop.move(id, "cancelled", {{"notes", "other"}, {"stock_action", "writeoff"}});
        CHECK(shop.movements(id, kRoses) == "sale:-15 return:15 writeoff:-15");
        CHECK(shop.ledger(id, kRoses) == -15);
        CHECK(shop.on_hand(kRoses) == 35);
        CHECK(order.at("stock_operations").size() == 4);
    }
    SECTION("on the way, delivered and back: nothing moves") {
        shop.move(id, "assembled");
        const auto before = shop.number("SELECT COUNT(*) FROM stock_operation");
        shop.move(id, "in_delivery");
        shop.move(id, "assembled");
        shop.move(id, "in_delivery");
        shop.move(id, "delivered");
        CHECK(shop.number("SELECT COUNT(*) FROM stock_operation") == before);
        CHECK(shop.reservation_states(id) == "consumed consumed");
    }
    check_ledger(shop);
    CHECK(shop.reserved(kRoses) == 0);
}

TEST_CASE("O25: an expired claim does not count, the order stays new and says so",
          "[orders][stock]") {
    OrdersFixture shop;
    const std::int64_t id = expired_order(shop);
    CHECK(shop.reserved(kRoses) == 0);
    const Json order = shop.call("get_order", {{"order_id", id}}, Who::florist).result;
    CHECK(order.at("status") == "new");
    CHECK(order.at("reservation_expired") == true);
    CHECK(shop.call("list_orders", Json::object(), Who::florist)
              .result.at("items")
              .at(0)
              .at("reservation_expired") == true);
    take_its_flowers(shop);
}

TEST_CASE("O25: the sweep tells once and changes nothing but the rows", "[orders][stock]") {
    OrdersFixture shop;
    const std::int64_t id = expired_order(shop);
    const auto sweep = [&] {
        return shop.with(Who::director, [](auto& connection, const auto& context) {
            return warehouse::release_expired(connection, context);
        });
    };
    CHECK(sweep() == 1);
    CHECK(sweep() == 0);
    CHECK(shop.events(id) == "order.created order.updated");
    CHECK(shop.reservation_states(id) == "released released");
    const Json order = shop.call("get_order", {{"order_id", id}}, Who::florist).result;
    CHECK(order.at("status") == "new");
    CHECK(order.at("reservation_expired") == true);
    // What the sweep released is taken back like what merely ran out (O26).
    CHECK(shop.move(id, "accepted").at("reservation_expired") == false);
    CHECK(shop.reserved(kRoses) == 45);
}

TEST_CASE("O26: accepting or paying takes expired claims back while it can", "[orders][stock]") {
    OrdersFixture shop;
    const std::int64_t id = expired_order(shop);
    const char* status = GENERATE("accepted", "paid", "assembled");
    CAPTURE(status);
    const Json order = shop.move(id, status);
    CHECK(order.at("reservation_expired") == false);
    CHECK(order.at("warnings").empty());
    CHECK(shop.number("SELECT COUNT(*) FROM reservation WHERE expires_ms IS NOT NULL") == 0);
    if (std::string(status) != "assembled")
        CHECK(shop.reserved(kRoses) == 45);
    else
        CHECK(shop.on_hand(kRoses) == 5);
}

TEST_CASE("O26: what others hold by now is not taken back", "[orders][stock]") {
    OrdersFixture shop;
    const std::int64_t id = expired_order(shop);
    take_its_flowers(shop);
    SECTION("accepting and assembling are refused") {
        const auto before = shop.traces();
        for (const char* status : {"accepted", "assembled"}) {
            const Reply reply = update(shop, id, {{"status", status}});
            REQUIRE(reply.code() == "insufficient_stock");
            CHECK(reply.error.at("details").at("items").at(0).at("max_quantity") == 0);
            CHECK(reply.error.at("details").at("components").at(0).at("required") == 45);
        }
        CHECK(shop.traces() == before);
    }
    SECTION("a payment is recorded all the same, with a warning") {
        const Reply reply = update(shop, id, {{"status", "paid"}});
        REQUIRE(reply.ok());
        CHECK(reply.result.at("payment_status") == "paid");
        CHECK(reply.result.at("warnings").at(0).at("code") == "reservation_missing");
        CHECK(reply.result.at("reservation_expired") == true);
        CHECK(shop.reserved(kRoses) == 45);

        shop.execute("UPDATE warehouse_item SET quantity = 100 WHERE id = 1");
        CHECK(update(shop, id, {{"status", "accepted"}}).ok());
        CHECK(shop.reserved(kRoses) == 90);
    }
}

TEST_CASE("O25: what one clock has counted as run out stays so for a slower one",
          "[orders][stock]") {
    OrdersFixture shop;
    const std::int64_t id = expired_order(shop);
    take_its_flowers(shop);
    shop.clock.advance_hours(-24);  // the claim would still count by this clock

    CHECK(update(shop, id, {{"status", "accepted"}}).code() == "insufficient_stock");
    CHECK(shop.reserved(kRoses) <= shop.on_hand(kRoses));
}

TEST_CASE("O27, W17: optional components are used on demand, as far as there are any",
          "[orders][stock]") {
    OrdersFixture shop;
    shop.execute("UPDATE warehouse_item SET quantity = 1 WHERE id = 3");
    const std::int64_t id = shop.place(OrdersFixture::delivery({{"items", bouquets(2)}})).at("id");
    SECTION("not asked for") {
        shop.move(id, "assembled");
        CHECK(shop.on_hand(kRibbon) == 1);
    }
    SECTION("asked for, and short") {
        const Json order = shop.move(id, "assembled", {{"include_optional", true}});
        CHECK(shop.on_hand(kRibbon) == 0);
        CHECK(shop.movements(id, kRibbon) == "sale:-1");
        CHECK(order.at("warnings").at(0).at("code") == "optional_component_missing");

        shop.move(id, "cancelled", {{"notes", "other"}, {"stock_action", "restock"}});
        CHECK(shop.on_hand(kRibbon) == 1);
    }
}

TEST_CASE("O28: an order takes the recipe of the day it was made", "[orders][stock]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    shop.execute("UPDATE recipe_line SET quantity = 25 WHERE warehouse_item_id = 1");
    shop.move(id, "assembled");
    CHECK(shop.on_hand(kRoses) == 35);
}

TEST_CASE("O30: products without a recipe move no stock", "[orders][stock]") {
    OrdersFixture shop;
    const std::int64_t id =
        shop.place(OrdersFixture::delivery(
                       {{"items",
                         Json::array({{{"product_id", OrdersFixture::kCard}, {"quantity", 3}}})}}))
            .at("id");
    const Json order = shop.move(id, "assembled");
    CHECK(order.at("stock_operations").empty());
    CHECK(shop.number("SELECT COUNT(*) FROM stock_operation WHERE order_id = $1", {id}) == 0);
}
