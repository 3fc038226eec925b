#include "domains/orders/order_tally.hpp"

#include <catch2/catch.hpp>

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

std::string tally(OrdersFixture& shop) {
    std::string text;
    for (const storage::Row row :
         shop.rows("SELECT span, place, status, payment_status, orders FROM order_tally "
                   "ORDER BY shop_id, span, place, status, payment_status")) {
        text += row.get<std::string>(0) + " " + std::to_string(row.get<std::int64_t>(1)) + " " +
                row.get<std::string>(2) + " " + row.get<std::string>(3) + " " +
                std::to_string(row.get<std::int64_t>(4)) + "\n";
    }
    return text;
}

/// What stands in the table is what counting anew finds.
void check_tally(OrdersFixture& shop) {
    const std::string kept = tally(shop);
    shop.with(Who::director, [](storage::Connection& connection, const CallContext& context) {
        orders::recount_orders(connection, context.shop_id);
        return 0;
    });
    CHECK(kept == tally(shop));
}

std::int64_t total(OrdersFixture& shop, const Json& filter, Who who = Who::director) {
    const Reply reply = shop.call("list_orders", filter, who);
    INFO(reply.error);
    REQUIRE(reply.ok());
    return reply.result.at("total");
}

}  // namespace

TEST_CASE("the tally follows an order through its life", "[orders][tally]") {
    OrdersFixture shop;
    const Json placed = shop.place(card_order());
    const std::int64_t id = placed.at("id");
    const std::string tracking_id = placed.at("tracking_id");
    CHECK(tally(shop) ==
          "created 20780 new unpaid 1\n"
          "delivery 20261124 new unpaid 1\n"
          "shop 0 new unpaid 1\n");

    shop.move(id, "paid");
    CHECK(tally(shop) ==
          "created 20780 paid paid 1\n"
          "delivery 20261124 paid paid 1\n"
          "shop 0 paid paid 1\n");

    CHECK(shop.call("update_order", {{"tracking_id", tracking_id}, {"delivery_date", "2026-11-26"}},
                    Who::director)
              .ok());
    CHECK(shop.number("SELECT place FROM order_tally WHERE span = 'delivery'") == 20261126);

    shop.move(id, "accepted");
    shop.move(id, "assembled");
    CHECK(shop.number("SELECT orders FROM order_tally WHERE span = 'untaken'") == 1);
    shop.move(id, "in_delivery",
              {{"courier_id", shop.number("SELECT id FROM staff_user WHERE role = 'courier' AND "
                                          "shop_id = 8")}});
    CHECK(shop.number("SELECT COUNT(*) FROM order_tally WHERE span = 'untaken'") == 0);
    CHECK(shop.number("SELECT orders FROM order_tally WHERE span = 'courier'") == 1);
    shop.move(id, "delivered");
    check_tally(shop);
}

TEST_CASE("a refused order leaves no trace in the tally", "[orders][tally]") {
    OrdersFixture shop;
    shop.place(card_order());
    const std::string before = tally(shop);
    CHECK_FALSE(
        shop.call("create_order",
                  OrdersFixture::delivery({{"items", {{{"product_id", 1}, {"quantity", 900}}}}}))
            .ok());
    CHECK(tally(shop) == before);
}

TEST_CASE("C7: totals by day of ordering are exact at every hour", "[orders][tally]") {
    OrdersFixture shop;
    for (int hours = 0; hours < 96; hours += 5) {
        shop.place(card_order({{"delivery_date", "2026-12-01"}}));
        shop.clock.set(shop.clock.now_ms() + 5 * 3'600'000);
    }
    for (int first = 22; first <= 28; ++first) {
        for (int last = first; last <= 28; ++last) {
            const auto day = [](int n) { return "2026-11-" + std::to_string(n); };
            const Json filter = {
                {"date_field", "created"}, {"date_from", day(first)}, {"date_to", day(last)}};
            const auto midnight = [](int n) { return 1795546800000 + (n - 25) * 86'400'000LL; };
            const std::int64_t counted = shop.number(
                "SELECT COUNT(*) FROM orders WHERE created_ms >= $1 AND created_ms < $2",
                {midnight(first), midnight(last + 1)});
            INFO(filter.dump());
            CHECK(total(shop, filter) == counted);
            Json fresh = filter;
            fresh["status"] = "new";
            CHECK(total(shop, fresh) == counted);
            fresh["status"] = "paid";
            CHECK(total(shop, fresh) == 0);
        }
    }
    CHECK(total(shop, {{"date_field", "created"}, {"date_from", "2026-11-25"}}) ==
          shop.number("SELECT COUNT(*) FROM orders WHERE created_ms >= 1795546800000"));
    CHECK(total(shop, {{"date_field", "created"}, {"date_to", "2026-11-24"}}) ==
          shop.number("SELECT COUNT(*) FROM orders WHERE created_ms < 1795546800000"));
}

TEST_CASE("C7: a list is the same whichever way it is found", "[orders][list][tally]") {
    OrdersFixture shop;
    // Three of four are for the 25th, so that its list goes along the sequence; the 26th has few.
    for (int i = 0; i < 12; ++i) {
        const std::int64_t id =
            shop.place(card_order({{"delivery_date", i % 4 == 0 ? "2026-11-26" : "2026-11-25"},
                                   {"delivery_time", std::to_string(11 + i % 8) + ":00"}}))
                .at("id");
        if (i % 3 != 0) shop.move(id, "paid");
    }
    for (const char* sort : {"newest", "delivery_time"}) {
        for (const char* day : {"2026-11-25", "2026-11-26"}) {
            for (const char* status : {"new", "paid"}) {
                const Json filter = {{"sort", sort},
                                     {"date_from", day},
                                     {"date_to", day},
                                     {"status", status},
                                     {"search", "#000"}};
                std::string expected;
                const std::string sql =
                    "SELECT id FROM orders WHERE delivery_day = $1 AND status = $2 ORDER BY " +
                    std::string(sort == std::string("newest") ? "created_ms DESC, id DESC"
                                                              : "delivery_at_ms, id");
                for (const storage::Row row : shop.rows(sql, {day, status})) {
                    expected += std::to_string(row.get<std::int64_t>(0)) + " ";
                }
                std::string listed;
                for (int skip = 0; skip < 12; skip += 2) {
                    Json page = filter;
                    page["skip"] = skip;
                    page["limit"] = 2;
                    const Json result = shop.call("list_orders", page, Who::director).result;
                    for (const Json& item : result.at("items")) {
                        listed += std::to_string(item.at("id").get<std::int64_t>()) + " ";
                    }
                    CHECK(result.at("total") == total(shop, filter));
                }
                INFO(filter.dump());
                CHECK(listed == expected);
            }
        }
    }
    check_tally(shop);
}

TEST_CASE("W13: what an item keeps as reserved follows its claims", "[orders][warehouse]") {
    OrdersFixture shop;
    const auto check = [&](std::int64_t roses) {
        CHECK(shop.number("SELECT reserved FROM warehouse_item WHERE id = 1") == roses);
        CHECK(shop.number("SELECT COALESCE(SUM(reserved_quantity), 0) FROM reservation "
                          "WHERE warehouse_item_id = 1 AND state = 'active'") == roses);
    };
    const auto bouquet = [&](const char* phone) {
        return shop.place(OrdersFixture::delivery({{"customer_phone", phone}}))
            .at("id")
            .get<std::int64_t>();
    };
    const std::int64_t first = bouquet("+77000000001");
    const std::int64_t second = bouquet("+77000000002");
    check(30);
    shop.move(first, "accepted");
    shop.move(first, "assembled");
    check(15);
    shop.move(first, "accepted");  // back on the shelf, and still promised
    check(30);
    CHECK(
        shop.call("cancel_order", {{"order_id", second}, {"reason", "changed_mind"}}, Who::director)
            .ok());
    check(15);
    shop.move(first, "assembled");
    check(0);
}
