#include <catch2/catch.hpp>

#include "domains/shop/shop.hpp"
#include "support/shop_fixture.hpp"
#include "tools/register_all.hpp"

// get_shop_settings, get_working_hours and update_shop_settings through the whole gate, and what
// they leave in the database. Monday 2026-11-23, 10:00 in Almaty.

using namespace shopkeeper;
using test::kMonday10;
using test::Reply;
using test::ShopFixture;
using test::Who;

namespace {

ShopFixture make_shop(UnixMs now_ms = kMonday10) {
    return ShopFixture({tools::register_shop}, now_ms);
}

constexpr UnixMs kHour = 3'600'000;

void add_exception(ShopFixture& shop, std::string_view day, bool closed) {
    shop.execute(
        "INSERT INTO shop_exception (shop_id, day, closed, open_time, close_time, note, "
        "created_ms, "
        "updated_ms) VALUES (8, $1, $2, $3, $4, 'Праздник', 0, 0)",
        {day, closed, closed ? std::optional<std::string>() : "12:00",
         closed ? std::optional<std::string>() : "15:00"});
}

void add_review(ShopFixture& shop, int rating, std::string_view status) {
    shop.execute(
        "INSERT INTO review (shop_id, target, author_name, rating, text, text_folded, status, "
        "verified_purchase, principal, created_ms, updated_ms) "
        "VALUES (8, 'company', 'Гость', $1, 'текст', 'текст', $2, FALSE, 'guest:local', 0, 0)",
        {rating, status});
}

Json update(ShopFixture& shop, Json arguments) {
    const Reply reply = shop.call("update_shop_settings", std::move(arguments), Who::director);
    INFO(reply.error.dump());
    REQUIRE(reply.ok());
    return reply.result;
}

Json changed(const char* field, Json before, Json after) {
    return {{"field", field}, {"old", std::move(before)}, {"new", std::move(after)}};
}

}  // namespace

TEST_CASE("S1: settings show hours, prices, places and the rating", "[shop][settings]") {
    ShopFixture shop = make_shop();
    shop.execute(
        "INSERT INTO pickup_location (shop_id, address, landmark, enabled, display_order, "
        "created_ms, updated_ms) "
        "VALUES (8, 'ул. Первая 1', 'вход со двора', TRUE, 1, 0, 0), (8, 'ул. Ноль 0', NULL, "
        "FALSE, 0, 0, 0), "
        "(9, 'ул. Чужая 9', NULL, TRUE, 0, 0, 0)");
    const Json settings = shop.call("get_shop_settings").result;

    CHECK(settings.at("shop_id") == 8);
    CHECK(settings.at("shop_name") == "Тестовый цветочный магазин");
    CHECK(settings.at("weekday_hours") == "09:00 - 21:00");
    CHECK(settings.at("weekend_hours") == "10:00 - 20:00");
    CHECK(settings.at("delivery_cost") == 1500);
    CHECK(settings.at("delivery_cost_display") == "1 500 ₸");
    CHECK(settings.at("free_delivery_threshold") == 10000);
    CHECK(settings.at("is_open_now") == true);
    CHECK(settings.at("next_open_at").is_null());
    CHECK(settings.at("pickup_address") == "ул. Первая 1 (вход со двора)");
    CHECK(settings.at("pickup_locations").size() == 1);
    CHECK(settings.at("rating").at("total_count") == 0);
    CHECK(settings.at("rating").at("average_rating").is_null());
    CHECK(settings.at("base_prep_minutes") == 30);
    CHECK(settings.at("slot_capacity").is_null());
}

TEST_CASE("S4: the pickup address falls back to the shop's, then to none", "[shop][settings]") {
    ShopFixture shop = make_shop();
    CHECK(shop.call("get_shop_settings").result.at("pickup_address") == "ул. Тестовая 1");
    shop.execute("UPDATE shop SET address = NULL WHERE id = 8");
    CHECK(shop.call("get_shop_settings").result.at("pickup_address").is_null());

    const auto refused =
        shop.with(Who::guest, [](storage::Connection& connection, const CallContext& context) {
            return shop::pickup_address(connection, *shop::find(connection, context.shop_id),
                                        std::nullopt);
        });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().details.reason == "address_missing");
}

TEST_CASE("S4: a named pickup location must be the shop's own and enabled", "[shop][settings]") {
    ShopFixture shop = make_shop();
    shop.execute(
        "INSERT INTO pickup_location (id, shop_id, address, enabled, display_order, created_ms, "
        "updated_ms) "
        "VALUES (1, 8, 'ул. А', TRUE, 0, 0, 0), (2, 8, 'ул. Б', FALSE, 1, 0, 0), (3, 9, 'ул. В', "
        "TRUE, 0, 0, 0)");
    const auto address = [&](std::int64_t id) {
        return shop.with(Who::guest, [&](storage::Connection& connection,
                                         const CallContext& context) {
            return shop::pickup_address(connection, *shop::find(connection, context.shop_id), id);
        });
    };
    CHECK(address(1) == "ул. А");
    CHECK_FALSE(address(2));
    CHECK_FALSE(address(3));
    CHECK(address(2).error().code == ErrorCode::not_found);
}

TEST_CASE("3.0: a rating counts published reviews and rounds half up", "[shop][settings]") {
    ShopFixture shop = make_shop();
    for (const int rating : {5, 5, 4, 3}) add_review(shop, rating, "published");
    add_review(shop, 1, "hidden");
    add_review(shop, 1, "pending");
    const Json rating = shop.call("get_shop_settings").result.at("rating");
    CHECK(rating.at("total_count") == 4);
    CHECK(rating.at("average_rating") == 4.3);  // 4.25
    CHECK(rating.at("rating_breakdown") == Json{{"5", 2}, {"4", 1}, {"3", 1}, {"2", 0}, {"1", 0}});
}

TEST_CASE("M6, M7: what a delivery costs", "[shop][settings]") {
    ShopFixture fixture = make_shop();
    const auto shop =
        fixture.with(Who::guest, [](storage::Connection& connection, const CallContext&) {
            return *shop::find(connection, 8);
        });
    CHECK(shop::delivery_cost_minor(shop, true, 900'000) == 150'000);
    CHECK(shop::delivery_cost_minor(shop, true, 1'000'000) == 0);
    CHECK(shop::delivery_cost_minor(shop, false, 900'000) == 0);
    auto never_free = shop;
    never_free.free_delivery_threshold_minor.reset();
    CHECK(shop::delivery_cost_minor(never_free, true, 1'200'000) == 150'000);
    auto always_free = shop;
    always_free.free_delivery_threshold_minor = 0;
    CHECK(shop::delivery_cost_minor(always_free, true, 100) == 0);
}

TEST_CASE("A14: an inactive shop exists for nobody but its staff, who are told",
          "[shop][settings]") {
    ShopFixture fixture = make_shop();
    const auto current = [&](Who who) {
        return fixture.with(who, [](storage::Connection& connection, const CallContext& context) {
            return shop::current(connection, context).map([](const shop::Shop& shop) {
                return shop.id;
            });
        });
    };
    const Caller director = fixture.caller_of(Who::director);
    CHECK(current(Who::guest) == 8);
    fixture.execute("UPDATE shop SET is_active = FALSE WHERE id = 8");
    CHECK(fixture.call("get_shop_settings").code() == "not_found");
    CHECK(fixture.call("get_shop_settings", {{"shop_id", 77}}).code() == "not_found");
    AuditNote audit;
    const CallContext context{.caller = director,
                              .shop_id = 8,
                              .shop_given = true,
                              .now_ms = kMonday10,
                              .source = "mcp",
                              .request_id = "r-test",
                              .defaults = fixture.defaults,
                              .random = fixture.random,
                              .audit = audit};
    const auto blocked = fixture.database->read(
        [&](storage::Connection& connection) { return shop::current(connection, context); });
    REQUIRE_FALSE(blocked);
    CHECK(blocked.error().details.reason == "shop_blocked");
}

TEST_CASE("S2, S3: working hours say whether the shop is open and when that changes",
          "[shop][settings]") {
    SECTION("open until nine") {
        ShopFixture shop = make_shop();
        const Json hours = shop.call("get_working_hours").result;
        CHECK(hours.at("is_open_now") == true);
        CHECK(hours.at("closes_at") == "2026-11-23T21:00:00+05:00");
        CHECK(hours.at("next_open_at").is_null());
        CHECK(hours.at("current_local_time") == "2026-11-23T10:00:00+05:00");
        CHECK(hours.at("days").at("saturday") ==
              Json{{"open", "10:00"}, {"close", "20:00"}, {"closed", false}});
        CHECK(hours.at("today_exception").is_null());
    }
    SECTION("at closing time sharp the shop is closed") {
        ShopFixture shop = make_shop(kMonday10 + 11 * kHour);
        const Json hours = shop.call("get_working_hours").result;
        CHECK(hours.at("is_open_now") == false);
        CHECK(hours.at("closes_at").is_null());
        CHECK(hours.at("next_open_at") == "2026-11-24T09:00:00+05:00");
    }
    SECTION("a minute before it opens") {
        ShopFixture shop = make_shop(kMonday10 - kHour - 60'000);
        CHECK(shop.call("get_working_hours").result.at("next_open_at") ==
              "2026-11-23T09:00:00+05:00");
    }
    SECTION("an exception holds on its day, the regular week stays") {
        ShopFixture shop = make_shop();
        add_exception(shop, "2026-11-23", false);
        const Json hours = shop.call("get_working_hours").result;
        CHECK(hours.at("is_open_now") == false);
        CHECK(hours.at("next_open_at") == "2026-11-23T12:00:00+05:00");
        CHECK(hours.at("today_exception").at("close") == "15:00");
        CHECK(hours.at("days").at("monday").at("open") == "09:00");
    }
    SECTION("closed on all days") {
        ShopFixture shop = make_shop();
        shop.execute("UPDATE shop SET weekday_closed = TRUE, weekend_closed = TRUE WHERE id = 8");
        const Json hours = shop.call("get_working_hours").result;
        CHECK(hours.at("next_open_at").is_null());
        CHECK(hours.at("days").at("friday").at("closed") == true);
    }
}

TEST_CASE("S5: given fields change, others stay, and the caller learns both values",
          "[shop][settings]") {
    ShopFixture shop = make_shop();
    shop.clock.advance_minutes(5);
    const Json result = update(shop, {{"weekday_end", "20:00"},
                                      {"delivery_cost", 1800.5},
                                      {"free_delivery_threshold", 15000},
                                      {"phone", "8 (700) 000-99-99"},
                                      {"locale", "kk"},
                                      {"slot_capacity", 4},
                                      {"city", "Алматы"}});
    CHECK(result.at("changed_fields") ==
          Json::array({changed("phone", "+77000000800", "+77000009999"),
                       changed("weekday_end", "21:00", "20:00"),
                       changed("delivery_cost", 1500, 1800.5),
                       changed("free_delivery_threshold", 10000, 15000),
                       changed("slot_capacity", nullptr, 4), changed("locale", "ru", "kk")}));
    CHECK(result.at("weekday_hours") == "09:00 - 20:00");
    CHECK(result.at("delivery_cost_display") == "1 800,50 ₸");
    CHECK(shop.number("SELECT delivery_cost_minor FROM shop WHERE id = 8") == 180'050);
    CHECK(shop.text("SELECT phone FROM shop WHERE id = 8") == "+77000009999");
    CHECK(shop.number("SELECT updated_ms FROM shop WHERE id = 8") == kMonday10 + 5 * 60'000);
    CHECK(shop.number("SELECT delivery_cost_minor FROM shop WHERE id = 9") == 150'000);
}

TEST_CASE("S5, I9, I12: a change leaves an audit row and an event; no change leaves nothing",
          "[shop][settings]") {
    ShopFixture shop = make_shop();
    update(shop, {{"address", "ул. Новая 5"}, {"delivery_cost", 2000}});
    CHECK(shop.number("SELECT COUNT(*) FROM audit_log WHERE tool = 'update_shop_settings'") == 1);
    CHECK(shop.text("SELECT before_json FROM audit_log") ==
          R"({"address":"[set]","delivery_cost":1500})");
    CHECK(shop.text("SELECT after_json FROM audit_log") ==
          R"({"address":"[set]","delivery_cost":2000})");  // I10
    CHECK(shop.text("SELECT type FROM events") == "shop.changed");
    CHECK(shop.text("SELECT data_json FROM events") == R"({"fields":["address","delivery_cost"]})");

    const Json again = update(shop, {{"address", "ул. Новая 5"}, {"delivery_cost", 2000}});
    CHECK(again.at("changed_fields").empty());
    CHECK(shop.number("SELECT COUNT(*) FROM audit_log") == 1);
    CHECK(shop.number("SELECT COUNT(*) FROM events") == 1);
}

TEST_CASE("S5: one bad field refuses the whole update", "[shop][settings]") {
    struct Row {
        Json arguments;
        const char* field;
    };
    const Row row = GENERATE(values<Row>({
        {Json::object(), "shop_name"},
        {{{"weekday_start", "21:00"}}, "weekday_start"},
        {{{"weekday_start", "25:00"}}, "weekday_start"},
        {{{"weekday_start", "ab:cd"}}, "weekday_start"},
        {{{"weekend_end", "09:00"}}, "weekend_start"},
        {{{"pickup_available", false}, {"delivery_available", false}}, "pickup_available"},
        {{{"phone", "+7 912 345 67 89"}}, "phone"},
        {{{"phone", "12345"}}, "phone"},
        {{{"email", "shop.example.com"}}, "email"},
        {{{"email", "a@b@example.com"}}, "email"},
        {{{"email", "цветы@example.com"}}, "email"},
        {{{"timezone", "Asia/Atlantis"}}, "timezone"},
        {{{"currency", "XXQ"}}, "currency"},
        {{{"delivery_cost", 1500.555}}, "delivery_cost"},
        {{{"delivery_cost", 10'000'001}}, "delivery_cost"},
        {{{"max_days_ahead", 0}}, "max_days_ahead"},
        {{{"slot_minutes", 29}}, "slot_minutes"},
        {{{"email", "new@example.com"}, {"clear", {"email"}}}, "email"},
        {{{"exceptions", {{{"date", "2026-02-30"}, {"closed", true}}}}}, "exceptions"},
        {{{"exceptions", {{{"date", "2026-12-31"}}}}}, "exceptions"},
        {{{"exceptions", {{{"date", "2026-12-31"}, {"open", "15:00"}, {"close", "12:00"}}}}},
         "exceptions"},
        {{{"exceptions", {{{"date", "2026-12-31"}, {"closed", true}, {"open", "10:00"}}}}},
         "exceptions"},
        {{{"exceptions",
           {{{"date", "2026-12-31"}, {"closed", true}},
            {{"date", "2026-12-31"}, {"closed", true}}}}},
         "exceptions"},
        {{{"exceptions", {{{"date", "2026-12-31"}, {"closed", true}}}},
          {"remove_exceptions", {"2026-12-31"}}},
         "remove_exceptions"},
    }));
    ShopFixture shop = make_shop();
    Json arguments = row.arguments;
    CAPTURE(arguments.dump());
    if (!arguments.empty()) arguments["description"] = "Новое описание";
    const Reply refused = shop.call("update_shop_settings", arguments, Who::director);
    REQUIRE(refused.code() == "invalid_argument");
    CHECK(refused.error.at("details").at("field").get<std::string>().find(row.field) == 0);
    CHECK(shop.number("SELECT COUNT(*) FROM shop WHERE id = 8 AND description IS NULL") == 1);
    CHECK(shop.number("SELECT COUNT(*) FROM shop_exception") == 0);
    CHECK(shop.number("SELECT COUNT(*) FROM audit_log") == 0);
}

TEST_CASE("S5, D13: exceptions are set by date, replaced and removed", "[shop][settings]") {
    ShopFixture shop = make_shop();
    Json result = update(
        shop, {{"exceptions",
                {{{"date", "2026-12-31"}, {"open", "10:00"}, {"close", "15:00"}, {"note", "Канун"}},
                 {{"date", "2027-01-01"}, {"closed", true}}}}});
    CHECK(result.at("changed_fields") ==
          Json::array({changed("exceptions.2026-12-31", nullptr, "10:00 - 15:00 (Канун)"),
                       changed("exceptions.2027-01-01", nullptr, "closed")}));
    CHECK(result.at("exceptions").at(0) == Json{{"date", "2026-12-31"},
                                                {"closed", false},
                                                {"open", "10:00"},
                                                {"close", "15:00"},
                                                {"note", "Канун"}});
    CHECK(shop.text("SELECT after_json FROM audit_log").find("Канун") == std::string::npos);  // I10

    result = update(shop, {{"exceptions", {{{"date", "2026-12-31"}, {"closed", true}}}},
                           {"remove_exceptions", {"2027-01-01", "2027-05-05"}}});
    CHECK(result.at("changed_fields") ==
          Json::array({changed("exceptions.2026-12-31", "10:00 - 15:00 (Канун)", "closed"),
                       changed("exceptions.2027-01-01", "closed", nullptr)}));
    CHECK(shop.number("SELECT COUNT(*) FROM shop_exception WHERE shop_id = 8") == 1);
    CHECK(update(shop, {{"exceptions", {{{"date", "2026-12-31"}, {"closed", true}}}}})
              .at("changed_fields")
              .empty());
}

TEST_CASE("S5: clear empties what may be empty", "[shop][settings]") {
    ShopFixture shop = make_shop();
    update(shop, {{"slot_capacity", 3}, {"description", "Цветы"}});
    const Json result = update(
        shop, {{"clear", {"description", "email", "free_delivery_threshold", "slot_capacity"}}});
    CHECK(result.at("description").is_null());
    CHECK(result.at("email").is_null());
    CHECK(result.at("free_delivery_threshold").is_null());
    CHECK(result.at("free_delivery_threshold_display").is_null());
    CHECK(result.at("slot_capacity").is_null());
    CHECK(result.at("changed_fields").size() == 4);
}

TEST_CASE("S7: the currency changes only while nothing has a price", "[shop][settings]") {
    ShopFixture shop = make_shop();
    const Json yen = update(shop, {{"currency", "jpy"}});
    CHECK(yen.at("currency") == "JPY");
    CHECK(yen.at("delivery_cost") == 1500);  // what it read, not what it weighed in minor units
    CHECK(shop.number("SELECT delivery_cost_minor FROM shop WHERE id = 8") == 1500);
    CHECK(update(shop, {{"currency", "KZT"}}).at("delivery_cost") == 1500);

    shop.execute(
        "INSERT INTO product (shop_id, name, name_folded, price_minor, created_ms, updated_ms) "
        "VALUES (8, 'Роза', 'роза', 100000, 0, 0)");
    const Reply locked = shop.call("update_shop_settings", {{"currency", "EUR"}}, Who::director);
    CHECK(locked.code() == "failed_precondition");
    CHECK(locked.reason() == "currency_locked");
    CHECK(update(shop, {{"currency", "KZT"}, {"timezone", "Europe/Berlin"}}).at("timezone") ==
          "Europe/Berlin");
}

TEST_CASE("S5, A16: who may change settings", "[shop][settings]") {
    ShopFixture shop = make_shop();
    const Json arguments{{"description", "Цветы"}};
    CHECK(shop.call("update_shop_settings", arguments, Who::guest).code() == "unauthenticated");
    for (const Who who : {Who::customer, Who::service, Who::courier, Who::florist, Who::manager}) {
        CHECK(shop.call("update_shop_settings", arguments, who).code() == "permission_denied");
    }
    shop.execute("UPDATE shop SET manager_may_edit_settings = TRUE WHERE id = 8");
    CHECK(shop.call("update_shop_settings", arguments, Who::manager).ok());
    // Another shop's director changes the other shop.
    CHECK(shop.call("update_shop_settings", {{"city", "Астана"}}, Who::other_director)
              .result.at("shop_id") == 9);
    CHECK(shop.text("SELECT city FROM shop WHERE id = 8") == "Алматы");
}

TEST_CASE("I3: the same key changes once", "[shop][settings]") {
    ShopFixture shop = make_shop();
    const Json arguments{{"delivery_cost", 2500}, {"idempotency_key", "settings-1"}};
    const Json first = update(shop, arguments);
    shop.execute("UPDATE shop SET delivery_cost_minor = 100000 WHERE id = 8");
    const Json second = update(shop, arguments);
    CHECK(second.at("idempotent_replay") == true);
    CHECK(second.at("changed_fields") == first.at("changed_fields"));
    CHECK(shop.number("SELECT delivery_cost_minor FROM shop WHERE id = 8") == 100'000);
}
