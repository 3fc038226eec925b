#include <catch2/catch.hpp>

#include "journal/audit.hpp"
#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using test::OrdersFixture;
using test::Reply;
using test::Who;

namespace {

Reply cancel(OrdersFixture& shop, const Json& order, Json more = Json::object(),
             Who who = Who::guest) {
    more["tracking_id"] = order.at("tracking_id");
    if (!more.contains("reason")) more["reason"] = "changed_mind";
    return shop.call("cancel_order", std::move(more), who);
}

Reply cancel_by_id(OrdersFixture& shop, std::int64_t id, Who who) {
    return shop.call("cancel_order", {{"order_id", id}, {"reason", "other"}}, who);
}

}  // namespace

TEST_CASE("O42: cancelling frees flowers and place, and is told", "[orders][cancel]") {
    OrdersFixture shop;
    shop.execute("UPDATE shop SET slot_capacity = 1 WHERE id = 8");
    const Json order = shop.place(OrdersFixture::delivery({{"notes", "открытка"}}));
    const std::int64_t id = order.at("id");
    shop.clock.advance_minutes(3);
    const Reply reply = cancel(shop, order);
    REQUIRE(reply.ok());
    CHECK(reply.result.at("status") == "cancelled");
    CHECK(reply.result.at("already_cancelled") == false);
    CHECK(reply.result.at("refund_required") == false);
    CHECK(reply.result.at("stock_effect") == "released");
    CHECK(reply.result.at("cancellation") ==
          Json({{"reason_code", "changed_mind"}, {"at", "2026-11-23T10:03:00+05:00"}}));
    CHECK(reply.result.at("cancel_reason") == "changed_mind");

    CHECK(shop.reservation_states(id) == "released released");
    CHECK(shop.number("SELECT booked FROM slot_load") == 0);
    CHECK(shop.history(id) == "status:->new status:new->cancelled");
    CHECK(shop.text("SELECT reason FROM order_history WHERE new_value = 'cancelled'") ==
          "changed_mind");
    CHECK(shop.events(id) == "order.created order.status");
    CHECK(shop.number("SELECT cancelled_ms FROM orders") == shop.clock.now_ms());
    CHECK(shop.text("SELECT notes FROM orders") == "открытка");
}

TEST_CASE("O41: codes stay codes, other words are kept with the code other", "[orders][cancel]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());
    struct Row {
        const char* reason;
        const char* code;
        const char* shown;
    };
    const Row row =
        GENERATE(Row{"changed_mind", "changed_mind", "changed_mind"},
                 Row{"wrong_product", "wrong_product", "wrong_product"},
                 Row{"delivery_time", "delivery_time", "delivery_time"},
                 Row{"duplicate", "duplicate", "duplicate"}, Row{"other", "other", "other"},
                 Row{"Передумали праздновать", "other", "Передумали праздновать"},
                 Row{"payment_expired", "other", "payment_expired"});
    const Reply reply = cancel(shop, order, {{"reason", row.reason}});
    REQUIRE(reply.ok());
    CHECK(reply.result.at("cancellation").at("reason_code") == row.code);
    CHECK(reply.result.at("cancel_reason") == row.shown);
}

TEST_CASE("O41: a reason is needed", "[orders][cancel]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());
    CHECK(cancel(shop, order, {{"reason", "   "}}).code() == "invalid_argument");
    CHECK(shop.call("cancel_order", {{"tracking_id", order.at("tracking_id")}}).code() ==
          "invalid_argument");
    const Reply status =
        shop.call("update_order_status", {{"order_id", order.at("id")}, {"status", "cancelled"}},
                  Who::florist);
    CHECK(status.code() == "invalid_argument");
    CHECK(status.error.at("details").at("field") == "notes");
    CHECK(shop.text("SELECT status FROM orders") == "new");
}

TEST_CASE("O43, I14: cancelling twice changes nothing", "[orders][cancel]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());
    cancel(shop, order);
    const auto before = shop.traces();
    const Reply again = cancel(shop, order, {{"reason", "другая причина"}});
    REQUIRE(again.ok());
    CHECK(again.result.at("already_cancelled") == true);
    CHECK(again.result.at("stock_effect") == "none");
    CHECK(again.result.at("cancel_reason") == "changed_mind");
    const Reply by_status =
        shop.call("update_order_status", {{"order_id", order.at("id")}, {"status", "cancelled"}},
                  Who::florist);
    REQUIRE(by_status.ok());
    CHECK(by_status.result.at("status_changed") == false);
    CHECK(shop.traces() == before);
}

TEST_CASE("O8, O42: cancelling a paid order asks for a refund", "[orders][cancel]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());
    shop.move(order.at("id"), "paid");
    const Reply reply = cancel(shop, order);
    REQUIRE(reply.ok());
    CHECK(reply.result.at("refund_required") == true);
    CHECK(reply.result.at("payment_status") == "refund_required");
    CHECK(shop.history(order.at("id")).ends_with("payment_status:paid->refund_required"));
    CHECK(shop.events(order.at("id")).ends_with("order.status payment.status"));
    CHECK(cancel(shop, order).result.at("refund_required") == true);
}

TEST_CASE("O40: after assembly managers only, and with a stock action", "[orders][cancel]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery(), Who::customer);
    shop.move(order.at("id"), "assembled");
    if (GENERATE(false, true)) shop.move(order.at("id"), "in_delivery");

    for (const Who who : {Who::guest, Who::customer, Who::service, Who::courier, Who::florist}) {
        const Reply reply = cancel(shop, order, {{"stock_action", "restock"}}, who);
        CHECK(reply.reason() == "status_transition");
    }
    const Reply advice = cancel(shop, order, Json::object(), Who::customer);
    CHECK(advice.error.at("message").get<std::string>().find("call the shop") != std::string::npos);
    CHECK(cancel(shop, order, Json::object(), Who::manager).reason() == "stock_action_required");

    const Reply done = cancel(shop, order, {{"stock_action", "writeoff"}}, Who::manager);
    REQUIRE(done.ok());
    CHECK(done.result.at("stock_effect") == "written_off");
    CHECK(done.result.at("allowed_transitions").empty());
    CHECK(shop.on_hand(OrdersFixture::kRoses) == 35);
}

TEST_CASE("O40: nobody cancels a delivered order", "[orders][cancel]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::pickup());
    shop.move(order.at("id"), "assembled");
    shop.move(order.at("id"), "delivered");
    for (const Who who : {Who::guest, Who::customer, Who::florist, Who::director}) {
        CHECK(cancel(shop, order, {{"stock_action", "restock"}}, who).reason() ==
              "status_transition");
    }
}

TEST_CASE("O39, A8: an order id works for its owner and for staff, and tells others nothing",
          "[orders][cancel]") {
    OrdersFixture shop;
    const std::int64_t mine = shop.place(OrdersFixture::delivery(), Who::customer).at("id");
    const std::int64_t by_phone =
        shop.place(OrdersFixture::delivery(
                       {{"customer_phone", "+77000007777"}, {"sender_phone", "+77000008888"}}))
            .at("id");
    const auto refused = [&](std::int64_t id, Who who) {
        const Reply reply = cancel_by_id(shop, id, who);
        CHECK(reply.code() == "permission_denied");
        CHECK(reply.reason() == "verification_required");
        CHECK(reply.error.at("details").at("proofs") == Json::array({"tracking_id"}));
        return reply.error.at("message").get<std::string>();
    };

    SECTION("strangers, whether or not there is such an order") {
        for (const Who who : {Who::guest, Who::service, Who::courier}) {
            CHECK(refused(mine, who) == refused(987654, who));
        }
        CHECK(refused(by_phone, Who::customer) == refused(987654, Who::customer));
        shop.telegram_user = "700000098";
        refused(mine, Who::customer);
    }
    SECTION("placed under the same identity") {
        CHECK(cancel_by_id(shop, mine, Who::customer).ok());
    }
    SECTION("on a verified phone, as customer or sender") {
        shop.customer_phone = GENERATE("+77000007777", "+77000008888");
        CHECK(cancel_by_id(shop, by_phone, Who::customer).ok());
    }
    SECTION("a recipient is no owner") {
        const std::int64_t gift =
            shop.place(OrdersFixture::delivery({{"recipient_phone", "+77000005555"}})).at("id");
        shop.customer_phone = "+77000005555";
        refused(gift, Who::customer);
    }
    SECTION("staff of this shop, not of another") {
        CHECK(cancel_by_id(shop, mine, Who::other_director).code() == "not_found");
        CHECK(cancel_by_id(shop, mine, Who::florist).ok());
    }
}

TEST_CASE("O39: exactly one of tracking_id and order_id", "[orders][cancel]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery());
    CHECK(shop.call("cancel_order", {{"reason", "other"}}).code() == "invalid_argument");
    CHECK(cancel(shop, order, {{"order_id", order.at("id")}}).code() == "invalid_argument");
    CHECK(shop.call("cancel_order", {{"reason", "other"}, {"tracking_id", "000000000"}}).code() ==
          "not_found");
}

TEST_CASE("A12, I9: an order found by its tracking id is audited in its own shop",
          "[orders][cancel]") {
    OrdersFixture shop;
    shop.execute("UPDATE product SET shop_id = 9 WHERE id = 3");
    const Json order = shop.place(OrdersFixture::delivery(
        {{"shop_id", 9},
         {"items", Json::array({{{"product_id", OrdersFixture::kCard}, {"quantity", 1}}})}}));
    REQUIRE(
        shop.call("update_order", {{"tracking_id", order.at("tracking_id")}, {"notes", "открытка"}})
            .ok());
    REQUIRE(cancel(shop, order).ok());
    CHECK(shop.number("SELECT COUNT(*) FROM audit_log WHERE shop_id = 8") == 0);
    CHECK(shop.number("SELECT COUNT(*) FROM audit_log WHERE shop_id = 9") == 3);
    CHECK(shop.number("SELECT COUNT(*) FROM events WHERE shop_id = 9") == 3);
    CHECK(shop.with(Who::guest, [](auto& connection, const auto&) {
        return journal::first_broken_audit_row(connection, 9);
    }) == 0);
}
