#include "domains/shop/time_grammar.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "base/text.hpp"
#include "support/shop_fixture.hpp"

// Tables of texts against what they mean on Monday 2026-11-23, 10:00 in Almaty. A meaning is
// written "2026-11-24 18:00"; a bare hour "6?", a part of the day "10:00 in 09:00-12:00".

using namespace shopkeeper;
using namespace shopkeeper::shop;

namespace {

const Present kNow{test::kMonday10, *TimeZone::find("Asia/Almaty")};

std::string shown(const ClockMark& mark) {
    return mark.is_bare ? std::to_string(mark.minute / 60) + "?" : day_minute_text(mark.minute);
}

std::string shown(const TimeFact& fact) {
    switch (fact.kind) {
        case TimeFact::Kind::exact:
            return shown(fact.at);
        case TimeFact::Kind::part:
            return shown(fact.at) + " in " + shown(fact.start) + "-" +
                   (fact.end ? shown(*fact.end) : "closing");
        case TimeFact::Kind::before:
            return "before " + shown(*fact.end);
        case TimeFact::Kind::after:
            return "after " + shown(fact.start);
        case TimeFact::Kind::range:
            return shown(fact.start) + "-" + shown(*fact.end);
        case TimeFact::Kind::last_slot:
            return "last slot";
        case TimeFact::Kind::asap:
            return "asap";
        case TimeFact::Kind::ask:
            break;
    }
    return "ask";
}

std::string shown(const Result<TimeFacts>& read) {
    if (!read) return std::string(word(read.error().code));
    std::string text;
    if (read->date) {
        text = read->date->day.text();
        if (read->date->kind == DateFact::Kind::this_weekday) text += " or a week later";
        if (read->date->kind == DateFact::Kind::weekend) text += " or the day after";
    }
    if (read->time) text += (text.empty() ? "" : " ") + shown(*read->time);
    return text;
}

std::string date_of(std::string_view text) {
    return shown(read_time_text(text, TimeField::delivery_date, kNow));
}
std::string time_of(std::string_view text) {
    return shown(read_time_text(text, TimeField::delivery_time, kNow));
}

struct Row {
    const char* text;
    const char* meaning;
};

}  // namespace

TEST_CASE("D6: words for days", "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"сегодня", "2026-11-23"},
        {"Сегодня!", "2026-11-23"},
        {"на сегодня", "2026-11-23"},
        {"today", "2026-11-23"},
        {"бүгін", "2026-11-23"},
        {"БҮГІН", "2026-11-23"},
        {"завтра", "2026-11-24"},
        {"на завтра, пожалуйста", "2026-11-24"},
        {"tomorrow", "2026-11-24"},
        {"ертең", "2026-11-24"},
        {"послезавтра", "2026-11-25"},
        {"the day after tomorrow", "2026-11-25"},
        {"бүрсігүні", "2026-11-25"},
        {"вчера", "2026-11-22"},
        {"yesterday", "2026-11-22"},
        {"позавчера", "2026-11-21"},
    }));
    CAPTURE(row.text);
    CHECK(date_of(row.text) == row.meaning);
    CHECK(time_of(row.text) == row.meaning);
}

TEST_CASE("D6: days and weeks from now", "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"через 1 день", "2026-11-24"},
        {"через 3 дня", "2026-11-26"},
        {"через три дня", "2026-11-26"},
        {"через 10 дней", "2026-12-03"},
        {"через 2 суток", "2026-11-25"},
        {"через 0 дней", "2026-11-23"},
        {"in 5 days", "2026-11-28"},
        {"in a day", "2026-11-24"},
        {"3 күннен кейін", "2026-11-26"},
        {"через неделю", "2026-11-30"},
        {"через 2 недели", "2026-12-07"},
        {"через две недели", "2026-12-07"},
        {"через 5 недель", "2026-12-28"},
        {"in a week", "2026-11-30"},
        {"in 2 weeks", "2026-12-07"},
        {"бір аптадан кейін", "2026-11-30"},
    }));
    CAPTURE(row.text);
    CHECK(date_of(row.text) == row.meaning);
    CHECK(time_of(row.text) == row.meaning);
}

TEST_CASE("D6: minutes and hours from now are a date and an exact time, rounded up to five minutes",
          "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"через 2 часа", "2026-11-23 12:00"},
        {"через час", "2026-11-23 11:00"},
        {"через полчаса", "2026-11-23 10:30"},
        {"через полтора часа", "2026-11-23 11:30"},
        {"через 2 часа 30 минут", "2026-11-23 12:30"},
        {"через 47 минут", "2026-11-23 10:50"},
        {"через 20 часов", "2026-11-24 06:00"},
        {"in 3 hours", "2026-11-23 13:00"},
        {"in an hour", "2026-11-23 11:00"},
        {"in half an hour", "2026-11-23 10:30"},
        {"in 45 minutes", "2026-11-23 10:45"},
        {"2 сағаттан кейін", "2026-11-23 12:00"},
        {"жарты сағаттан кейін", "2026-11-23 10:30"},
    }));
    CAPTURE(row.text);
    CHECK(date_of(row.text) == row.meaning);
    CHECK(time_of(row.text) == row.meaning);
}

TEST_CASE("D6: a weekday in any case form is the nearest one strictly after today",
          "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"понедельник", "2026-11-30"},
        {"к понедельнику", "2026-11-30"},
        {"во вторник", "2026-11-24"},
        {"вторника", "2026-11-24"},
        {"в среду", "2026-11-25"},
        {"к среде", "2026-11-25"},
        {"в четверг", "2026-11-26"},
        {"на пятницу", "2026-11-27"},
        {"к пятнице", "2026-11-27"},
        {"в субботу", "2026-11-28"},
        {"суббота", "2026-11-28"},
        {"в сб", "2026-11-28"},
        {"в воскресенье", "2026-11-29"},
        {"на воскресение", "2026-11-29"},
        {"вс", "2026-11-29"},
        {"monday", "2026-11-30"},
        {"on Wednesday", "2026-11-25"},
        {"fri", "2026-11-27"},
        {"Sunday", "2026-11-29"},
        {"сенбіде", "2026-11-28"},
        {"жұма күні", "2026-11-27"},
        {"жексенбі", "2026-11-29"},
        {"дүйсенбіге", "2026-11-30"},
        {"сәрсенбі", "2026-11-25"},
        {"в ближайшую субботу", "2026-11-28"},
    }));
    CAPTURE(row.text);
    CHECK(date_of(row.text) == row.meaning);
    CHECK(time_of(row.text) == row.meaning);
}

TEST_CASE("D6: this, next and the weekend", "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"в эту субботу", "2026-11-28"},
        {"this friday", "2026-11-27"},
        {"в этот понедельник", "2026-11-23 or a week later"},
        {"осы дүйсенбі", "2026-11-23 or a week later"},
        {"в следующий понедельник", "2026-11-30"},
        {"в следующую пятницу", "2026-12-04"},
        {"следующее воскресенье", "2026-12-06"},
        {"next friday", "2026-12-04"},
        {"келесі сенбі", "2026-12-05"},
        {"на выходных", "2026-11-28 or the day after"},
        {"в выходные", "2026-11-28 or the day after"},
        {"weekend", "2026-11-28 or the day after"},
    }));
    CAPTURE(row.text);
    CHECK(date_of(row.text) == row.meaning);
    CHECK(time_of(row.text) == row.meaning);
}

TEST_CASE("D6: on a Sunday the weekend is that day alone, on a Saturday it is both",
          "[shop][grammar]") {
    const auto read_on = [](std::string_view day) {
        const Present present{kNow.zone.instant(*parse_local_date(day), 600), kNow.zone};
        return shown(read_time_text("на выходных", TimeField::delivery_date, present));
    };
    CHECK(read_on("2026-11-28") == "2026-11-28 or the day after");
    CHECK(read_on("2026-11-29") == "2026-11-29");
}

TEST_CASE("D6: calendar dates", "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"2026-11-28", "2026-11-28"},
        {"28.11.2026", "2026-11-28"},
        {"28.11.26", "2026-11-28"},
        {"28/11/2026", "2026-11-28"},
        {"28-11-2026", "2026-11-28"},
        {"5.12.2026", "2026-12-05"},
        {"28/11", "2026-11-28"},
        {"23/11", "2026-11-23"},  // today included
        {"22/11", "2027-11-22"},  // the next one
        {"15 декабря", "2026-12-15"},
        {"15-го декабря", "2026-12-15"},
        {"15 декабря 2026 года", "2026-12-15"},
        {"15 октября", "2027-10-15"},
        {"на 8 марта", "2027-03-08"},
        {"October 15", "2027-10-15"},
        {"Dec 15th, 2026", "2026-12-15"},
        {"15th of December", "2026-12-15"},
        {"15 желтоқсан", "2026-12-15"},
        {"15 желтоқсанда", "2026-12-15"},
        {"29 февраля", "2028-02-29"},
        {"15-го", "2026-12-15"},
        {"на 25-е", "2026-11-25"},
        {"15 числа", "2026-12-15"},
        {"23 числа", "2026-11-23"},
        {"31 числа", "2026-12-31"},
        {"the 25th", "2026-11-25"},
        {"1 января 2026", "2026-01-01"},  // never corrected silently (D18)
        {"2026‑11‑28", "2026-11-28"},     // non-breaking hyphens (D2)
    }));
    CAPTURE(row.text);
    CHECK(date_of(row.text) == row.meaning);
    CHECK(time_of(row.text) == row.meaning);
}

TEST_CASE("D6: RFC 3339 date-times are read in the shop's zone", "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"2026-11-28T15:00:00+05:00", "2026-11-28 15:00"},
        {"2026-11-28T15:00:00Z", "2026-11-28 20:00"},
        {"2026-11-28T22:30:00.250Z", "2026-11-29 03:30"},
        {"2026-11-28T15:00", "2026-11-28 15:00"},
        {"2026-11-28t15:00:00-0300", "2026-11-28 23:00"},
        {"2026-11-28 15:00", "2026-11-28 15:00"},
        {"2026-11-28 15:00:00", "2026-11-28 15:00"},
        {"28.11.2026 15:00", "2026-11-28 15:00"},
    }));
    CAPTURE(row.text);
    CHECK(date_of(row.text) == row.meaning);
    CHECK(time_of(row.text) == row.meaning);
}

TEST_CASE("D7: parts of the day", "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"утром", "10:00 in 09:00-12:00"},
        {"утро", "10:00 in 09:00-12:00"},
        {"с утра", "10:00 in 09:00-12:00"},
        {"in the morning", "10:00 in 09:00-12:00"},
        {"таңертең", "10:00 in 09:00-12:00"},
        {"к обеду", "12:00 in 11:00-13:00"},
        {"до обеда", "12:00 in 11:00-13:00"},
        {"полдень", "12:00"},
        {"в полдень", "12:00"},
        {"noon", "12:00"},
        {"түсте", "12:00"},
        {"в обед", "13:00 in 12:00-14:00"},
        {"at lunch", "13:00 in 12:00-14:00"},
        {"днём", "14:00 in 12:00-17:00"},
        {"ДНЕМ", "14:00 in 12:00-17:00"},
        {"день", "14:00 in 12:00-17:00"},
        {"afternoon", "14:00 in 12:00-17:00"},
        {"после обеда", "15:00 in 14:00-17:00"},
        {"к вечеру", "17:00 in 16:00-18:00"},
        {"ближе к вечеру", "17:00 in 16:00-18:00"},
        {"вечером", "18:00 in 17:00-closing"},
        {"вечер", "18:00 in 17:00-closing"},
        {"in the evening", "18:00 in 17:00-closing"},
        {"кешке", "18:00 in 17:00-closing"},
        {"поздно вечером", "last slot"},
        {"late evening", "last slot"},
        {"ночью", "00:00"},
        {"полночь", "00:00"},
        {"midnight", "00:00"},
    }));
    CAPTURE(row.text);
    CHECK(time_of(row.text) == row.meaning);
    CHECK(date_of(row.text) == row.meaning);
}

TEST_CASE("D7, D8: clock times, with bare hours left to the open hours", "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"18:00", "18:00"},
        {"6:00", "06:00"},
        {"06:00", "06:00"},
        {"к 18:00", "18:00"},
        {"18.30", "18:30"},
        {"18-00", "18:00"},
        {"14-30", "14:30"},
        {"1800", "18:00"},
        {"0930", "09:30"},
        {"18ч", "18:00"},
        {"18 часов", "18:00"},
        {"к 18 часам", "18:00"},
        {"18ч30", "18:30"},
        {"18 ч 30 мин", "18:30"},
        {"в 18", "18:00"},
        {"18", "18:00"},
        {"в 6", "6?"},
        {"в 6 часов", "6?"},
        {"в шесть", "6?"},
        {"к двум часам", "2?"},
        {"в час", "1?"},
        {"at 6 o'clock", "6?"},
        {"сағат 18-де", "18:00"},
        {"18:00-ге", "18:00"},
        {"3pm", "15:00"},
        {"3 p.m.", "15:00"},
        {"3:30 pm", "15:30"},
        {"12am", "00:00"},
        {"12 pm", "12:00"},
        {"6 вечера", "18:00"},
        {"в 6 часов вечера", "18:00"},
        {"6:30 вечера", "18:30"},
        {"3 дня", "15:00"},
        {"в 3 дня", "15:00"},
        {"час дня", "13:00"},
        {"два часа дня", "14:00"},
        {"9 утра", "09:00"},
        {"3 ночи", "03:00"},
        {"12 ночи", "00:00"},
        {"11 ночи", "23:00"},
        {"5 in the afternoon", "17:00"},
        {"кешкі 6-да", "18:00"},
        {"таңғы 9", "09:00"},
    }));
    CAPTURE(row.text);
    CHECK(time_of(row.text) == row.meaning);
}

TEST_CASE("D7, D9: windows", "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"14:00-16:00", "14:00-16:00"},
        {"14:00 – 16:00", "14:00-16:00"},
        {"14.00-16.00", "14:00-16:00"},
        {"14-16", "14:00-16:00"},
        {"с 14 до 16", "14:00-16:00"},
        {"с 14:00 по 16:00", "14:00-16:00"},
        {"между 14 и 16", "14:00-16:00"},
        {"from 14 to 16", "14:00-16:00"},
        {"between 2 and 4 pm", "14:00-16:00"},
        {"2-4pm", "14:00-16:00"},
        {"10am-2pm", "10:00-14:00"},
        {"с 5 до 7 вечера", "17:00-19:00"},
        {"с 10 утра до 6 вечера", "10:00-18:00"},
        {"с двух до четырёх", "2?-4?"},
        {"2-4", "2?-4?"},
        {"14:00-ден 16:00-ге дейін", "14:00-16:00"},
        {"до 18", "before 18:00"},
        {"до 18:30", "before 18:30"},
        {"не позже 18", "before 18:00"},
        {"by 6pm", "before 18:00"},
        {"before noon", "before 12:00"},
        {"до полуночи", "before 24:00"},
        {"18:00-ге дейін", "before 18:00"},
        {"после 18", "after 18:00"},
        {"после 6 вечера", "after 18:00"},
        {"после 3", "after 3?"},
        {"after 3pm", "after 15:00"},
        {"18:00-ден кейін", "after 18:00"},
    }));
    CAPTURE(row.text);
    CHECK(time_of(row.text) == row.meaning);
}

TEST_CASE("D7, D11: as soon as possible, and the words for calling", "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"как можно скорее", "asap"},    {"скорее", "asap"},
        {"СРОЧНО!!!", "asap"},           {"побыстрее, пожалуйста", "asap"},
        {"прямо сейчас", "asap"},        {"asap", "asap"},
        {"тез арада", "asap"},           {"шұғыл", "asap"},
        {"уточнит менеджер", "ask"},     {"менеджер уточнит", "ask"},
        {"позвоните и уточните", "ask"}, {"позвонит и уточнит", "ask"},
        {"уточнит у получателя", "ask"}, {"менеджер сам уточнит у получателя", "ask"},
        {"время уточните", "ask"},       {"сам уточнит", "ask"},
        {"сам спросит", "ask"},          {"the manager will call", "ask"},
        {"call and clarify", "ask"},     {"завтра, время уточнит менеджер", "2026-11-24 ask"},
    }));
    CAPTURE(row.text);
    CHECK(time_of(row.text) == row.meaning);
    CHECK(date_of(row.text) == row.meaning);
}

TEST_CASE("D2, D3: a text may hold both a date and a time", "[shop][grammar]") {
    const Row row = GENERATE(values<Row>({
        {"завтра к 18:00", "2026-11-24 18:00"},
        {"завтра в 18", "2026-11-24 18:00"},
        {"завтра 18:00", "2026-11-24 18:00"},
        {"в 18:00 завтра", "2026-11-24 18:00"},
        {"в субботу утром", "2026-11-28 10:00 in 09:00-12:00"},
        {"15 декабря после обеда", "2026-12-15 15:00 in 14:00-17:00"},
        {"next friday at 3pm", "2026-12-04 15:00"},
        {"tomorrow morning", "2026-11-24 10:00 in 09:00-12:00"},
        {"tonight", "2026-11-23 18:00 in 17:00-closing"},
        {"ертең кешке", "2026-11-24 18:00 in 17:00-closing"},
        {"ертең кешкі сағат 6-да", "2026-11-24 18:00"},
        {"сенбіде түстен кейін", "2026-11-28 15:00 in 14:00-17:00"},
        {"завтра вечером в 7", "2026-11-24 19:00"},
        {"завтра утром к 10", "2026-11-24 10:00"},
        {"в субботу 28 ноября в 15:00", "2026-11-28 15:00"},
        {"субботу 5 декабря", "2026-12-05"},
        {"завтра с 14 до 16", "2026-11-24 14:00-16:00"},
        {"завтра до 18:00", "2026-11-24 before 18:00"},
        {"послезавтра в полдень", "2026-11-25 12:00"},
        {"сегодня срочно", "2026-11-23 asap"},
        {"завтра\u00a0в\u00a015:00", "2026-11-24 15:00"},
        {"через 3 дня в 3 дня", "2026-11-26 15:00"},
    }));
    CAPTURE(row.text);
    CHECK(date_of(row.text) == row.meaning);
    CHECK(time_of(row.text) == row.meaning);
}

TEST_CASE("D9: two dotted numbers are what their place makes them", "[shop][grammar]") {
    CHECK(date_of("18.12") == "2026-12-18");
    CHECK(time_of("18.12") == "18:12");
    CHECK(date_of("на 18.12") == "2026-12-18");
    for (const char* preposition : {"в", "к", "до", "после", "с"}) {
        CAPTURE(preposition);
        const std::string text = std::string(preposition) + " 18.10";
        CHECK(date_of(text).find("18:10") != std::string::npos);
        CHECK(time_of(text).find("18:10") != std::string::npos);
    }
    CHECK(date_of("18.12 в 18.10") == "2026-12-18 18:10");
}

TEST_CASE("D4: every word must be understood, and nothing impossible is", "[shop][grammar]") {
    const auto text = GENERATE(values<const char*>({
        "чушь",
        "когда-нибудь",
        "завтра наверное",
        "2026-02-30",
        "31.11.2026",
        "32 декабря",
        "25:99",
        "24:00",
        "18:75",
        "18.75",
        "2475",
        "13 pm",
        "8 ночи",
        "через -3 дня",
        "через день",
        "в",
        "18:00:99:99",
        "16:00-14:00",
        "2026-13-01",
        "по субботам",
        "завтра 🌹",
        "15 розы",
        "2026-11-28T25:00:00Z",
        "' OR 1=1 --",
        "0.0.0",
    }));
    CAPTURE(text);
    const auto as_date = read_time_text(text, TimeField::delivery_date, kNow);
    const auto as_time = read_time_text(text, TimeField::delivery_time, kNow);

    REQUIRE_FALSE(as_date);
    CHECK(as_date.error().code == ErrorCode::unparseable_date);
    CHECK(as_date.error().details.field == "delivery_date");
    CHECK(as_date.error().details.given == text);
    REQUIRE(as_date.error().details.examples.size() == 3);
    for (const auto& example : as_date.error().details.examples)
        CHECK(date_of(example).find("unparseable") != 0);

    REQUIRE_FALSE(as_time);
    CHECK(as_time.error().code == ErrorCode::unparseable_time);
    CHECK(as_time.error().details.field == "delivery_time");
    REQUIRE(as_time.error().details.examples.size() == 3);
    for (const auto& example : as_time.error().details.examples)
        CHECK(time_of(example).find("unparseable") != 0);
}

TEST_CASE("D3: equal parts agree, different ones are ambiguous with both candidates",
          "[shop][grammar]") {
    const auto both = [](const char* date, const char* time) {
        return read_time_texts(date, time, kNow);
    };

    CHECK(shown(both("завтра", "18:00")) == "2026-11-24 18:00");
    CHECK(shown(both("завтра в 18:00", "18:00")) == "2026-11-24 18:00");
    CHECK(shown(both("завтра", "2026-11-24 18:00")) == "2026-11-24 18:00");
    CHECK(shown(both("2026-11-28", "в субботу в 15:00")) == "2026-11-28 15:00");
    CHECK(shown(both("завтра в 15:00", "менеджер уточнит")) == "2026-11-24 15:00");

    const auto days = both("завтра", "послезавтра в 18:00");
    REQUIRE_FALSE(days);
    CHECK(days.error().code == ErrorCode::ambiguous_time);
    CHECK(days.error().details.candidates == std::vector<std::string>{"2026-11-24", "2026-11-25"});

    const auto times = both("завтра в 15:00", "18:00");
    REQUIRE_FALSE(times);
    CHECK(times.error().details.candidates == std::vector<std::string>{"15:00", "18:00"});

    CHECK(shown(both("завтра утром", "18:00")) == "ambiguous_time");
    CHECK(shown(both("в субботу 27 ноября", "18:00")) == "ambiguous_time");
    CHECK(shown(both("сегодня завтра", "18:00")) == "ambiguous_time");
}

TEST_CASE("D4: any text at all gets an answer", "[shop][grammar]") {
    // Seeded noise made of the grammar's own words and marks: the reader must neither crash nor
    // loop.
    const std::vector<std::string> pieces{
        "завтра", "в",      "к",    "18",    ":",     "00",    ".",   "-",
        "с",      "до",     "14",   "16",    "го",    "марта", "час", "дня",
        "вечера", "через",  "2026", "11",    "/",     "T",     "Z",   "+05:00",
        "next",   "friday", "pm",   "утром", "сағат", "де",    "ё",   "\xF0\x9F\x8C\xB9",
        " ",      "и"};
    std::mt19937 random(20261123);
    int understood = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (int length = static_cast<int>(random() % 8) + 1; length > 0; --length) {
            text += pieces[random() % pieces.size()];
            if (random() % 3 != 0) text += ' ';
        }
        CAPTURE(text);
        const auto read = read_time_text(text, TimeField::delivery_time, kNow);
        if (!read) {
            const bool is_known_refusal = read.error().code == ErrorCode::unparseable_time ||
                                          read.error().code == ErrorCode::ambiguous_time;
            REQUIRE(is_known_refusal);
            continue;
        }
        ++understood;
        REQUIRE((read->date || read->time));
    }
    CHECK(understood > 50);
}

TEST_CASE("F7: search finds day and time words and leaves the rest", "[shop][grammar]") {
    const auto find = [](std::string_view query) {
        return find_time_words(text::tokens(text::fold(query)), kNow);
    };

    const auto tomorrow = find("крастные розы до 15к на завтра");
    REQUIRE(tomorrow);
    CHECK(tomorrow->consumed == std::vector<std::size_t>{6});
    CHECK(tomorrow->date->text() == "2026-11-24");
    CHECK_FALSE(tomorrow->minute);

    const auto saturday = find("букет в субботу вечером");
    REQUIRE(saturday);
    CHECK(saturday->consumed == std::vector<std::size_t>{2, 3});
    CHECK(saturday->date->text() == "2026-11-28");
    CHECK(saturday->minute == 18 * 60);

    const auto exact = find("25 роз через 3 дня в 6 вечера");
    REQUIRE(exact);
    CHECK(exact->consumed == std::vector<std::size_t>{2, 3, 4, 6, 7});
    CHECK(exact->date->text() == "2026-11-26");
    CHECK(exact->minute == 18 * 60);

    CHECK(find("ертең раушан")->date->text() == "2026-11-24");
    CHECK(find("срочно тюльпаны")->is_asap);
    CHECK(find("розы на 15 декабря")->date->text() == "2026-12-15");

    for (const char* query :
         {"букет на 8 марта", "день рождения мамы", "14 февраля", "25 роз", "за 18 тысяч", "розы",
          "букет к 1 сентября", "до 10 000", "sun flower"}) {
        CAPTURE(query);
        CHECK_FALSE(find(query));
    }
}
