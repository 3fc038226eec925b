#include <catch2/catch.hpp>

#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using test::OrdersFixture;
using test::Reply;
using test::Who;

namespace {

Json items(std::initializer_list<std::pair<std::int64_t, int>> lines) {
    Json array = Json::array();
    for (const auto& [id, quantity] : lines) {
        array.push_back({{"product_id", id}, {"quantity", quantity}});
    }
    return array;
}

}  // namespace

TEST_CASE("M6, M7: a preview says what the order will cost", "[orders][preview]") {
    OrdersFixture shop;
    const Json seen =
        shop.call("preview_order_cost", {{"items", items({{OrdersFixture::kBouquet, 1}})}}).result;
    CHECK(seen.at("available") == true);
    CHECK(seen.at("subtotal") == 9000);
    CHECK(seen.at("delivery_cost") == 1500);
    CHECK(seen.at("free_delivery_threshold") == 10000);
    CHECK(seen.at("free_delivery_threshold_display") == "10 000 ₸");
    CHECK(seen.at("free_delivery_applied") == false);
    CHECK(seen.at("amount_to_free_delivery") == 1000);
    CHECK(seen.at("total") == 10500);
    CHECK(seen.at("total_display") == "10 500 ₸");
    CHECK(seen.at("time").is_null());
    CHECK(seen.at("items").at(0).at("max_quantity") == 3);
    CHECK(seen.at("shop") == Json({{"id", 8},
                                   {"name", "Тестовый цветочный магазин"},
                                   {"delivery_available", true},
                                   {"pickup_available", true}}));
    const Json order = shop.place(OrdersFixture::delivery());
    CHECK(order.at("total") == seen.at("total"));

    const Json free =
        shop.call("preview_order_cost",
                  {{"items", items({{OrdersFixture::kBouquet, 1}, {OrdersFixture::kCard, 2}})}})
            .result;
    CHECK(free.at("free_delivery_applied") == true);
    CHECK(free.at("amount_to_free_delivery") == 0);
    CHECK(free.at("total") == 10000);

    const Json pickup =
        shop.call("preview_order_cost", {{"items", items({{OrdersFixture::kBouquet, 1}})},
                                         {"delivery_type", "самовывоз"}})
            .result;
    CHECK(pickup.at("total") == 9000);
    CHECK(pickup.at("amount_to_free_delivery").is_null());

    shop.execute("UPDATE shop SET free_delivery_threshold_minor = NULL WHERE id = 8");
    const Json never =
        shop.call("preview_order_cost", {{"items", items({{OrdersFixture::kCard, 24}})}}).result;
    CHECK(never.at("free_delivery_threshold").is_null());
    CHECK(never.at("amount_to_free_delivery_display").is_null());
    CHECK(never.at("total") == 13500);
}

TEST_CASE("W15: a short basket is an answer, judged as a whole", "[orders][preview]") {
    OrdersFixture shop;
    const Json seen =
        shop.call("preview_order_cost", {{"items", items({{OrdersFixture::kBouquet, 3},
                                                          {OrdersFixture::kSmall, 2},
                                                          {OrdersFixture::kCard, 7}})}})
            .result;
    CHECK(seen.at("available") == false);
    CHECK(seen.at("items").at(0).at("available") == false);
    CHECK(seen.at("items").at(0).at("max_quantity") == 3);
    CHECK(seen.at("items").at(1).at("available") == false);
    CHECK(seen.at("items").at(2).at("available") == true);
    CHECK(seen.at("items").at(2).at("max_quantity").is_null());
    CHECK(seen.at("warnings").at(0).at("code") == "stock_shortage");
    CHECK(seen.at("subtotal") == 38500);
    CHECK(seen.dump().find("роза") == std::string::npos);
}

TEST_CASE("preview_order_cost judges a time without refusing it", "[orders][preview]") {
    OrdersFixture shop;
    struct Row {
        const char* name;
        Json time;
        bool feasible;
        const char* code;
    };
    const Row rows[] = {
        {"exact", {{"delivery_date", "завтра"}, {"delivery_time", "15:00"}}, true, "ok"},
        {"asap", {{"delivery_time", "asap"}}, true, "ok"},
        {"a day as a whole", {{"delivery_date", "завтра"}}, true, "ok"},
        {"a time today", {{"delivery_time", "18:00"}}, true, "ok"},
        {"too soon",
         {{"delivery_date", "сегодня"}, {"delivery_time", "10:30"}},
         false,
         "lead_time"},
        {"at night",
         {{"delivery_date", "завтра"}, {"delivery_time", "23:00"}},
         false,
         "outside_hours"},
        {"in the past",
         {{"delivery_date", "2026-11-01"}, {"delivery_time", "12:00"}},
         false,
         "past"},
        {"in a year",
         {{"delivery_date", "2027-11-01"}, {"delivery_time", "12:00"}},
         false,
         "too_far"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        Json arguments = row.time;
        arguments["items"] = items({{OrdersFixture::kSmall, 1}});
        const Reply reply = shop.call("preview_order_cost", arguments);
        CAPTURE(reply.error);
        REQUIRE(reply.ok());
        CHECK(reply.result.at("time").at("feasible") == row.feasible);
        CHECK(reply.result.at("time").at("code") == row.code);
        CHECK(reply.result.at("time").at("earliest") == "2026-11-23T11:40:00+05:00");
    }
}

TEST_CASE("preview_order_cost refuses what no order could be, and changes nothing",
          "[orders][preview]") {
    OrdersFixture shop;
    const auto before = shop.traces();
    const auto code = [&](Json arguments, const char* name, const Json& value) {
        arguments[name] = value;
        return shop.call("preview_order_cost", arguments).code();
    };
    const Json good = {{"items", items({{OrdersFixture::kSmall, 1}})}};
    CHECK(code(good, "items", items({{99, 1}})) == "not_found");
    CHECK(code(good, "items", items({{OrdersFixture::kForeign, 1}})) == "not_found");
    CHECK(code(good, "items", items({{OrdersFixture::kRetired, 1}})) == "product_unavailable");
    CHECK(code(good, "items", items({{1, -1}})) == "invalid_argument");
    CHECK(code(good, "items", Json::array()) == "invalid_argument");
    CHECK(code(good, "delivery_date", "2026-02-30") == "unparseable_date");
    CHECK(code(good, "delivery_time", "25:99") == "unparseable_time");
    CHECK(code(good, "shop_id", 77) == "not_found");
    CHECK(shop.call("preview_order_cost", good).ok());
    shop.execute("UPDATE shop SET delivery_available = FALSE WHERE id = 8");
    CHECK(shop.call("preview_order_cost", good).code() == "delivery_unavailable");
    CHECK(shop.traces() == before);
}
