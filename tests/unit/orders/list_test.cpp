#include <algorithm>
#include <catch2/catch.hpp>

#include "domains/orders/order_tally.hpp"
#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using test::OrdersFixture;
using test::Reply;
using test::Who;

namespace {

Json card_order(const Json& changes = Json::object()) {
    Json arguments = OrdersFixture::delivery(
        {{"items", Json::array({{{"product_id", OrdersFixture::kCard}, {"quantity", 1}}})},
         {"allow_duplicate", true}});
    arguments.update(changes);
    return arguments;
}

/// "3 1": the last digits of the order numbers found.
std::string found(OrdersFixture& shop, const Json& filter, Who who = Who::director) {
    const Reply reply = shop.call("list_orders", filter, who);
    INFO(reply.error);
    REQUIRE(reply.ok());
    std::string text;
    for (const Json& item : reply.result.at("items")) {
        text += item.at("order_number").get<std::string>().back();
    }
    CHECK(reply.result.at("total") == text.size());
    return text;
}

}  // namespace

TEST_CASE("list_orders filters by status, payment, phone, words and days", "[orders][list]") {
    OrdersFixture shop;
    shop.place(card_order({{"customer_name", "Ёлкина Әсел"}, {"delivery_date", "2026-11-25"}}));
    shop.clock.advance_days(1);
    const Json second = shop.place(card_order({{"customer_phone", "+77000005555"},
                                               {"sender_phone", "+77000006666"},
                                               {"recipient_name", "100% Дана_"},
                                               {"recipient_phone", "+77000007777"},
                                               {"delivery_date", "2026-11-26"}}));
    const Json third =
        shop.place(card_order({{"delivery_date", "2026-11-25"}, {"delivery_time", "12:00"}}));
    shop.move(second.at("id"), "paid");

    CHECK(found(shop, Json::object()) == "321");
    CHECK(found(shop, {{"sort", "delivery_time"}}) == "312");
    CHECK(found(shop, {{"status", "new"}}) == "31");
    CHECK(found(shop, {{"status", "confirmed"}}) == "");
    CHECK(found(shop, {{"payment_status", "paid"}}) == "2");
    for (const char* phone : {"+77000005555", "87000006666", "7000007777"}) {
        CHECK(found(shop, {{"customer_phone", phone}}) == "2");
    }
    CHECK(found(shop, {{"search", "елкина"}}) == "1");
    CHECK(found(shop, {{"search", "АСЕЛ"}}) == "1");
    CHECK(found(shop, {{"search", "100%"}}) == "2");
    CHECK(found(shop, {{"search", "дана_"}}) == "2");
    CHECK(found(shop, {{"search", "%"}}) == "2");
    CHECK(found(shop, {{"search", "#00003"}}) == "3");
    CHECK(found(shop, {{"search", third.at("tracking_id")}}) == "3");
    CHECK(found(shop, {{"search", "' OR 1=1 --"}}) == "");
    CHECK(found(shop, {{"date_from", "2026-11-25"}, {"date_to", "25.11.2026"}}) == "31");
    CHECK(found(shop, {{"date_from", "послезавтра"}}) == "2");
    CHECK(found(shop, {{"date_field", "created"}, {"date_to", "вчера"}}) == "1");
    CHECK(found(shop, {{"date_field", "created"}, {"date_from", "сегодня"}}) == "32");
    CHECK(found(shop, {{"search", "дана"}, {"status", "new"}}) == "");
}

TEST_CASE("list_orders refuses days and phones it cannot read", "[orders][list]") {
    OrdersFixture shop;
    const auto refusal = [&](const Json& filter) {
        return shop.call("list_orders", filter, Who::director);
    };
    CHECK(refusal({{"date_from", "когда-нибудь"}}).code() == "unparseable_date");
    CHECK(refusal({{"date_from", "когда-нибудь"}}).error.at("details").at("field") == "date_from");
    CHECK(refusal({{"date_to", "завтра 18:00"}}).code() == "invalid_argument");
    CHECK(refusal({{"date_from", "2026-11-26"}, {"date_to", "2026-11-25"}}).code() ==
          "invalid_argument");
    CHECK(refusal({{"customer_phone", "12"}}).code() == "invalid_argument");
    CHECK(refusal({{"status", "pending"}}).code() == "invalid_argument");
    CHECK(refusal({{"limit", 101}}).code() == "invalid_argument");
    CHECK(refusal({{"skip", -1}}).code() == "invalid_argument");
}

TEST_CASE("C7: pages neither overlap nor miss, though all was ordered at once", "[orders][list]") {
    OrdersFixture shop;
    for (int i = 0; i < 5; ++i) shop.place(card_order());
    std::string seen;
    for (int skip = 0; skip < 6; skip += 2) {
        const Json page =
            shop.call("list_orders", {{"skip", skip}, {"limit", 2}}, Who::florist).result;
        CHECK(page.at("total") == 5);
        CHECK(page.at("has_more") == (skip < 4));
        for (const Json& item : page.at("items")) {
            seen += item.at("order_number").get<std::string>().back();
        }
    }
    CHECK(seen == "54321");
}

TEST_CASE("A16, A20: the lists are for staff, each shop its own", "[orders][list]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(card_order()).at("id");
    for (const char* tool : {"list_orders", "get_order"}) {
        const Json arguments =
            std::string(tool) == "get_order" ? Json{{"order_id", id}} : Json::object();
        CHECK(shop.call(tool, arguments, Who::guest).code() == "unauthenticated");
        CHECK(shop.call(tool, arguments, Who::customer).code() == "permission_denied");
        CHECK(shop.call(tool, arguments, Who::service).code() == "permission_denied");
    }
    CHECK(found(shop, Json::object(), Who::other_director) == "");
    CHECK(shop.call("get_order", {{"order_id", id}}, Who::other_director).code() == "not_found");
    CHECK(shop.call("list_orders", {{"shop_id", 9}}, Who::director).code() == "not_found");
}

TEST_CASE("A17: couriers see their own orders and those free to be taken", "[orders][list]") {
    OrdersFixture shop;
    const std::int64_t courier = shop.number("SELECT id FROM staff_user WHERE role = 'courier'");
    shop.place(card_order());                                       // 1: new
    const std::int64_t ready = shop.place(card_order()).at("id");   // 2: free to be taken
    const std::int64_t theirs = shop.place(card_order()).at("id");  // 3: of another courier
    const std::int64_t mine = shop.place(card_order()).at("id");    // 4: own
    const std::int64_t counter = shop.place(OrdersFixture::pickup()).at("id");  // 5: pickup
    for (const std::int64_t id : {ready, theirs, counter}) shop.move(id, "assembled");
    shop.execute(
        "UPDATE orders SET courier_id = (SELECT id FROM staff_user WHERE role = 'manager')"
        " WHERE id = $1",
        {theirs});
    shop.execute("UPDATE orders SET courier_id = $1 WHERE id = $2", {courier, mine});
    shop.with(Who::director, [](storage::Connection& connection, const CallContext& context) {
        orders::recount_orders(connection, context.shop_id);
        return 0;
    });

    CHECK(found(shop, Json::object(), Who::courier) == "42");
    CHECK(shop.call("get_order", {{"order_id", mine}}, Who::courier).ok());
    CHECK(shop.call("get_order", {{"order_id", ready}}, Who::courier).ok());
    for (const std::int64_t id : {theirs, counter}) {
        CHECK(shop.call("get_order", {{"order_id", id}}, Who::courier).code() == "not_found");
    }
}

TEST_CASE("O-results: get_order shows all, a list leaves history and reservations out",
          "[orders][list]") {
    OrdersFixture shop;
    const std::int64_t id =
        shop.place(OrdersFixture::delivery({{"notes", "открытка"}}), Who::customer).at("id");
    const Json order = shop.call("get_order", {{"order_id", id}}, Who::florist).result;
    CHECK(order.at("telegram_user_id") == "700000099");
    CHECK(order.at("channel") == "telegram");
    CHECK(order.at("allowed_transitions") == Json::array({"paid", "accepted", "cancelled"}));
    CHECK(order.at("reservation_expired") == false);
    CHECK(order.at("reservations").at(0) == Json({{"warehouse_item_id", OrdersFixture::kRoses},
                                                  {"name", "роза"},
                                                  {"reserved_quantity", 15},
                                                  {"state", "active"}}));
    CHECK(order.at("history").at(0).at("actor") == "customer:telegram:700000099");
    CHECK(order.at("history").at(0).at("old").is_null());
    CHECK(order.at("history").at(0).at("new") == "new");

    const Json page = shop.call("list_orders", Json::object(), Who::florist).result;
    const Json& item = page.at("items").at(0);
    CHECK_FALSE(item.contains("history"));
    CHECK_FALSE(item.contains("reservations"));
    CHECK(item.at("customer_phone") == "+77000001234");
    const Json& paths = page.at("untrusted_fields");
    CHECK(std::find(paths.begin(), paths.end(), "items[].notes") != paths.end());
}
