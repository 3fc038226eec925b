#include "domains/shop/delivery_time.hpp"

#include <catch2/catch.hpp>

#include "support/shop_fixture.hpp"
#include "unit/shop/example_shop.hpp"

// What orders rely on: from words and a stored handover to one that the shop can keep, or a refusal
// with a way out. Monday 2026-11-23, 10:00 unless a test says otherwise.

using namespace shopkeeper;
using namespace shopkeeper::shop;
using test::at;
using test::kMonday10;
using test::ShopFixture;
using test::shown;
using test::Who;

namespace {

class Desk {
public:
    explicit Desk(UnixMs now_ms = kMonday10) : fixture({}, now_ms) {}

    Shop shop() {
        return fixture.with(Who::guest, [&](storage::Connection& connection, const CallContext&) {
            return *find(connection, fixture.shop_id);
        });
    }
    Result<Handover> resolve(const HandoverRequest& request) {
        const Shop present = shop();
        return fixture.with(
            Who::guest, [&](storage::Connection& connection, const CallContext& context) {
                return resolve_handover(connection, present, request, context.now_ms);
            });
    }
    Result<Handover> resolve(std::optional<std::string> date, std::optional<std::string> time) {
        return resolve({.date = std::move(date), .time = std::move(time)});
    }
    /// "2026-11-24 18:00", windows "2026-11-24 10:00 in 09:00-12:00", or the code and reason.
    std::string told(const Result<Handover>& handover) {
        if (!handover) {
            const auto& error = handover.error();
            return std::string(word(error.code)) +
                   (error.details.reason.empty() ? "" : ":" + error.details.reason);
        }
        const Shop present = shop();
        std::string text = handover->at_ms ? shown(present, handover->at_ms)
                           : handover->day ? handover->day->text() + " ?"
                                           : "?";
        if (handover->window_start_ms) {
            text += " in " + shown(present, handover->window_start_ms).substr(11) + "-" +
                    shown(present, handover->window_end_ms).substr(11);
        }
        return text;
    }
    std::string ask(std::optional<std::string> date, std::optional<std::string> time) {
        return told(resolve(std::move(date), std::move(time)));
    }
    Result<void> book(std::string_view day, std::string_view clock) {
        const Shop present = shop();
        return fixture.with(
            Who::guest, [&](storage::Connection& connection, const CallContext& context) {
                return book_slot(connection, present, at(present, day, clock), context.now_ms);
            });
    }

    ShopFixture fixture;
};

struct Row {
    std::optional<std::string> date;
    std::optional<std::string> time;
    std::string outcome;
};

}  // namespace

TEST_CASE("D5, D8, D10: words become one consistent handover", "[shop][delivery_time]") {
    Desk desk;
    const Row row = GENERATE(values<Row>({
        {"завтра", "18:00", "2026-11-24 18:00"},
        {"завтра", "в 6", "2026-11-24 18:00"},  // six in the morning is closed
        {"завтра", "в 9", "2026-11-24 09:00"},  // nine is open
        // Nine is before Saturday's opening and 21:00 after its closing: taken as written.
        {"в субботу", "в 9", "delivery_time_impossible:outside_hours"},
        {"завтра", "06:00", "delivery_time_impossible:outside_hours"},
        {"завтра", "утром", "2026-11-24 10:00 in 09:00-12:00"},
        {"в субботу", "утром", "2026-11-28 10:00 in 10:00-12:00"},
        {"завтра", "вечером", "2026-11-24 18:00 in 17:00-21:00"},
        {"в субботу", "вечером", "2026-11-28 18:00 in 17:00-20:00"},
        {"завтра", "поздно вечером", "2026-11-24 19:00 in 19:00-21:00"},
        {"завтра", "до 18", "2026-11-24 17:00 in 09:00-18:00"},
        {"завтра", "до 6", "2026-11-24 17:00 in 09:00-18:00"},
        {"завтра", "до 9 вечера", "2026-11-24 20:00 in 09:00-21:00"},
        {"завтра", "после 3", "2026-11-24 15:00 in 15:00-21:00"},
        {"завтра", "14-16", "2026-11-24 14:00 in 14:00-16:00"},
        {"завтра", "с 2 до 4", "2026-11-24 14:00 in 14:00-16:00"},
        {"завтра", "с 10 до 2", "2026-11-24 10:00 in 10:00-14:00"},
        {"завтра", "20:00-22:00", "delivery_time_impossible:outside_hours"},
        {"завтра", "ночью", "delivery_time_impossible:outside_hours"},
        {"завтра", "полдень", "2026-11-24 12:00"},
        {"сегодня", "утром",
         "2026-11-23 11:40 in 09:00-12:00"},  // the nominal moves to the earliest
        {"сегодня", "днём", "2026-11-23 14:00 in 12:00-17:00"},
        {std::nullopt, "завтра к 18:00", "2026-11-24 18:00"},
        {"завтра к 18:00", std::nullopt, "2026-11-24 18:00"},
        {std::nullopt, "через 2 часа", "2026-11-23 12:00"},
        {std::nullopt, "через час", "delivery_time_impossible:lead_time"},
        {"2026-11-28T12:00:00Z", std::nullopt, "2026-11-28 17:00"},
        {std::nullopt, "asap", "2026-11-23 11:40"},
        {"сегодня", "срочно", "2026-11-23 11:40"},
        {"завтра", "asap", "2026-11-24 09:00"},  // the first feasible instant of that day
    }));
    CAPTURE(row.date.value_or("-"), row.time.value_or("-"));
    CHECK(desk.ask(row.date, row.time) == row.outcome);
}

TEST_CASE("D8: an hour moved to the afternoon is said", "[shop][delivery_time]") {
    Desk desk;
    CHECK(desk.resolve("завтра", "в 6")->assumed_pm);
    CHECK_FALSE(desk.resolve("завтра", "18:00")->assumed_pm);
    CHECK_FALSE(desk.resolve("завтра", "6 вечера")->assumed_pm);
    CHECK_FALSE(desk.resolve("завтра", "в 9")->assumed_pm);
}

TEST_CASE("D10: a part of the day with nothing left of it is outside hours",
          "[shop][delivery_time]") {
    Desk desk;
    desk.fixture.execute("UPDATE shop SET weekday_start = '13:00' WHERE id = 8");
    CHECK(desk.ask("завтра", "утром") == "delivery_time_impossible:outside_hours");
    CHECK(desk.ask("завтра", "днём") == "2026-11-24 14:00 in 13:00-17:00");
    desk.fixture.execute(
        "UPDATE shop SET weekday_start = '09:00', weekday_end = '18:00' WHERE id = 8");
    CHECK(desk.ask("завтра", "вечером") == "2026-11-24 17:00 in 17:00-18:00");
}

TEST_CASE("D15: the examples of the rule book", "[shop][delivery_time]") {
    struct Example {
        const char* day;
        const char* clock;
        const char* date;
        const char* time;
        const char* outcome;
    };
    const Example example = GENERATE(values<Example>({
        {"2026-11-23", "10:00", nullptr, "asap", "2026-11-23 11:40"},
        {"2026-11-23", "16:35", nullptr, "через час", "delivery_time_impossible:lead_time"},
        {"2026-11-23", "10:00", "сегодня", "22:00", "delivery_time_impossible:outside_hours"},
        {"2026-11-23", "10:00", "сегодня", "03:00", "delivery_time_impossible:past"},
        {"2026-11-23", "10:00", "сегодня", "21:00", "delivery_time_impossible:outside_hours"},
        {"2026-11-23", "23:30", "завтра", "12:00", "2026-11-24 12:00"},
        // O21: as soon as possible, but not today
        {"2026-11-23", "20:00", nullptr, "asap", "delivery_time_impossible:lead_time"},
        {"2026-11-23", "22:00", nullptr, "asap", "delivery_time_impossible:outside_hours"},
        {"2026-11-23", "22:00", "сегодня", "asap", "delivery_time_impossible:outside_hours"},
    }));
    CAPTURE(example.day, example.clock, example.time);
    Desk desk(at(test::example_shop(), example.day, example.clock));
    const auto date =
        example.date == nullptr ? std::nullopt : std::optional<std::string>(example.date);
    CHECK(desk.ask(date, example.time) == example.outcome);
}

TEST_CASE("O21: a refused asap names the instant that the customer can agree to",
          "[shop][delivery_time]") {
    Desk desk(at(test::example_shop(), "2026-11-23", "20:00"));
    const auto refused = desk.resolve(std::nullopt, "asap");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().details.earliest == "2026-11-24T09:00:00+05:00");
    desk.fixture.execute(
        "INSERT INTO shop_exception (shop_id, day, closed, created_ms, updated_ms) "
        "VALUES (8, '2026-11-23', TRUE, 0, 0)");
    CHECK(desk.ask(std::nullopt, "asap") == "delivery_time_impossible:closed_day");
}

TEST_CASE("D12: what is missing is asked for", "[shop][delivery_time]") {
    Desk desk;
    const auto nothing = desk.resolve(std::nullopt, std::nullopt);
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().code == ErrorCode::missing_delivery_time);
    CHECK(nothing.error().details.examples.size() >= 3);
    CHECK(desk.ask("завтра", std::nullopt) == "missing_delivery_time");
    const auto no_day = desk.resolve(std::nullopt, "18:00");
    REQUIRE_FALSE(no_day);
    CHECK(no_day.error().code == ErrorCode::invalid_argument);
    CHECK(no_day.error().details.field == "delivery_date");
}

TEST_CASE("O22, D11: asking for the time keeps the day and never makes a time up",
          "[shop][delivery_time]") {
    Desk desk;
    const auto by_flag = desk.resolve({.date = "завтра", .time = {}, .ask_time = true});
    REQUIRE(by_flag);
    CHECK(by_flag->precision == Precision::unspecified);
    CHECK(by_flag->ask_time);
    CHECK(by_flag->day->text() == "2026-11-24");
    CHECK_FALSE(by_flag->at_ms);
    CHECK_FALSE(by_flag->slot_start_ms);

    const auto by_words = desk.resolve(std::nullopt, "менеджер уточнит");
    REQUIRE(by_words);
    CHECK(by_words->ask_time);
    CHECK_FALSE(by_words->day);

    CHECK(desk.told(desk.resolve({.date = "вчера", .time = {}, .ask_time = true})) ==
          "delivery_time_impossible:past");
    const auto time_wins = desk.resolve({.date = "завтра", .time = "18:00", .ask_time = true});
    REQUIRE(time_wins);
    CHECK_FALSE(time_wins->ask_time);
    CHECK(time_wins->precision == Precision::exact);
}

TEST_CASE("D6: this weekday and the weekend are decided by what is possible",
          "[shop][delivery_time]") {
    SECTION("on Monday at ten this Monday is today") {
        Desk desk;
        CHECK(desk.ask("в этот понедельник", "18:00") == "2026-11-23 18:00");
        CHECK(desk.ask("в понедельник", "18:00") == "2026-11-30 18:00");
    }
    SECTION("on Monday at 20:30 it is a week later") {
        Desk desk(at(test::example_shop(), "2026-11-23", "20:30"));
        CHECK(desk.ask("в этот понедельник", "18:00") == "2026-11-30 18:00");
    }
    SECTION("two possible days of a weekend are asked about") {
        Desk desk;
        const auto weekend = desk.resolve("на выходных", "15:00");
        REQUIRE_FALSE(weekend);
        CHECK(weekend.error().code == ErrorCode::ambiguous_time);
        CHECK(weekend.error().details.candidates ==
              std::vector<std::string>{"2026-11-28", "2026-11-29"});
    }
    SECTION("with one day closed the other is meant") {
        Desk desk;
        desk.fixture.execute(
            "INSERT INTO shop_exception (shop_id, day, closed, created_ms, updated_ms) "
            "VALUES (8, '2026-11-28', TRUE, 0, 0)");
        CHECK(desk.ask("на выходных", "15:00") == "2026-11-29 15:00");
    }
}

TEST_CASE("D18: a past date with a year is refused, never corrected", "[shop][delivery_time]") {
    Desk desk;
    const auto past = desk.resolve("2025-11-24", "18:00");
    REQUIRE_FALSE(past);
    CHECK(past.error().details.reason == "past");
    CHECK(past.error().details.requested == "2025-11-24T18:00:00+05:00");
    REQUIRE(past.error().details.alternatives.size() == 3);
    CHECK(past.error().details.alternatives.front().start == "2026-11-23T13:00:00+05:00");
    CHECK(past.error().details.alternatives.front().label == "пн, 23 ноября, 13:00–15:00");
}

TEST_CASE("D19: every refusal has the earliest time and alternatives that are accepted",
          "[shop][delivery_time]") {
    Desk desk;
    desk.fixture.execute("UPDATE shop SET slot_capacity = 1 WHERE id = 8");
    REQUIRE(desk.book("2026-11-24", "13:00"));
    desk.fixture.execute(
        "INSERT INTO shop_exception (shop_id, day, closed, created_ms, updated_ms) "
        "VALUES (8, '2026-11-25', TRUE, 0, 0)");
    for (const char* wish : {"сегодня 03:00", "сегодня 10:30", "сегодня 23:00", "2026-11-25 12:00",
                             "завтра 14:00", "2027-11-25 12:00", "вчера 12:00", "завтра 06:00"}) {
        CAPTURE(wish);
        const auto refused = desk.resolve(std::nullopt, wish);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::delivery_time_impossible);
        CHECK(refused.error().details.earliest == "2026-11-23T11:40:00+05:00");
        REQUIRE_FALSE(refused.error().details.alternatives.empty());
        for (const TimeOption& option : refused.error().details.alternatives) {
            const auto accepted = desk.resolve(std::nullopt, option.start);
            CAPTURE(option.start);
            REQUIRE(accepted);
            CHECK(desk.shop().rfc3339(*accepted->at_ms) == option.start);
        }
    }
}

TEST_CASE("D19: a shop that is closed for a fortnight says when it opens",
          "[shop][delivery_time]") {
    Desk desk;
    desk.fixture.execute(
        "UPDATE shop SET weekday_closed = TRUE, weekend_closed = TRUE WHERE id = 8");
    const auto closed = desk.resolve("завтра", "18:00");
    REQUIRE_FALSE(closed);
    CHECK(closed.error().details.reason == "closed_day");
    CHECK(closed.error().details.alternatives.empty());
    CHECK(closed.error().details.next_open_date.empty());

    desk.fixture.execute(
        "INSERT INTO shop_exception (shop_id, day, closed, open_time, close_time, created_ms, "
        "updated_ms) VALUES (8, '2027-03-01', FALSE, '10:00', '18:00', 0, 0)");
    const auto later = desk.resolve("завтра", "18:00");
    REQUIRE_FALSE(later);
    CHECK(later.error().details.next_open_date == "2027-03-01");
}

TEST_CASE("O36: a missing half keeps the stored half", "[shop][delivery_time]") {
    Desk desk;
    const auto exact = desk.resolve("завтра", "18:00");
    const auto window = desk.resolve("завтра", "14-16");
    const auto unspecified = desk.resolve({.date = "завтра", .time = {}, .ask_time = true});
    REQUIRE(exact);
    REQUIRE(window);
    REQUIRE(unspecified);
    const auto changed = [&](const Handover& stored, std::optional<std::string> date,
                             std::optional<std::string> time) {
        return desk.told(
            desk.resolve({.date = std::move(date), .time = std::move(time), .stored = stored}));
    };

    CHECK(changed(*exact, "в пятницу", std::nullopt) == "2026-11-27 18:00");
    CHECK(changed(*exact, std::nullopt, "12:00") == "2026-11-24 12:00");
    CHECK(changed(*exact, std::nullopt, "вечером") == "2026-11-24 18:00 in 17:00-21:00");
    CHECK(changed(*window, "в пятницу", std::nullopt) == "2026-11-27 14:00 in 14:00-16:00");
    CHECK(changed(*window, std::nullopt, "18:00") == "2026-11-24 18:00");
    CHECK(changed(*unspecified, "в пятницу", std::nullopt) == "2026-11-27 ?");
    CHECK(changed(*unspecified, std::nullopt, "18:00") == "2026-11-24 18:00");
    CHECK(changed(*exact, "вчера", std::nullopt) == "delivery_time_impossible:past");
    CHECK(changed(*exact, std::nullopt, "через 2 часа") == "2026-11-23 12:00");
}

TEST_CASE("O37: an assembled order needs travel only", "[shop][delivery_time]") {
    Desk desk;
    CHECK(desk.told(desk.resolve({.date = "сегодня", .time = "11:00"})) ==
          "delivery_time_impossible:lead_time");
    CHECK(
        desk.told(desk.resolve({.date = "сегодня", .time = "11:00", .already_assembled = true})) ==
        "2026-11-23 11:00");
    CHECK(desk.told(desk.resolve({.date = "сегодня", .time = "10:40", .is_delivery = false})) ==
          "2026-11-23 10:40");
}

TEST_CASE("D14: the basket decides how early", "[shop][delivery_time]") {
    Desk desk;
    const Basket large{.units = 5, .longest_manufacturing_minutes = 120};  // 120 + 50 + 60
    CHECK(desk.told(desk.resolve({.date = "сегодня", .time = "13:45", .basket = large})) ==
          "delivery_time_impossible:lead_time");
    CHECK(desk.told(desk.resolve({.date = "сегодня", .time = "13:50", .basket = large})) ==
          "2026-11-23 13:50");
}

TEST_CASE("D20: a slot takes as many orders as it holds and gives places back",
          "[shop][delivery_time]") {
    Desk desk;
    desk.fixture.execute("UPDATE shop SET slot_capacity = 2 WHERE id = 8");
    REQUIRE(desk.book("2026-11-24", "13:00"));
    CHECK(desk.ask("завтра", "14:00") == "2026-11-24 14:00");
    REQUIRE(desk.book("2026-11-24", "13:00"));
    CHECK(desk.ask("завтра", "14:00") == "delivery_time_impossible:capacity");
    CHECK(desk.ask("завтра", "днём") ==
          "delivery_time_impossible:capacity");  // its nominal time is 14:00

    const auto full = desk.book("2026-11-24", "13:00");
    REQUIRE_FALSE(full);
    CHECK(full.error().details.reason == "capacity");
    REQUIRE_FALSE(full.error().details.alternatives.empty());
    for (const auto& option : full.error().details.alternatives)
        CHECK(option.start > "2026-11-24T13");
    CHECK(desk.fixture.number("SELECT booked FROM slot_load WHERE shop_id = 8") == 2);

    const Shop shop = desk.shop();
    HandoverRequest own{.date = "завтра", .time = "14:30"};
    own.own_slot_ms = at(shop, "2026-11-24", "13:00");
    CHECK(desk.told(desk.resolve(own)) ==
          "2026-11-24 14:30");  // an order does not stand in its own way

    desk.fixture.with(Who::guest, [&](storage::Connection& connection, const CallContext&) {
        free_slot(connection, shop, at(shop, "2026-11-24", "13:00"));
    });
    CHECK(desk.fixture.number("SELECT booked FROM slot_load WHERE shop_id = 8") == 1);
    CHECK(desk.ask("завтра", "14:00") == "2026-11-24 14:00");
}

TEST_CASE("D20: places are counted before a capacity is set, and never below none",
          "[shop][delivery_time]") {
    Desk desk;
    REQUIRE(desk.book("2026-11-24", "13:00"));
    REQUIRE(desk.book("2026-11-24", "13:00"));
    desk.fixture.execute("UPDATE shop SET slot_capacity = 2 WHERE id = 8");
    CHECK(desk.ask("завтра", "14:00") == "delivery_time_impossible:capacity");

    const Shop shop = desk.shop();
    desk.fixture.with(Who::guest, [&](storage::Connection& connection, const CallContext&) {
        for (int i = 0; i < 5; ++i) free_slot(connection, shop, at(shop, "2026-11-24", "13:00"));
        free_slot(connection, shop, std::nullopt);
    });
    CHECK(desk.fixture.number("SELECT booked FROM slot_load WHERE shop_id = 8") == 0);
}

TEST_CASE("O48: the delivery text in the shop's language", "[shop][delivery_time]") {
    Shop shop = test::example_shop();
    Handover exact;
    exact.day = parse_local_date("2026-11-22");
    exact.at_ms = at(shop, "2026-11-22", "15:00");
    Handover window = exact;
    window.window_start_ms = at(shop, "2026-11-22", "13:00");
    window.window_end_ms = at(shop, "2026-11-22", "15:00");
    Handover open_end;
    open_end.day = exact.day;

    CHECK(delivery_text(shop, exact) == "вс, 22 ноября, 15:00");
    CHECK(delivery_text(shop, window) == "вс, 22 ноября, 13:00–15:00");
    CHECK(delivery_text(shop, open_end) == "вс, 22 ноября, время уточняется");
    CHECK(delivery_text(shop, Handover{}) == "время уточняется");
    shop.locale = Locale::kk;
    CHECK(delivery_text(shop, open_end) == "жс, 22 қараша, уақыты нақтыланады");
    shop.locale = Locale::en;
    CHECK(delivery_text(shop, open_end) == "Sun, 22 November, time to be confirmed");
}
