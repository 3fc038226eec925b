#include "domains/shop/feasibility.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "domains/shop/verdict.hpp"
#include "unit/shop/example_shop.hpp"

using namespace shopkeeper;
using namespace shopkeeper::shop;
using test::at;
using test::example_shop;
using test::shown;

namespace {

// 2026-11-23 is a Monday.
const Shop kShop = example_shop();

Feasibility judge_at(const Shop& shop, std::string_view day, std::string_view clock,
                     bool is_delivery = true, std::vector<DayException> exceptions = {},
                     std::vector<UnixMs> full = {}) {
    return Feasibility(Calendar(shop, std::move(exceptions)), lead_of(shop, Basket{}, is_delivery),
                       std::move(full), at(shop, day, clock));
}

std::string words(const std::optional<Obstacle>& obstacle) {
    return std::string(obstacle ? word(*obstacle) : "ok");
}

std::string starts(const Shop& shop, const std::vector<Slot>& slots) {
    std::string text;
    for (const Slot& slot : slots) text += (text.empty() ? "" : ", ") + shown(shop, slot.start_ms);
    return text;
}

DayException closed_on(std::string_view day) {
    return {*parse_local_date(day), std::nullopt, std::nullopt};
}

}  // namespace

TEST_CASE("D14: preparation grows with units up to twelve and takes the slowest product",
          "[shop][feasibility]") {
    CHECK(prep_minutes(kShop, Basket{}) == 40);
    CHECK(prep_minutes(kShop, {.units = 3, .longest_manufacturing_minutes = 90}) == 120);
    CHECK(prep_minutes(kShop, {.units = 12, .longest_manufacturing_minutes = 0}) == 120);
    CHECK(prep_minutes(kShop, {.units = 1000, .longest_manufacturing_minutes = 0}) == 120);
    CHECK(lead_of(kShop, Basket{}, true).total() == 100);
    CHECK(lead_of(kShop, Basket{}, false).total() == 40);
    CHECK(lead_of(kShop, Basket{}, true, true).total() == 60);  // O37: assembled already
}

TEST_CASE("D15: the earliest handover of every example", "[shop][feasibility]") {
    struct Row {
        const char* day;
        const char* clock;
        bool is_delivery;
        const char* earliest;
    };
    const Row row = GENERATE(values<Row>({
        {"2026-11-23", "10:00", true, "2026-11-23 11:40"},
        {"2026-11-23", "10:01", true, "2026-11-23 11:45"},  // rounded up to five minutes
        {"2026-11-23", "16:35", true, "2026-11-23 18:15"},
        {"2026-11-23", "19:19", true, "2026-11-24 09:00"},  // 20:59 rounds up to closing itself
        {"2026-11-23", "20:00", true,
         "2026-11-24 09:00"},  // ready before closing, handed over at opening
        {"2026-11-23", "20:20", true, "2026-11-24 09:00"},
        {"2026-11-23", "20:21", true, "2026-11-24 10:40"},  // not ready before closing
        {"2026-11-23", "20:40", true, "2026-11-24 10:40"},
        {"2026-11-23", "22:00", true, "2026-11-24 10:40"},
        {"2026-11-23", "08:00", true, "2026-11-23 10:40"},
        {"2026-11-28", "09:30", true, "2026-11-28 11:40"},  // Saturday opens at ten
        {"2026-11-27", "22:00", true, "2026-11-28 11:40"},
        {"2026-11-23", "10:00", false, "2026-11-23 10:40"},  // pickup
    }));
    CAPTURE(row.day, row.clock);
    CHECK(shown(kShop, judge_at(kShop, row.day, row.clock, row.is_delivery).earliest()) ==
          row.earliest);
}

TEST_CASE("D15: work that fills more than a day is ready on the open day after",
          "[shop][feasibility]") {
    const Feasibility slow(Calendar(kShop, {}), Lead{13 * 60, 60}, {},
                           at(kShop, "2026-11-23", "08:00"));
    CHECK(shown(kShop, slow.earliest()) == "2026-11-24 09:00");
    const Feasibility over_closed(Calendar(kShop, {closed_on("2026-11-24")}), Lead{13 * 60, 60}, {},
                                  at(kShop, "2026-11-23", "08:00"));
    CHECK(shown(kShop, over_closed.earliest()) == "2026-11-25 09:00");
}

TEST_CASE("D15: minimum notice moves the earliest handover to an open moment",
          "[shop][feasibility]") {
    Shop shop = example_shop();
    shop.min_notice_minutes = 180;
    CHECK(shown(shop, judge_at(shop, "2026-11-23", "10:00").earliest()) == "2026-11-23 13:00");
    CHECK(shown(shop, judge_at(shop, "2026-11-23", "18:30").earliest()) == "2026-11-24 09:00");
    CHECK(shown(shop, judge_at(shop, "2026-11-23", "22:00").earliest()) == "2026-11-24 10:40");
}

TEST_CASE("D15: a shop that opens on no day has no earliest handover", "[shop][feasibility]") {
    Shop shop = example_shop();
    shop.weekday_closed = shop.weekend_closed = true;
    const Feasibility never = judge_at(shop, "2026-11-23", "10:00");
    CHECK_FALSE(never.earliest());
    CHECK(words(never.obstacle_on(never.today())) == "closed_day");
    CHECK(never.alternatives(Obstacle::closed_day, never.today()).empty());
    // One exceptional open day is enough.
    const Feasibility once =
        judge_at(shop, "2026-11-23", "10:00", true,
                 {{*parse_local_date("2026-12-31"), OpenHours{600, 900}, std::nullopt}});
    CHECK(shown(shop, once.earliest()) == "2026-12-31 11:40");
}

TEST_CASE("D17: an instant is refused for the first reason that applies", "[shop][feasibility]") {
    struct Row {
        const char* day;
        const char* clock;
        const char* verdict;
    };
    const Row row = GENERATE(values<Row>({
        {"2026-11-23", "03:00", "past"},
        {"2026-11-22", "12:00", "past"},
        {"2027-02-22", "12:00", "too_far"},  // 91 days ahead
        {"2027-02-21", "12:00", "ok"},       // 90
        {"2026-11-25", "12:00", "closed_day"},
        {"2026-11-23", "22:00", "outside_hours"},
        {"2026-11-23", "21:00", "outside_hours"},  // 21:00 sharp on a weekday
        {"2026-11-23", "20:59", "ok"},
        {"2026-11-24", "08:59", "outside_hours"},
        {"2026-11-24", "09:00", "ok"},
        {"2026-11-28", "09:30", "outside_hours"},  // a Saturday
        {"2026-11-23", "11:39", "lead_time"},
        {"2026-11-23", "11:40", "ok"},
        {"2026-11-24", "13:30", "capacity"},
        {"2026-11-24", "15:00", "ok"},
    }));
    CAPTURE(row.day, row.clock);
    const Feasibility feasibility =
        judge_at(kShop, "2026-11-23", "10:00", true, {closed_on("2026-11-25")},
                 {at(kShop, "2026-11-24", "13:00")});
    CHECK(words(feasibility.obstacle_at(at(kShop, row.day, row.clock))) == row.verdict);
}

TEST_CASE("D13: an exception overrides the regular week on its date", "[shop][feasibility]") {
    const Calendar calendar(
        kShop, {closed_on("2026-11-24"),
                {*parse_local_date("2026-11-28"), OpenHours{8 * 60, 12 * 60}, "Ярмарка"}});
    CHECK_FALSE(calendar.hours(*parse_local_date("2026-11-24")));
    CHECK(calendar.hours(*parse_local_date("2026-11-28")) == OpenHours{480, 720});
    CHECK(calendar.hours(*parse_local_date("2026-11-29")) == OpenHours{600, 1200});
    CHECK(calendar.next_open_day(*parse_local_date("2026-11-24"))->text() == "2026-11-25");
    CHECK(shown(kShop, calendar.next_opening(at(kShop, "2026-11-23", "21:00"))) ==
          "2026-11-25 09:00");
}

TEST_CASE("D16: slots are cells of the grid from opening that end by closing",
          "[shop][feasibility]") {
    const Feasibility feasibility = judge_at(kShop, "2026-11-23", "10:00");
    const auto monday = feasibility.slots(*parse_local_date("2026-11-23"));
    CHECK(starts(kShop, monday) ==
          "2026-11-23 09:00, 2026-11-23 11:00, 2026-11-23 13:00, 2026-11-23 15:00, "
          "2026-11-23 17:00, 2026-11-23 19:00");
    CHECK(words(monday[0].obstacle) == "past");
    CHECK(words(monday[1].obstacle) == "lead_time");
    CHECK(words(monday[2].obstacle) == "ok");
    CHECK(shown(kShop, monday[5].end_ms) == "2026-11-23 21:00");
    CHECK(feasibility.slots(*parse_local_date("2026-11-28")).size() == 5);

    Shop uneven = example_shop();
    uneven.slot_minutes = 210;
    const auto grid =
        judge_at(uneven, "2026-11-23", "10:00").slots(*parse_local_date("2026-11-24"));
    CHECK(starts(uneven, grid) == "2026-11-24 09:00, 2026-11-24 12:30, 2026-11-24 16:00");
}

TEST_CASE(
    "D20: an instant counts in the slot that holds it; what lies outside the grid counts nowhere",
    "[shop][feasibility]") {
    Shop shop = example_shop();
    shop.slot_minutes = 210;  // 09:00, 12:30, 16:00 to 19:30; nothing after
    const Feasibility feasibility = judge_at(shop, "2026-11-23", "10:00");
    CHECK(shown(shop, feasibility.slot_of(at(shop, "2026-11-24", "09:00"))) == "2026-11-24 09:00");
    CHECK(shown(shop, feasibility.slot_of(at(shop, "2026-11-24", "12:29"))) == "2026-11-24 09:00");
    CHECK(shown(shop, feasibility.slot_of(at(shop, "2026-11-24", "19:29"))) == "2026-11-24 16:00");
    CHECK(shown(shop, feasibility.slot_of(at(shop, "2026-11-24", "19:30"))) == "never");
    CHECK(shown(shop, feasibility.slot_of(at(shop, "2026-11-24", "08:00"))) == "never");
}

TEST_CASE("D17: a whole day is feasible when one of its five-minute steps is",
          "[shop][feasibility]") {
    const auto on = [](const Feasibility& feasibility, const char* day) {
        return words(feasibility.obstacle_on(*parse_local_date(day)));
    };
    const Feasibility morning =
        judge_at(kShop, "2026-11-23", "10:00", true, {closed_on("2026-11-25")});
    CHECK(on(morning, "2026-11-23") == "ok");
    CHECK(on(morning, "2026-11-22") == "past");
    CHECK(on(morning, "2026-11-25") == "closed_day");
    CHECK(on(morning, "2027-02-22") == "too_far");
    CHECK(on(judge_at(kShop, "2026-11-23", "20:00"), "2026-11-23") == "lead_time");
    CHECK(on(judge_at(kShop, "2026-11-23", "21:00"), "2026-11-23") == "outside_hours");
    CHECK(shown(kShop, morning.first_instant(*parse_local_date("2026-11-23"))) ==
          "2026-11-23 11:40");
    CHECK(shown(kShop, morning.last_step(*parse_local_date("2026-11-23"))) == "2026-11-23 20:55");
    CHECK(shown(kShop, morning.last_step(*parse_local_date("2026-11-25"))) == "never");
}

TEST_CASE("D17, D20: a fully booked day is refused for capacity", "[shop][feasibility]") {
    std::vector<UnixMs> full;
    for (const char* start : {"09:00", "11:00", "13:00", "15:00", "17:00", "19:00"}) {
        full.push_back(at(kShop, "2026-11-24", start));
    }
    const Feasibility feasibility = judge_at(kShop, "2026-11-23", "10:00", true, {}, full);
    CHECK(words(feasibility.obstacle_on(*parse_local_date("2026-11-24"))) == "capacity");
    CHECK(starts(kShop,
                 feasibility.alternatives(Obstacle::capacity, *parse_local_date("2026-11-24"))) ==
          "2026-11-25 09:00, 2026-11-25 11:00, 2026-11-25 13:00");
}

TEST_CASE("D19: alternatives begin where the refused wish was", "[shop][feasibility]") {
    const Feasibility feasibility =
        judge_at(kShop, "2026-11-23", "10:00", true, {closed_on("2026-11-25")});
    const auto instead = [&](Obstacle obstacle, const char* day) {
        return starts(kShop, feasibility.alternatives(obstacle, *parse_local_date(day)));
    };
    CHECK(instead(Obstacle::past, "2026-11-20") ==
          "2026-11-23 13:00, 2026-11-23 15:00, 2026-11-23 17:00");
    CHECK(instead(Obstacle::closed_day, "2026-11-25") ==
          "2026-11-26 09:00, 2026-11-26 11:00, 2026-11-26 13:00");
    CHECK(instead(Obstacle::outside_hours, "2026-11-23") ==
          "2026-11-23 13:00, 2026-11-23 15:00, 2026-11-23 17:00");
    CHECK(instead(Obstacle::too_far, "2027-06-01") ==
          "2027-02-19 09:00, 2027-02-20 10:00, 2027-02-21 10:00");
    CHECK(feasibility.suggested_days(*parse_local_date("2026-11-24")).front().text() ==
          "2026-11-26");
}

TEST_CASE("D19: days too short for the grid offer what is left of them", "[shop][feasibility]") {
    Shop shop = example_shop();
    shop.slot_minutes = 480;
    shop.weekday_end = 11 * 60 + 30;
    shop.weekend_closed = true;
    const Feasibility feasibility = judge_at(shop, "2026-11-23", "08:00");
    const auto offered =
        feasibility.alternatives(Obstacle::outside_hours, *parse_local_date("2026-11-23"));
    REQUIRE(offered.size() == 3);
    CHECK(shown(shop, offered[0].start_ms) == "2026-11-23 10:40");
    CHECK(shown(shop, offered[0].end_ms) == "2026-11-23 11:30");
}

TEST_CASE("D1, D16: the grid of a day with a clock change keeps its wall times",
          "[shop][feasibility]") {
    Shop shop = example_shop("Europe/Berlin");
    shop.weekend_start = 0;
    shop.weekend_end = 8 * 60;
    // 2026-03-29 lacks the hour from two to three, 2026-10-25 has it twice.
    const auto spring =
        judge_at(shop, "2026-03-27", "10:00").slots(*parse_local_date("2026-03-29"));
    CHECK(starts(shop, spring) ==
          "2026-03-29 00:00, 2026-03-29 03:00, 2026-03-29 04:00, 2026-03-29 06:00");
    CHECK(spring[0].end_ms == spring[1].start_ms);
    const auto autumn =
        judge_at(shop, "2026-10-23", "10:00").slots(*parse_local_date("2026-10-25"));
    CHECK(starts(shop, autumn) ==
          "2026-10-25 00:00, 2026-10-25 02:00, 2026-10-25 04:00, 2026-10-25 06:00");
    CHECK(autumn[0].end_ms - autumn[0].start_ms == 3 * 3'600'000);
    CHECK(autumn[0].end_ms == autumn[1].start_ms);
}

TEST_CASE("D21: every obstacle has its label in three languages", "[shop][feasibility]") {
    CHECK(label(Obstacle::past).ru == "Это время уже прошло");
    CHECK(label(Obstacle::too_far).en == "Too far ahead");
    CHECK(label(Obstacle::closed_day).kk == "Бұл күні дүкен жабық");
    CHECK(label(Obstacle::outside_hours).ru == "Вне часов работы");
    CHECK(label(Obstacle::lead_time).ru == "Не успеем подготовить");
    CHECK(label(Obstacle::capacity).en == "No free capacity");
}

TEST_CASE(
    "D17, D19: whatever a shop's settings, a refusal has alternatives and each of them is accepted",
    "[shop][feasibility]") {
    std::mt19937 random(20261123);
    const auto pick = [&random](int from, int to) {
        return from + static_cast<int>(random() % static_cast<unsigned>(to - from + 1));
    };
    for (int round = 0; round < 300; ++round) {
        Shop shop = example_shop(round % 2 == 0 ? "Asia/Almaty" : "Europe/Berlin");
        shop.weekday_start = pick(0, 12) * 60;
        shop.weekday_end = shop.weekday_start + pick(30, 720);
        shop.weekend_closed = pick(0, 2) == 0;
        shop.slot_minutes = pick(30, 480);
        shop.min_notice_minutes = pick(0, 3) == 0 ? pick(0, 1440) : 0;
        shop.max_days_ahead = pick(5, 120);
        const UnixMs now =
            at(shop, "2026-03-20", "00:00") + static_cast<UnixMs>(pick(0, 15 * 24 * 60)) * 60'000;
        const LocalDate today = shop.zone.today(now);
        std::vector<DayException> exceptions;
        for (int day = 0; day < 3; ++day)
            exceptions.push_back({today + day, std::nullopt, std::nullopt});
        if (pick(0, 1) == 0) exceptions.clear();
        const Feasibility open(Calendar(shop, exceptions), Lead{pick(0, 600), pick(0, 120)}, {},
                               now);
        std::vector<UnixMs> full;
        for (const Slot& slot : open.slots(today + 3)) full.push_back(slot.start_ms);
        const Feasibility feasibility(Calendar(shop, exceptions), Lead{pick(0, 600), pick(0, 120)},
                                      full, now);
        CAPTURE(round, shop.weekday_start, shop.weekday_end, shop.slot_minutes, now);

        REQUIRE(feasibility.earliest());
        REQUIRE(*feasibility.earliest() >= now);
        REQUIRE(feasibility.calendar().is_open(*feasibility.earliest()));
        if (shop.zone.local(*feasibility.earliest()).date > feasibility.last_allowed_day())
            continue;

        const UnixMs wish =
            now + static_cast<UnixMs>(pick(-1000, shop.max_days_ahead * 1440 + 3000)) * 60'000;
        const auto obstacle = feasibility.obstacle_at(wish);
        if (!obstacle) continue;
        const auto alternatives = feasibility.alternatives(*obstacle, shop.zone.local(wish).date);
        REQUIRE(!alternatives.empty());
        REQUIRE(alternatives.size() <= 3);
        for (const Slot& slot : alternatives) {
            CAPTURE(shown(shop, slot.start_ms));
            REQUIRE(words(feasibility.obstacle_at(slot.start_ms)) == "ok");
            REQUIRE(slot.start_ms < slot.end_ms);
        }
    }
}
