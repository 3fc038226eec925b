#include <catch2/catch.hpp>

#include "support/shop_fixture.hpp"
#include "tools/register_all.hpp"

// get_delivery_slots, validate_delivery_time and check_delivery_feasibility as clients see them.
// Monday 2026-11-23, 10:00 in Almaty.

using namespace shopkeeper;
using test::kMonday10;
using test::Reply;
using test::ShopFixture;

namespace {

/// Products 1 (quick, two roses), 2 (slow, three roses), 3 (no recipe), 4 of the other shop; ten
/// roses.
struct AskedShop : ShopFixture {
    explicit AskedShop(UnixMs now_ms = kMonday10) : ShopFixture({tools::register_shop}, now_ms) {
        ShopFixture& shop = *this;
        shop.execute(
            "INSERT INTO warehouse_item (id, shop_id, name, name_folded, quantity, created_ms, "
            "updated_ms) "
            "VALUES (1, 8, 'Роза', 'роза', 10, 0, 0), (2, 8, 'Лента', 'лента', 0, 0, 0)");
        shop.execute(
            "INSERT INTO product (id, shop_id, name, name_folded, price_minor, "
            "manufacturing_time_minutes, created_ms, "
            "updated_ms) VALUES (1, 8, 'Букет', 'букет', 100000, NULL, 0, 0), (2, 8, 'Корзина', "
            "'корзина', 100000, 120, "
            "0, 0), (3, 8, 'Открытка', 'открытка', 1000, 0, 0, 0), (4, 9, 'Чужое', 'чужое', 1000, "
            "0, "
            "0, 0)");
        shop.execute(
            "INSERT INTO recipe_line (shop_id, product_id, warehouse_item_id, quantity, "
            "is_optional) "
            "VALUES (8, 1, 1, 2, FALSE), (8, 2, 1, 3, FALSE), (8, 1, 2, 1, TRUE)");
    }
};

Json ask(ShopFixture& shop, const char* tool, Json arguments = Json::object()) {
    const Reply reply = shop.call(tool, std::move(arguments));
    INFO(reply.error.dump());
    REQUIRE(reply.ok());
    return reply.result;
}

}  // namespace

TEST_CASE("S9, D16: the slots of today", "[shop][questions]") {
    AskedShop shop;
    const Json answer = ask(shop, "get_delivery_slots");
    CHECK(answer.at("date") == "2026-11-23");
    CHECK(answer.at("lead_time_minutes") == 100);
    CHECK(answer.at("earliest") == "2026-11-23T11:40:00+05:00");
    CHECK(answer.at("code") == "ok");
    REQUIRE(answer.at("slots").size() == 6);
    const Json& started = answer.at("slots").at(1);
    CHECK(started.at("available") == false);
    CHECK(started.at("code") == "lead_time");
    CHECK(started.at("reason_label") == "Не успеем подготовить");
    const Json& free = answer.at("slots").at(2);
    CHECK(free.at("start") == "2026-11-23T13:00:00+05:00");
    CHECK(free.at("end") == "2026-11-23T15:00:00+05:00");
    CHECK(free.at("label") == "пн, 23 ноября, 13:00–15:00");
    CHECK(free.at("available") == true);
    CHECK(free.at("reason_label").is_null());
    CHECK(answer.at("next_open_date").is_null());
}

TEST_CASE("S9, D14: the basket and the way of handover decide the lead time", "[shop][questions]") {
    AskedShop shop;
    const auto lead = [&](Json arguments) {
        return ask(shop, "get_delivery_slots", std::move(arguments))
            .at("lead_time_minutes")
            .get<int>();
    };
    CHECK(lead({{"product_ids", {1}}}) == 30 + 10 + 60);
    CHECK(lead({{"product_ids", {1, 1, 1}}}) == 30 + 30 + 60);  // a repeated id is more units
    CHECK(lead({{"product_ids", {1, 2}}}) == 120 + 20 + 60);
    CHECK(lead({{"product_ids", {3}}}) == 0 + 10 + 60);
    CHECK(lead({{"delivery_type", "pickup"}}) == 40);
    CHECK(lead({{"product_ids", "1,2"}}) == 200);  // C3
}

TEST_CASE("S9: unknown products, foreign ones and a way that is switched off",
          "[shop][questions]") {
    AskedShop shop;
    for (const char* tool :
         {"get_delivery_slots", "validate_delivery_time", "check_delivery_feasibility"}) {
        CAPTURE(tool);
        Json arguments = std::string(tool) == "validate_delivery_time"
                             ? Json{{"delivery_time", "завтра 18:00"}}
                             : Json::object();
        arguments["product_ids"] = {1, 4};
        CHECK(shop.call(tool, arguments).code() == "not_found");
        arguments.erase("product_ids");
        shop.execute("UPDATE shop SET delivery_available = FALSE WHERE id = 8");
        const Reply off = shop.call(tool, arguments);
        CHECK(off.code() == "delivery_unavailable");
        CHECK(off.error.at("details").at("accepted") == Json{"pickup"});
        arguments["delivery_type"] = "pickup";
        CHECK(shop.call(tool, arguments).ok());
        shop.execute(
            "UPDATE shop SET delivery_available = TRUE, pickup_available = FALSE WHERE id = 8");
        CHECK(shop.call(tool, arguments).code() == "pickup_unavailable");
        shop.execute("UPDATE shop SET pickup_available = TRUE WHERE id = 8");
    }
}

TEST_CASE("D16: a closed day has no slots but says when the shop opens", "[shop][questions]") {
    AskedShop shop;
    shop.execute(
        "INSERT INTO shop_exception (shop_id, day, closed, created_ms, updated_ms) "
        "VALUES (8, '2026-11-24', TRUE, 0, 0)");
    const Json answer = ask(shop, "get_delivery_slots", {{"date", "завтра"}});
    CHECK(answer.at("slots").empty());
    CHECK(answer.at("code") == "closed_day");
    CHECK(answer.at("next_open_date") == "2026-11-25");
}

TEST_CASE("D16, D20: a full slot is shown as full", "[shop][questions]") {
    AskedShop shop;
    shop.execute("UPDATE shop SET slot_capacity = 2 WHERE id = 8");
    shop.execute(
        "INSERT INTO slot_load (shop_id, slot_start_ms, booked) VALUES (8, $1, 2), (8, $2, 1)",
        {kMonday10 + 27 * 3'600'000, kMonday10 + 29 * 3'600'000});  // Tuesday 13:00 and 15:00
    const Json slots = ask(shop, "get_delivery_slots", {{"date", "tomorrow"}}).at("slots");
    CHECK(slots.at(2).at("code") == "capacity");
    CHECK(slots.at(2).at("reason_label") == "На это время мест нет");
    CHECK(slots.at(3).at("available") == true);
}

TEST_CASE("S9, D6: get_delivery_slots takes days in words and refuses what is none",
          "[shop][questions]") {
    AskedShop shop;
    CHECK(ask(shop, "get_delivery_slots", {{"date", "в субботу"}}).at("date") == "2026-11-28");
    CHECK(ask(shop, "get_delivery_slots", {{"date", "ертең"}}).at("date") == "2026-11-24");
    CHECK(ask(shop, "get_delivery_slots", {{"date", "вчера"}}).at("code") == "past");
    const Reply refused = shop.call("get_delivery_slots", {{"date", "когда-нибудь"}});
    CHECK(refused.code() == "unparseable_date");
    CHECK(refused.error.at("details").at("field") == "date");
    CHECK(shop.call("get_delivery_slots", {{"date", "на выходных"}}).code() == "ambiguous_time");
}

TEST_CASE("S9: a time in words is understood and confirmed", "[shop][questions]") {
    AskedShop shop;
    const Json exact = ask(shop, "validate_delivery_time", {{"delivery_time", "завтра к 18:00"}});
    CHECK(exact.at("valid") == true);
    CHECK(exact.at("is_valid") == true);
    CHECK(exact.at("delivery_time") == "2026-11-24T18:00:00+05:00");
    CHECK(exact.at("precision") == "exact");
    CHECK(exact.at("window").is_null());
    CHECK(exact.at("code") == "ok");
    CHECK(exact.at("reason_label").is_null());
    CHECK(exact.at("alternative_slots").empty());
    CHECK(exact.at("assumptions").empty());

    const Json window = ask(shop, "validate_delivery_time", {{"delivery_time", "в субботу утром"}});
    CHECK(window.at("precision") == "window");
    CHECK(window.at("window") ==
          Json{{"start", "2026-11-28T10:00:00+05:00"}, {"end", "2026-11-28T12:00:00+05:00"}});

    const Json day = ask(shop, "validate_delivery_time",
                         {{"delivery_time", "завтра"}});  // D12: the day is judged
    CHECK(day.at("valid") == true);
    CHECK(day.at("delivery_time").is_null());
    CHECK(day.at("precision") == "unspecified");

    CHECK(ask(shop, "validate_delivery_time", {{"delivery_time", "2026-11-24T13:00:00Z"}})
              .at("delivery_time") == "2026-11-24T18:00:00+05:00");
}

TEST_CASE("D8, D12: what was assumed is said", "[shop][questions]") {
    AskedShop shop;
    const Json answer = ask(shop, "validate_delivery_time", {{"delivery_time", "в 6"}});
    CHECK(answer.at("delivery_time") == "2026-11-23T18:00:00+05:00");
    REQUIRE(answer.at("assumptions").size() == 2);
    CHECK(answer.at("assumptions").at(0) == "'6' was read as 18:00.");
    CHECK(answer.at("assumptions").at(1).get<std::string>().find("today") != std::string::npos);
    CHECK(
        ask(shop, "validate_delivery_time", {{"delivery_time", "asap"}}).at("assumptions").empty());
}

TEST_CASE("S9, D19: infeasible is an answer with a way out", "[shop][questions]") {
    AskedShop shop;
    struct Row {
        const char* wish;
        const char* code;
        const char* label;
    };
    for (const Row& row : {Row{"сегодня 22:00", "outside_hours", "Вне часов работы"},
                           Row{"сегодня 03:00", "past", "Это время уже прошло"},
                           Row{"через час", "lead_time", "Не успеем подготовить"},
                           Row{"через 200 дней в 15:00", "too_far", "Слишком далёкая дата"}}) {
        CAPTURE(row.wish);
        const Json answer = ask(shop, "validate_delivery_time", {{"delivery_time", row.wish}});
        CHECK(answer.at("valid") == false);
        CHECK(answer.at("code") == row.code);
        CHECK(answer.at("reason_label") == row.label);
        CHECK(answer.at("earliest") == "2026-11-23T11:40:00+05:00");
        REQUIRE(answer.at("alternative_slots").size() == 3);
        for (const Json& slot : answer.at("alternative_slots")) {
            CHECK(ask(shop, "validate_delivery_time", {{"delivery_time", slot.at("start")}})
                      .at("valid") == true);
        }
    }
    CHECK(shop.call("validate_delivery_time", {{"delivery_time", "когда рак свистнет"}}).code() ==
          "unparseable_time");
    CHECK(shop.call("validate_delivery_time", {{"delivery_time", "25:99"}}).code() ==
          "unparseable_time");
    CHECK(shop.call("validate_delivery_time", {{"delivery_time", "завтра утром в 18:00"}}).code() ==
          "ambiguous_time");
}

TEST_CASE("D15: asap means the earliest time, on whatever day", "[shop][questions]") {
    AskedShop shop(kMonday10 + 10 * 3'600'000);  // 20:00
    const Json answer =
        ask(shop, "validate_delivery_time", {{"delivery_time", "как можно скорее"}});
    CHECK(answer.at("valid") == true);
    CHECK(answer.at("precision") == "asap");
    CHECK(answer.at("delivery_time") == "2026-11-24T09:00:00+05:00");
}

TEST_CASE("D22: a day is feasible from its first to its last moment", "[shop][questions]") {
    AskedShop shop;
    const Json today = ask(shop, "check_delivery_feasibility");
    CHECK(today.at("feasible") == true);
    CHECK(today.at("is_feasible") == true);
    CHECK(today.at("date") == "2026-11-23");
    CHECK(today.at("earliest_delivery") == "2026-11-23T11:40:00+05:00");
    CHECK(today.at("latest_delivery") == "2026-11-23T20:55:00+05:00");
    CHECK(today.at("code") == "ok");
    CHECK(today.at("stock").is_null());
    CHECK(today.at("suggested_dates") == Json{"2026-11-24", "2026-11-25", "2026-11-26"});
}

TEST_CASE("D22: a day that is not feasible suggests the next ones", "[shop][questions]") {
    AskedShop shop;
    shop.execute(
        "INSERT INTO shop_exception (shop_id, day, closed, created_ms, updated_ms) "
        "VALUES (8, '2026-11-24', TRUE, 0, 0), (8, '2026-11-26', TRUE, 0, 0)");
    const Json closed = ask(shop, "check_delivery_feasibility", {{"delivery_date", "завтра"}});
    CHECK(closed.at("feasible") == false);
    CHECK(closed.at("code") == "closed_day");
    CHECK(closed.at("reason_label") == "Магазин в этот день закрыт");
    CHECK(closed.at("earliest_delivery") == "2026-11-23T11:40:00+05:00");
    CHECK(closed.at("latest_delivery").is_null());
    CHECK(closed.at("suggested_dates") == Json{"2026-11-25", "2026-11-27", "2026-11-28"});
    // An instant is judged as one.
    CHECK(ask(shop, "check_delivery_feasibility", {{"delivery_date", "2026-11-25 22:00"}})
              .at("code") == "outside_hours");
    CHECK(ask(shop, "check_delivery_feasibility", {{"delivery_date", "сегодня в 15:00"}})
              .at("feasible") == true);
    CHECK(shop.call("check_delivery_feasibility", {{"delivery_date", "31.02.2027"}}).code() ==
          "unparseable_date");
}

TEST_CASE("D22, W15: products that share a component are judged together", "[shop][questions]") {
    AskedShop shop;
    const auto stock = [&](Json product_ids) {
        return ask(shop, "check_delivery_feasibility",
                   {{"delivery_date", "завтра"}, {"product_ids", std::move(product_ids)}});
    };
    const Json enough = stock({1, 1, 2, 2, 3});  // 2 + 2 + 3 + 3 roses of ten
    CHECK(enough.at("feasible") == true);
    CHECK(enough.at("stock") == Json{{"available", true}, {"product_ids_short", Json::array()}});

    const Json shortage = stock({1, 2, 2, 2, 3});  // eleven; the ribbon is optional (W17)
    CHECK(shortage.at("feasible") == false);
    CHECK(shortage.at("code") == "insufficient_stock");
    CHECK(shortage.at("reason_label") == "Не хватает товара на складе");
    CHECK(shortage.at("stock") == Json{{"available", false}, {"product_ids_short", {1, 2}}});
    CHECK(stock({3, 3, 3}).at("stock").at("available") == true);  // W18: untracked

    const Json both = ask(shop, "check_delivery_feasibility",
                          {{"delivery_date", "вчера"}, {"product_ids", {2, 2, 2, 2}}});
    CHECK(both.at("code") == "past");  // insufficient_stock only when stock alone is missing
}

TEST_CASE("C9: labels are in the shop's language", "[shop][questions]") {
    AskedShop shop;
    shop.execute("UPDATE shop SET locale = 'kk' WHERE id = 8");
    const Json answer = ask(shop, "validate_delivery_time", {{"delivery_time", "бүгін 22:00"}});
    CHECK(answer.at("reason_label") == "Жұмыс уақытынан тыс");
    CHECK(answer.at("alternative_slots").at(0).at("label") == "дс, 23 қараша, 13:00–15:00");
}

TEST_CASE("C13: questions change nothing", "[shop][questions]") {
    AskedShop shop;
    shop.execute("UPDATE shop SET slot_capacity = 1 WHERE id = 8");
    ask(shop, "get_delivery_slots", {{"product_ids", {1}}});
    ask(shop, "validate_delivery_time", {{"delivery_time", "завтра 18:00"}, {"product_ids", {1}}});
    ask(shop, "check_delivery_feasibility", {{"product_ids", {1}}});
    CHECK(shop.number("SELECT COUNT(*) FROM slot_load") == 0);
    CHECK(shop.number("SELECT COUNT(*) FROM audit_log") == 0);
    CHECK(shop.number("SELECT COUNT(*) FROM events") == 0);
}
