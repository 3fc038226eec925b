// What create_order asks its person, and what it says to who cannot be asked. Rule: domain Q6-Q8.
#include <catch2/catch.hpp>

#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;

namespace {

using Shop = OrdersFixture;

Json accept(Json content) {
    return {{"action", "accept"}, {"content", std::move(content)}};
}

/// Answers every question with the same, and keeps what it was asked.
struct Person {
    Json answer;
    std::vector<Json> asked = {};

    Reply order(Shop& shop, const Json& arguments) {
        return shop.call_asking(
            [this](const Json& params) {
                asked.push_back(params);
                return answer;
            },
            "create_order", arguments);
    }
};

Json without_request_id(Json error) {
    error.erase("request_id");
    return error;
}

const Json kNoAddress = {{"delivery_address", nullptr}};
const Json kNoTime = {{"delivery_time", nullptr}};
const Json kTooLate = {{"delivery_date", "2026-11-23"}, {"delivery_time", "23:00"}};

}  // namespace

TEST_CASE("Q6: a delivery without an address asks for it", "[orders]") {
    Shop shop;
    Person person{accept({{"delivery_address", "  ул. Примерная 5 "}})};

    const Reply made = person.order(shop, Shop::delivery(kNoAddress));

    INFO(made.error);
    REQUIRE(made.ok());
    CHECK(made.result.at("delivery_address") == "ул. Примерная 5");
    CHECK(made.result.at("ask_delivery_address") == false);
    REQUIRE(person.asked.size() == 1);
    CHECK(person.asked[0].at("message") == "Куда доставить заказ?");
    const Json& form = person.asked[0].at("requestedSchema");
    CHECK(form.at("properties").at("delivery_address").at("maxLength") == 500);
    CHECK(form.at("properties").at("ask_delivery_address").at("type") == "boolean");
    CHECK(form.at("required").empty());
    CHECK(shop.number("SELECT COUNT(*) FROM orders") == 1);
    CHECK(shop.counter() == 1);
}

TEST_CASE("Q6, O22: the person may have the shop ask the recipient", "[orders]") {
    Shop shop;
    Person person{accept({{"ask_delivery_address", true}})};
    const Reply made = person.order(shop, Shop::delivery(kNoAddress));
    INFO(made.error);
    REQUIRE(made.ok());
    CHECK(made.result.at("delivery_address").is_null());
    CHECK(made.result.at("ask_delivery_address") == true);
}

TEST_CASE("Q7: a time that is not possible is asked for again, with those that are", "[orders]") {
    Shop shop;
    const Reply plain = shop.call("create_order", Shop::delivery(kTooLate));
    REQUIRE(plain.code() == "delivery_time_impossible");
    const Json& offered = plain.error.at("details").at("alternatives");
    REQUIRE(offered.size() >= 2);
    Person person{{{"action", "decline"}}};
    CHECK(person.order(shop, Shop::delivery(kTooLate)).code() == "delivery_time_impossible");
    REQUIRE(person.asked.size() == 1);
    const Json& field = person.asked[0].at("requestedSchema").at("properties").at("delivery_time");
    REQUIRE(field.at("enum").size() == offered.size());
    for (std::size_t i = 0; i < offered.size(); ++i)
        CHECK(field.at("enumNames").at(i) == offered.at(i).at("label"));
    CHECK(person.asked[0].at("message") == "Вне часов работы. Какое время подойдёт?");

    person.answer = accept({{"delivery_time", field.at("enum").at(1)}});
    const Reply made = person.order(shop, Shop::delivery(kTooLate));

    INFO(made.error);
    REQUIRE(made.ok());
    CHECK(made.result.at("time_precision") == "window");
    CHECK(made.result.at("delivery_window").at("start") == offered.at(1).at("start"));
    CHECK(made.result.at("delivery_window").at("end") == offered.at(1).at("end"));
    CHECK(made.result.at("delivery_text") == offered.at(1).at("label"));
}

TEST_CASE("Q7: a time that is missing is asked for, from the day that was named", "[orders]") {
    Shop shop;
    Person person{{{"action", "decline"}}};
    CHECK(person.order(shop, Shop::delivery(kNoTime)).code() == "missing_delivery_time");
    REQUIRE(person.asked.size() == 1);
    const Json choices =
        person.asked[0].at("requestedSchema").at("properties").at("delivery_time").at("enum");
    CHECK(choices == Json({"2026-11-24 09:00-11:00", "2026-11-24 11:00-13:00",
                           "2026-11-24 13:00-15:00", "ask_delivery_time"}));

    person.answer = accept({{"delivery_time", "2026-11-24 11:00-13:00"}});
    const Reply made = person.order(shop, Shop::delivery(kNoTime));
    INFO(made.error);
    REQUIRE(made.ok());
    CHECK(made.result.at("delivery_at") == "2026-11-24T11:00:00+05:00");

    person.answer = accept({{"delivery_time", "ask_delivery_time"}});
    const Reply later = person.order(
        shop, Shop::delivery({{"delivery_time", nullptr}, {"customer_name", "Ержан"}}));
    INFO(later.error);
    REQUIRE(later.ok());
    CHECK(later.result.at("ask_delivery_time") == true);
    CHECK(later.result.at("delivery_date") == "2026-11-24");
}

TEST_CASE("Q7: a shop that closes at midnight offers its last hours too", "[orders]") {
    Shop shop;
    shop.execute("UPDATE shop SET weekday_start = '20:00', weekday_end = '24:00' WHERE id = 8");
    Person person{accept({{"delivery_time", "2026-11-24 22:00-24:00"}})};
    const Reply made = person.order(shop, Shop::delivery(kNoTime));
    INFO(made.error);
    REQUIRE(made.ok());
    CHECK(made.result.at("delivery_window").at("start") == "2026-11-24T22:00:00+05:00");
}

TEST_CASE("Q6, Q7: what is missing is asked for one after the other", "[orders]") {
    Shop shop;
    Json arguments = Shop::delivery(kTooLate);
    arguments.erase("delivery_address");
    std::vector<std::string> keys;
    const Reply made = shop.call_asking(
        [&](const Json& params) -> Json {
            const Json& properties = params.at("requestedSchema").at("properties");
            if (properties.contains("delivery_address"))
                return accept({{"delivery_address", "ул. Примерная 5"}});
            return accept({{"delivery_time", properties.at("delivery_time").at("enum").at(0)}});
        },
        "create_order", arguments);
    INFO(made.error);
    REQUIRE(made.ok());
    CHECK(made.result.at("delivery_address") == "ул. Примерная 5");
    CHECK(made.result.at("time_precision") == "window");
}

TEST_CASE("Q8: without an answer the refusal is what it is without questions", "[orders]") {
    Shop shop;
    const Json changes = GENERATE(kNoAddress, kNoTime, kTooLate);
    const Json answer = GENERATE(Json({{"action", "decline"}}), Json({{"action", "cancel"}}));
    const Json arguments = Shop::delivery(changes);
    const Reply plain = shop.call("create_order", arguments);
    const std::int64_t before = shop.traces();
    Person person{answer};
    const Reply refused = person.order(shop, arguments);
    CHECK(without_request_id(refused.error) == without_request_id(plain.error));
    CHECK(person.asked.size() == 1);
    CHECK(shop.traces() == before);
}

TEST_CASE("Q8: the questions are in the language of the shop", "[orders]") {
    Shop shop;
    const auto first_message = [&](const char* locale, const Json& changes) {
        shop.execute("UPDATE shop SET locale = $1 WHERE id = 8", {locale});
        Person person{{{"action", "decline"}}};
        person.order(shop, Shop::delivery(changes));
        return person.asked.at(0).at("message").get<std::string>();
    };
    CHECK(first_message("kk", kNoAddress) == "Тапсырысты қайда жеткізу керек?");
    CHECK(first_message("en", kTooLate) == "Outside opening hours. Which time would suit?");
    CHECK(first_message("en", kNoTime) == "When is the order needed?");
}

TEST_CASE("I5, Q6: a key is used up by the order, not by the question", "[orders]") {
    Shop shop;
    Json arguments = Shop::delivery(kNoAddress);
    arguments["idempotency_key"] = "k-1";
    Person person{{{"action", "decline"}}};
    CHECK(person.order(shop, arguments).code() == "missing_delivery_address");
    person.answer = accept({{"delivery_address", "ул. Примерная 5"}});
    REQUIRE(person.order(shop, arguments).ok());
    const Reply again = person.order(shop, arguments);
    REQUIRE(again.ok());
    CHECK(again.result.value("idempotent_replay", false));
    CHECK(person.asked.size() == 2);
    CHECK(shop.number("SELECT COUNT(*) FROM orders") == 1);
}
