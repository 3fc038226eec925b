#include "domains/shop/local_time.hpp"

#include <catch2/catch.hpp>

#include "unit/shop/example_shop.hpp"

using namespace shopkeeper;
using namespace shopkeeper::shop;

namespace {

TimeZone zone(const char* name) {
    return *TimeZone::find(name);
}

std::string rfc3339(const char* name, int year, int month, int day, DayMinute minute) {
    return zone(name).rfc3339(zone(name).instant(*local_date(year, month, day), minute));
}

}  // namespace

TEST_CASE("D1: Almaty is five hours ahead of UTC since March 2024, with the history before it",
          "[shop][local_time]") {
    CHECK(rfc3339("Asia/Almaty", 2024, 2, 29, 12 * 60) == "2024-02-29T12:00:00+06:00");
    CHECK(rfc3339("Asia/Almaty", 2024, 3, 1, 0) == "2024-03-01T00:00:00+05:00");
    CHECK(rfc3339("Asia/Almaty", 2026, 7, 1, 15 * 60) == "2026-07-01T15:00:00+05:00");
    CHECK(rfc3339("Asia/Almaty", 2026, 11, 21, 15 * 60) == "2026-11-21T15:00:00+05:00");
}

TEST_CASE("D1: the installed zone data reach into the years a shop plans for",
          "[shop][local_time]") {
    // Data without the far transitions would lose summer time silently.
    CHECK(rfc3339("Europe/Berlin", 2026, 7, 1, 0) == "2026-07-01T00:00:00+02:00");
    CHECK(rfc3339("Europe/Berlin", 2035, 7, 1, 0) == "2035-07-01T00:00:00+02:00");
    CHECK(rfc3339("Europe/Berlin", 2035, 12, 1, 0) == "2035-12-01T00:00:00+01:00");
}

TEST_CASE("D1: a time that does not exist or exists twice is the later instant",
          "[shop][local_time]") {
    // 2026-03-29: 02:00 becomes 03:00. 2026-10-25: 03:00 becomes 02:00 again.
    CHECK(rfc3339("Europe/Berlin", 2026, 3, 29, 150) == "2026-03-29T03:30:00+02:00");
    CHECK(rfc3339("Europe/Berlin", 2026, 10, 25, 150) == "2026-10-25T02:30:00+01:00");
    CHECK(rfc3339("Europe/Berlin", 2026, 10, 25, 119) == "2026-10-25T01:59:00+02:00");
}

TEST_CASE("D1: instants become the wall clock and come back", "[shop][local_time]") {
    for (const char* name :
         {"Asia/Almaty", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"}) {
        CAPTURE(name);
        for (UnixMs at = 1'767'225'600'000; at < 1'798'761'600'000; at += 7 * 3'600'000) {
            const LocalTime local = zone(name).local(at);
            const UnixMs back = zone(name).instant(local.date, local.minute) + local.second * 1000;
            const bool is_repeated_hour = back != at;
            if (is_repeated_hour) CHECK(back - at == 3'600'000);
        }
    }
    const LocalTime before_epoch = zone("UTC").local(-1);
    CHECK(before_epoch.date.text() == "1969-12-31");
    CHECK(before_epoch.minute == 1439);
    CHECK(before_epoch.second == 59);
}

TEST_CASE("D1: an unknown zone is no zone", "[shop][local_time]") {
    CHECK_FALSE(TimeZone::find("Asia/Atlantis"));
    CHECK_FALSE(TimeZone::find(""));
    CHECK_FALSE(TimeZone::find("../../etc/passwd"));
    CHECK(TimeZone::find("Asia/Qyzylorda"));
}

TEST_CASE("C8: days and times of day have one spelling", "[shop][local_time]") {
    CHECK(parse_local_date("2026-11-21")->text() == "2026-11-21");
    CHECK(parse_local_date("2028-02-29"));
    for (const char* text : {"2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "21.11.2026",
                             "", "2026-11-21 ", "20261121", "2026-11-2x"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_local_date(text));
    }
    CHECK(parse_day_minute("09:05") == 545);
    CHECK(parse_day_minute("24:00") == 1440);
    CHECK(day_minute_text(545) == "09:05");
    for (const char* text : {"9:05", "24:01", "12:60", "", "ab:cd", "12-30", "-1:00"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_day_minute(text));
    }
}

TEST_CASE("C9: day labels in the shop's language", "[shop][local_time]") {
    const LocalDate saturday = *parse_local_date("2026-11-21");
    CHECK(saturday.weekday() == 6);
    CHECK(day_label(saturday, Locale::ru) == "сб, 21 ноября");
    CHECK(day_label(saturday, Locale::kk) == "сб, 21 қараша");
    CHECK(day_label(saturday, Locale::en) == "Sat, 21 November");
    CHECK(day_label(*parse_local_date("2026-03-01"), Locale::ru) == "вс, 1 марта");
}
