#include <catch2/catch.hpp>

#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using test::OrdersFixture;
using test::Reply;
using test::Who;

namespace {

std::int64_t staff_id(OrdersFixture& shop, const char* role, std::int64_t shop_id = 8) {
    return shop.number("SELECT id FROM staff_user WHERE role = $1 AND shop_id = $2",
                       {role, shop_id});
}

Reply update(OrdersFixture& shop, std::int64_t id, Json arguments, Who who = Who::director) {
    arguments["order_id"] = id;
    return shop.call("update_order_status", std::move(arguments), who);
}

}  // namespace

TEST_CASE("O4: transitions stamp their time and emit one event each", "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    shop.clock.advance_minutes(5);
    shop.move(id, "accepted");
    shop.clock.advance_minutes(5);
    shop.move(id, "assembled");
    shop.move(id, "accepted");
    shop.clock.advance_minutes(5);
    const Json order = shop.move(id, "assembled");

    CHECK(shop.number("SELECT assembled_ms FROM orders") == shop.clock.now_ms());
    CHECK(shop.events(id) == "order.created order.status order.status order.status order.status");
    CHECK(shop.number("SELECT version FROM orders") == 5);
    CHECK(order.at("history").size() == 5);
    CHECK(order.at("history").at(1).at("actor") ==
          "staff:" + std::to_string(staff_id(shop, "director")));
    CHECK(shop.text("SELECT actor_kind FROM order_history WHERE field = 'status' AND new_value = "
                    "'accepted'") == "staff");
}

TEST_CASE("O4: the current status again is a success without a trace", "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    shop.move(id, "accepted");
    const auto before = shop.traces();
    const Reply reply = update(shop, id, {{"status", "accepted"}});
    REQUIRE(reply.ok());
    CHECK(reply.result.at("status_changed") == false);
    CHECK(shop.traces() == before);
}

// Of calls that meet at one order the last may have read the clock first: here by a clock that goes
// back, on PostgreSQL by waiting for the order's lock.
TEST_CASE("O4: what happens to an order never runs backwards", "[orders][status]") {
    OrdersFixture shop;
    const Json placed = shop.place(OrdersFixture::delivery());
    const std::int64_t id = placed.at("id");
    shop.clock.advance_minutes(5);
    const UnixMs latest_ms = shop.clock.now_ms();
    shop.move(id, "accepted");
    const auto look_back = [&] { shop.clock.advance_minutes(-1); };
    look_back();
    shop.move(id, "assembled");
    look_back();
    shop.move(id, "accepted");
    look_back();
    REQUIRE(shop.call("update_order",
                      {{"tracking_id", placed.at("tracking_id")}, {"recipient_name", "Мадина"}},
                      Who::director)
                .ok());
    look_back();
    REQUIRE(shop.call("cancel_order", {{"order_id", id}, {"reason", "changed_mind"}}, Who::director)
                .ok());

    CHECK(shop.number("SELECT accepted_ms FROM orders") == latest_ms);
    CHECK(shop.number("SELECT assembled_ms FROM orders") == latest_ms);
    CHECK(shop.number("SELECT cancelled_ms FROM orders") == latest_ms);
    CHECK(shop.number("SELECT updated_ms FROM orders") == latest_ms);
    CHECK(shop.number("SELECT COUNT(*) FROM order_history WHERE at_ms = $1", {latest_ms}) == 5);
}

TEST_CASE("O5: florists and couriers are assigned by who may", "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    const std::int64_t florist = staff_id(shop, "florist");
    const std::int64_t courier = staff_id(shop, "courier");

    const Reply assigned =
        update(shop, id, {{"florist_id", florist}, {"courier_id", courier}, {"notes", "срочно"}},
               Who::manager);
    REQUIRE(assigned.ok());
    CHECK(assigned.result.at("florist_id") == florist);
    CHECK(assigned.result.at("courier_id") == courier);
    CHECK(assigned.result.at("status_changed") == false);
    CHECK(shop.events(id) == "order.created order.updated");
    CHECK(Json::parse(shop.text("SELECT data_json FROM events WHERE type = 'order.updated'"))
              .at("fields") == Json::array({"florist_id", "courier_id"}));
    CHECK(shop.history(id) == "status:->new florist_id:->" + std::to_string(florist) +
                                  " courier_id:->" + std::to_string(courier));
    CHECK(shop.text("SELECT reason FROM order_history WHERE field = 'courier_id'") == "срочно");

    SECTION("assigning the same again changes nothing") {
        const auto before = shop.traces();
        CHECK(update(shop, id, {{"courier_id", courier}}).ok());
        CHECK(shop.traces() == before);
    }
    SECTION("people of another role or shop are not found") {
        CHECK(update(shop, id, {{"courier_id", florist}}).code() == "not_found");
        CHECK(update(shop, id, {{"florist_id", courier}}).code() == "not_found");
        CHECK(update(shop, id, {{"florist_id", staff_id(shop, "director", 9)}}).code() ==
              "not_found");
        CHECK(update(shop, id, {{"florist_id", 999}}).code() == "not_found");
        shop.execute("UPDATE staff_user SET is_active = FALSE WHERE role = 'manager'");
        CHECK(update(shop, id, {{"florist_id", staff_id(shop, "manager")}}).code() == "not_found");
    }
    SECTION("managers and directors can do a florist's work") {
        CHECK(update(shop, id, {{"florist_id", staff_id(shop, "director")}}).ok());
    }
    SECTION("florists and couriers assign nobody") {
        for (const Who who : {Who::florist, Who::courier}) {
            const Reply reply = update(shop, id, {{"courier_id", courier}}, who);
            CHECK(reply.code() == "permission_denied");
            CHECK(reply.error.at("details").at("required_permission") == "assign_staff");
        }
    }
    SECTION("no courier on a pickup order") {
        const std::int64_t pickup = shop.place(OrdersFixture::pickup()).at("id");
        CHECK(update(shop, pickup, {{"courier_id", courier}}).reason() == "wrong_delivery_type");
    }
    SECTION("nobody on a finished order") {
        shop.move(id, "cancelled", {{"notes", "other"}});
        CHECK(update(shop, id, {{"florist_id", staff_id(shop, "manager")}}).reason() ==
              "status_not_editable");
    }
}

TEST_CASE("O5, A17: a courier takes a free order and then owns it", "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    CHECK(update(shop, id, {{"status", "in_delivery"}}, Who::courier).code() == "not_found");
    shop.move(id, "assembled");

    const Reply taken = update(shop, id, {{"status", "in_delivery"}}, Who::courier);
    REQUIRE(taken.ok());
    const std::int64_t courier = staff_id(shop, "courier");
    CHECK(taken.result.at("courier_id") == courier);
    CHECK(shop.history(id).find("courier_id:->" + std::to_string(courier)) != std::string::npos);
    CHECK(taken.result.at("allowed_transitions") == Json::array({"delivered"}));

    shop.execute("UPDATE orders SET courier_id = $1", {staff_id(shop, "manager")});
    CHECK(update(shop, id, {{"status", "delivered"}}, Who::courier).code() == "not_found");
}

TEST_CASE("O6: other words for statuses, and the seven for everything else", "[orders][status]") {
    OrdersFixture shop;
    const auto status_after = [&](std::int64_t id, const char* word) {
        const Reply reply = update(shop, id, {{"status", word}, {"notes", "other"}});
        INFO(reply.error);
        REQUIRE(reply.ok());
        return reply.result.at("status").get<std::string>();
    };
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    CHECK(status_after(id, "Confirmed") == "accepted");
    CHECK(status_after(id, "ready") == "assembled");
    CHECK(status_after(id, "DELIVERING") == "in_delivery");
    const std::int64_t other = shop.place(OrdersFixture::delivery({{"notes", "2"}})).at("id");
    CHECK(status_after(other, "canceled") == "cancelled");

    for (const char* word : {"processing", "in_production", "pending"}) {
        const Reply reply = update(shop, id, {{"status", word}});
        CHECK(reply.code() == "invalid_argument");
        CHECK(reply.error.at("details").at("accepted").size() == 7);
    }
}

TEST_CASE("O7: paying a new order moves it and removes the expiry", "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    const char* argument = GENERATE("status", "payment_status");
    const Reply reply = update(shop, id, {{argument, "paid"}}, Who::florist);
    REQUIRE(reply.ok());
    CHECK(reply.result.at("status") == "paid");
    CHECK(reply.result.at("payment_status") == "paid");
    CHECK(reply.result.at("amount_paid") == 10500);
    CHECK(reply.result.at("status_changed") == true);
    CHECK(reply.result.at("payment_changed") == true);
    CHECK(shop.number("SELECT paid_ms FROM orders") == test::kMonday10);
    CHECK(shop.history(id) == "status:->new status:new->paid payment_status:unpaid->paid");
    CHECK(shop.events(id) == "order.created order.status payment.status");
    CHECK(shop.number("SELECT COUNT(*) FROM reservation WHERE expires_ms IS NOT NULL") == 0);

    const auto before = shop.traces();
    const Reply again = update(shop, id, {{argument, "paid"}}, Who::florist);
    CHECK(again.result.at("payment_changed") == false);
    CHECK(shop.traces() == before);
}

TEST_CASE("O7: a late payment never moves a status back", "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    for (const char* status : {"accepted", "assembled", "in_delivery", "delivered"}) {
        shop.move(id, status);
    }
    const Reply reply = update(shop, id, {{"status", "paid"}});
    REQUIRE(reply.ok());
    CHECK(reply.result.at("status") == "delivered");
    CHECK(reply.result.at("status_changed") == false);
    CHECK(reply.result.at("payment_changed") == true);
    CHECK(shop.events(id).ends_with("order.status payment.status"));
}

TEST_CASE("O7: couriers take money on the way and at the door only", "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    shop.move(id, "assembled");
    CHECK(update(shop, id, {{"payment_status", "paid"}}, Who::courier).reason() ==
          "payment_transition");
    CHECK(update(shop, id, {{"status", "in_delivery"}, {"payment_status", "paid"}}, Who::courier)
              .ok());
    CHECK(shop.text("SELECT payment_status FROM orders") == "paid");
}

TEST_CASE("O8: refunds are due by cancelling and settled by managers", "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    CHECK(update(shop, id, {{"payment_status", "refunded"}}).reason() == "payment_transition");
    shop.move(id, "paid");
    const Json cancelled = shop.move(id, "cancelled", {{"notes", "changed_mind"}});
    CHECK(cancelled.at("payment_status") == "refund_required");
    CHECK(cancelled.at("refund_required") == true);
    CHECK(cancelled.at("payment_changed") == true);

    CHECK(update(shop, id, {{"payment_status", "paid"}}).reason() == "payment_transition");
    CHECK(update(shop, id, {{"status", "paid"}}).reason() == "payment_transition");
    CHECK(update(shop, id, {{"payment_status", "refunded"}}, Who::florist).reason() ==
          "payment_transition");
    const Reply refunded = update(shop, id, {{"payment_status", "refunded"}}, Who::manager);
    REQUIRE(refunded.ok());
    CHECK(refunded.result.at("payment_status") == "refunded");
    CHECK(refunded.result.at("refund_required") == false);
    CHECK(update(shop, id, {{"payment_status", "refunded"}}).result.at("payment_changed") == false);
}

TEST_CASE("O9, R6: photos belong to orders that can be seen, and move nothing",
          "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    const Json photo = {{"photo_url", "https://img.example.com/1.jpg"}};
    CHECK(update(shop, id, photo).code() == "invalid_argument");
    CHECK(update(shop, id, {{"photo_url", "http://img.example.com/1.jpg"}}).code() ==
          "invalid_argument");
    CHECK(update(shop, id, {{"photo_url", "https://127.0.0.1/1.jpg"}}).code() ==
          "invalid_argument");

    Json with_status = photo;
    with_status["status"] = "assembled";
    const Reply assembled = update(shop, id, with_status);
    REQUIRE(assembled.ok());
    CHECK(assembled.result.at("photos") ==
          Json::array({{{"url", "https://img.example.com/1.jpg"}, {"kind", "assembly"}}}));

    shop.move(id, "in_delivery");
    const Reply on_the_way = update(shop, id, photo, Who::director);
    REQUIRE(on_the_way.ok());
    CHECK(on_the_way.result.at("photos").at(1).at("kind") == "delivery");
    CHECK(on_the_way.result.at("status_changed") == false);
    CHECK(shop.history(id).ends_with("photo:->https://img.example.com/1.jpg"));
    CHECK(shop.events(id).ends_with("order.updated"));
}

TEST_CASE("update_order_status refuses calls that say nothing or name no order",
          "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    CHECK(update(shop, id, Json::object()).code() == "invalid_argument");
    CHECK(update(shop, id, {{"notes", "только слова"}}).code() == "invalid_argument");
    CHECK(update(shop, id + 1, {{"status", "accepted"}}).code() == "not_found");
    CHECK(update(shop, 0, {{"status", "accepted"}}).code() == "invalid_argument");
    CHECK(update(shop, id, {{"status", "accepted"}}, Who::other_director).code() == "not_found");
    CHECK(update(shop, id, {{"status", "accepted"}}, Who::guest).code() == "unauthenticated");
    for (const Who who : {Who::customer, Who::service}) {
        CHECK(update(shop, id, {{"status", "accepted"}}, who).code() == "permission_denied");
    }
    CHECK(shop.history(id) == "status:->new");
}

TEST_CASE("I13, I14: the customer on Telegram is told, step by step", "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery(), Who::customer).at("id");
    shop.move(id, "paid");
    shop.move(id, "assembled", {{"photo_url", "https://img.example.com/1.jpg"}});
    shop.move(id, "accepted");  // rework is nobody's business outside
    shop.move(id, "assembled");
    shop.move(id, "cancelled", {{"notes", "other"}, {"stock_action", "restock"}});

    std::string messages;
    for (const storage::Row row :
         shop.rows("SELECT payload_json, partition_key FROM outbox ORDER BY id")) {
        messages += Json::parse(row.get<std::string>(0)).at("template").get<std::string>() + " ";
        CHECK(row.get<std::string>(1) == "order:" + std::to_string(id));
    }
    CHECK(
        messages ==
        "order_confirmed order_paid order_assembled photo_ready order_assembled order_cancelled ");
    const Json first =
        Json::parse(shop.text("SELECT payload_json FROM outbox ORDER BY id LIMIT 1"));
    CHECK(first.at("user_id") == "700000099");
    CHECK(first.at("delivery_text") == "вт, 24 ноября, 15:00");
    CHECK(first.at("total_display") == "10 500 ₸");
}

TEST_CASE("P7: an order's units count from its payment on, until it is cancelled",
          "[orders][status]") {
    OrdersFixture shop;
    const auto sums = [&] {
        std::string text;
        for (const storage::Row row :
             shop.rows("SELECT product_id, units FROM product_sale WHERE shop_id = 8 AND units > 0 "
                       "ORDER BY product_id, span_ms")) {
            text += std::to_string(row.get<std::int64_t>(0)) + ":" +
                    std::to_string(row.get<std::int64_t>(1)) + " ";
        }
        return text;
    };
    const Json items = {{{"product_id", OrdersFixture::kSmall}, {"quantity", 2}},
                        {{"product_id", OrdersFixture::kCard}, {"quantity", 3}}};
    const std::int64_t id = shop.place(OrdersFixture::delivery({{"items", items}})).at("id");
    CHECK(sums().empty());

    shop.move(id, "paid");
    const std::string counted = "2:2 2:2 2:2 2:2 3:3 3:3 3:3 3:3 ";
    CHECK(sums() == counted);
    shop.move(id, "accepted");
    shop.move(id, "assembled");
    CHECK(sums() == counted);

    shop.move(id, "cancelled", {{"notes", "other"}, {"stock_action", "restock"}});
    CHECK(sums().empty());
}

TEST_CASE("I8: an order's history follows what happened to it, not the clocks of parallel calls",
          "[orders][status]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    shop.move(id, "accepted");
    shop.clock.advance_minutes(-1);  // this call began before the one that it had to wait for
    shop.move(id, "assembled");

    const Json order = shop.call("get_order", {{"order_id", id}}, Who::florist).result;
    Json steps = Json::array();
    for (const Json& row : order.at("history")) steps.push_back(row.at("new"));
    CHECK(steps == Json({"new", "accepted", "assembled"}));
}
