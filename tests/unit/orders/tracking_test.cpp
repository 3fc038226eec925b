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

std::string numbers(const Json& page) {
    std::string text;
    for (const Json& item : page.at("items")) text += item.at("order_number").get<std::string>();
    return text;
}

}  // namespace

TEST_CASE("O44, A10, K4: whoever knows the tracking id sees the order, phones masked",
          "[orders][tracking]") {
    OrdersFixture shop;
    const Json order = shop.place(OrdersFixture::delivery(
        {{"recipient_name", "Дана"}, {"recipient_phone", "+77000009988"}, {"notes", "тайна"}}));
    const std::string id = order.at("tracking_id");
    for (const Who who : {Who::guest, Who::customer, Who::service, Who::courier, Who::director}) {
        const Reply reply = shop.call("track_order", {{"tracking_id", id}}, who);
        REQUIRE(reply.ok());
        const Json& seen = reply.result;
        CHECK(seen.at("order_number") == "#00001");
        CHECK(seen.at("status_label") == "Новый");
        CHECK(seen.at("progress_stage") == "new");
        CHECK(seen.at("recipient") == Json({{"name", "Дана"}, {"phone_masked", "+7700***9988"}}));
        CHECK(seen.at("sender") == Json({{"phone_masked", "+7700***1234"}}));
        CHECK(seen.at("cancellation").is_null());
        CHECK(seen.at("pickup_address").is_null());
        for (const char* hidden : {"id", "customer_name", "customer_phone", "sender_phone",
                                   "recipient_phone", "amount_paid", "notes", "history"}) {
            CAPTURE(hidden);
            CHECK_FALSE(seen.contains(hidden));
        }
        CHECK(seen.dump().find("7000009988") == std::string::npos);
    }
}

TEST_CASE("O44: nine digits, however they are grouped", "[orders][tracking]") {
    OrdersFixture shop;
    const std::string id = shop.place(card_order()).at("tracking_id");
    const std::string a = id.substr(0, 3), b = id.substr(3, 3), c = id.substr(6);
    const std::string written[] = {id, a + " " + b + " " + c, a + "-" + b + "–" + c, "№ " + id,
                                   a + "\u00a0" + b + "\u00a0" + c};
    for (const std::string& text : written) {
        CAPTURE(text);
        CHECK(shop.call("track_order", {{"tracking_id", text}}).ok());
    }
    CHECK(shop.call("track_order", {{"tracking_id", std::stoll(id)}}).ok());

    const Reply number = shop.call("track_order", {{"tracking_id", "#00001"}});
    CHECK(number.code() == "invalid_argument");
    CHECK(number.error.at("message").get<std::string>().find("order number") != std::string::npos);
    for (const char* text : {"12345678", "1234567890", "12345678a", "٠١٢٣٤٥٦٧٨", "-"}) {
        CAPTURE(text);
        CHECK(shop.call("track_order", {{"tracking_id", text}}).code() == "invalid_argument");
    }
    CHECK(shop.call("track_order", {{"tracking_id", "999999999"}}).code() == "not_found");
}

TEST_CASE("A12: without a shop the tracking id finds its own, with one it must fit",
          "[orders][tracking]") {
    OrdersFixture shop;
    shop.execute("UPDATE product SET shop_id = 9 WHERE id = 3");
    Json arguments = card_order({{"shop_id", 9}});
    const std::string id = shop.place(arguments).at("tracking_id");

    for (const Who who : {Who::guest, Who::service}) {
        const Reply found = shop.call("track_order", {{"tracking_id", id}}, who);
        REQUIRE(found.ok());
        CHECK(found.result.at("shop_id") == 9);
        CHECK(shop.call("track_order", {{"tracking_id", id}, {"shop_id", 8}}, who).code() ==
              "not_found");
    }
    for (const Who who : {Who::customer, Who::director}) {
        CHECK(shop.call("track_order", {{"tracking_id", id}}, who).code() == "not_found");
    }
    CHECK(shop.call("track_order", {{"tracking_id", id}}, Who::other_director).ok());

    shop.execute("UPDATE shop SET is_active = FALSE WHERE id = 9");
    const Reply closed = shop.call("track_order", {{"tracking_id", id}});
    const Reply unknown = shop.call("track_order", {{"tracking_id", "999999999"}});
    CHECK(closed.code() == "not_found");
    CHECK(closed.error.at("message") == unknown.error.at("message"));
}

TEST_CASE("timeline and cancellation tell when the order got where", "[orders][tracking]") {
    OrdersFixture shop;
    const Json order = shop.place(card_order());
    for (const char* status : {"accepted", "assembled", "in_delivery", "delivered"}) {
        shop.clock.advance_minutes(10);
        shop.move(order.at("id"), status);
    }
    const Json seen = shop.call("track_order", {{"tracking_id", order.at("tracking_id")}}).result;
    std::string line;
    for (const Json& step : seen.at("timeline")) line += step.at("status").get<std::string>() + " ";
    CHECK(line == "new accepted assembled in_delivery delivered ");
    CHECK(seen.at("timeline").at(4).at("label") == "Доставлен");
    CHECK(seen.at("timeline").at(4).at("at") == "2026-11-23T10:40:00+05:00");
}

TEST_CASE("C9, O3, O48: labels follow the shop's language", "[orders][tracking]") {
    OrdersFixture shop;
    const std::string id = shop.place(card_order()).at("tracking_id");
    struct Row {
        const char* locale;
        const char* label;
        const char* payment;
        const char* text;
    };
    const Row row = GENERATE(Row{"ru", "Новый", "Не оплачен", "вт, 24 ноября, 15:00"},
                             Row{"kk", "Жаңа", "Төленбеген", "сс, 24 қараша, 15:00"},
                             Row{"en", "New", "Unpaid", "Tue, 24 November, 15:00"});
    shop.execute("UPDATE shop SET locale = $1 WHERE id = 8", {row.locale});
    const Json seen = shop.call("track_order", {{"tracking_id", id}}).result;
    CHECK(seen.at("status_label") == row.label);
    CHECK(seen.at("payment_status_label") == row.payment);
    CHECK(seen.at("delivery_text") == row.text);
}

TEST_CASE("O45: strangers get an overview, owners and staff the orders", "[orders][tracking]") {
    OrdersFixture shop;
    shop.place(card_order({{"recipient_name", "Дана"}}));
    shop.place(card_order({{"customer_phone", "+77000005555"}, {"sender_phone", "+77000001234"}}));
    shop.place(card_order({{"customer_phone", "+77000005555"},
                           {"recipient_phone", "+77000001234"}}));  // recipients do not match
    const Json ask = {{"customer_phone", "8 (700) 000-12-34"}};

    SECTION("redacted") {
        for (const Who who : {Who::guest, Who::customer, Who::service, Who::courier}) {
            const Json page = shop.call("track_order_by_phone", ask, who).result;
            CHECK(page.at("verified") == false);
            REQUIRE(page.at("items").size() == 2);
            CHECK(page.at("items").at(0) == Json({{"order_number", "#00001"},
                                                  {"status", "new"},
                                                  {"status_label", "Новый"},
                                                  {"delivery_text", "вт, 24 ноября, 15:00"},
                                                  {"item_names", Json::array({"Открытка"})},
                                                  {"total", 2000},
                                                  {"total_display", "2 000 ₸"},
                                                  {"currency", "KZT"},
                                                  {"redacted", true}}));
            CHECK(page.at("untrusted_fields").empty());
        }
    }
    SECTION("in full by right") {
        shop.customer_phone = "+77000001234";
        for (const Who who : {Who::customer, Who::florist, Who::director}) {
            const Json page = shop.call("track_order_by_phone", ask, who).result;
            CHECK(page.at("verified") == true);
            REQUIRE(page.at("items").size() == 2);
            CHECK(page.at("items").at(0).contains("tracking_id"));
            CHECK(page.at("items").at(0).at("recipient").at("phone_masked") == "+7700***1234");
        }
        const Json own = shop.call("track_order_by_phone", Json::object(), Who::customer).result;
        CHECK(own.at("total") == 2);
    }
    SECTION("in full because the shop says so") {
        shop.execute("UPDATE shop SET phone_lookup = 'full' WHERE id = 8");
        const Json page = shop.call("track_order_by_phone", ask).result;
        CHECK(page.at("verified") == false);
        CHECK(page.at("items").at(0).contains("tracking_id"));
    }
    SECTION("one shop only") {
        const Json page = shop.call("track_order_by_phone", ask, Who::other_director).result;
        CHECK(page.at("total") == 0);
    }
}

TEST_CASE("O46: number and recipient together open one order", "[orders][tracking]") {
    OrdersFixture shop;
    shop.place(card_order({{"recipient_name", "Алёна Ким"}}));
    shop.place(card_order({{"recipient_name", "Дана"}}));
    const auto ask = [&](const char* number, const char* name) {
        return shop
            .call("track_order_by_phone", {{"customer_phone", "+77000001234"},
                                           {"order_number", number},
                                           {"recipient_name", name}})
            .result;
    };
    const Json proven = ask("#00001", "алена КИМ");
    CHECK(proven.at("verified") == true);
    CHECK(proven.at("total") == 1);
    CHECK(proven.at("items").at(0).at("delivery_address") == "ул. Примерная 5, кв. 7");
    CHECK(ask("00001", "Алёна Ким").at("verified") == true);

    for (const Json& failed : {ask("#00001", "Дана"), ask("#00009", "Дана")}) {
        CHECK(failed.at("verified") == false);
        CHECK(failed.at("items").size() == 2);
        CHECK(failed.at("items").at(0).at("redacted") == true);
    }
    const Reply half = shop.call("track_order_by_phone",
                                 {{"customer_phone", "+77000001234"}, {"order_number", "#00001"}});
    CHECK(half.code() == "invalid_argument");
    CHECK(half.error.at("details").at("field") == "recipient_name");
    // Somebody else's phone proves nothing.
    const Json other = shop.call("track_order_by_phone", {{"customer_phone", "+77000005555"},
                                                          {"order_number", "#00001"},
                                                          {"recipient_name", "Алёна Ким"}})
                           .result;
    CHECK(other.at("verified") == false);
    CHECK(other.at("items").empty());
}

TEST_CASE("O45, O47: active orders by delivery time, then finished ones for 30 days",
          "[orders][tracking]") {
    OrdersFixture shop;
    const auto number = [&](const Json& changes) {
        return shop.place(card_order(changes)).at("id").get<std::int64_t>();
    };
    number({{"delivery_date", "2026-11-26"}});                             // 1
    number({{"delivery_time", "позвоните и уточните"}});                   // 2: unspecified, last
    number({{"delivery_date", "2026-11-25"}});                             // 3
    const std::int64_t cancelled = number({{"delivery_date", "завтра"}});  // 4
    shop.clock.advance_minutes(1);
    const std::int64_t newer = number({{"delivery_date", "завтра"}});  // 5
    shop.move(cancelled, "cancelled", {{"notes", "other"}});
    shop.move(newer, "cancelled", {{"notes", "other"}});
    const Json ask = {{"customer_phone", "+77000001234"}};
    CHECK(numbers(shop.call("track_order_by_phone", ask).result) ==
          "#00003#00001#00002#00005#00004");

    Json page = {{"customer_phone", "+77000001234"}, {"skip", 1}, {"limit", 2}};
    const Json second = shop.call("track_order_by_phone", page).result;
    CHECK(numbers(second) == "#00001#00002");
    CHECK(second.at("total") == 5);
    CHECK(second.at("has_more") == true);

    shop.clock.advance_days(31);
    CHECK(numbers(shop.call("track_order_by_phone", ask).result) == "#00003#00001#00002");
    CHECK(shop.call("track_order_by_phone", ask, Who::florist).result.at("total") == 5);
}

TEST_CASE("O47: nothing found is a success, no phone is not", "[orders][tracking]") {
    OrdersFixture shop;
    const Reply empty = shop.call("track_order_by_phone", {{"customer_phone", "+77000001111"}});
    REQUIRE(empty.ok());
    CHECK(empty.result.at("items").empty());
    CHECK(empty.result.at("has_more") == false);
    CHECK_FALSE(empty.result.at("message").get<std::string>().empty());
    CHECK(shop.call("track_order_by_phone").code() == "invalid_argument");
    CHECK(shop.call("track_order_by_phone", {{"customer_phone", "+4912345678"}}).code() ==
          "invalid_argument");
}
