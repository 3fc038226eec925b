#include "domains/shop/local_time.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <stdexcept>

namespace shopkeeper::shop {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr int kMinutesPerDay = 24 * 60;
constexpr std::size_t kRfc3339Size = sizeof "2026-11-21T15:00:00+05:00" - 1;

constexpr std::array<Label, 7> kWeekdays{{
    {"пн", "дс", "Mon"},
    {"вт", "сс", "Tue"},
    {"ср", "ср", "Wed"},
    {"чт", "бс", "Thu"},
    {"пт", "жм", "Fri"},
    {"сб", "сб", "Sat"},
    {"вс", "жс", "Sun"},
}};

constexpr std::array<Label, 12> kMonths{{
    {"января", "қаңтар", "January"},
    {"февраля", "ақпан", "February"},
    {"марта", "наурыз", "March"},
    {"апреля", "сәуір", "April"},
    {"мая", "мамыр", "May"},
    {"июня", "маусым", "June"},
    {"июля", "шілде", "July"},
    {"августа", "тамыз", "August"},
    {"сентября", "қыркүйек", "September"},
    {"октября", "қазан", "October"},
    {"ноября", "қараша", "November"},
    {"декабря", "желтоқсан", "December"},
}};

date::sys_days sys_days(LocalDate date) {
    return date::sys_days(date::days(date.days));
}

/// The digits text[from, from + count) as a number; nullopt when one of them is no digit.
std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
    const std::string_view part = text.substr(from, count);
    int number = 0;
    for (const char c : part) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

/// With zeros before it, up to so many digits. REQUIRES: number >= 0.
void append_digits(std::string& text, int number, int digits_min) {
    char digits[12];
    char* first = std::end(digits);
    for (int rest = digits_min; rest > 0 || number > 0; --rest, number /= 10) {
        *--first = static_cast<char>('0' + number % 10);
    }
    text.append(first, std::end(digits));
}

/// "09:05"
void append_clock(std::string& text, int minutes) {
    append_digits(text, minutes / 60, 2);
    text += ':';
    append_digits(text, minutes % 60, 2);
}

void append_date(std::string& text, LocalDate date) {
    const CalendarDay day = calendar_day(date);
    append_digits(text, day.year, 4);
    text += '-';
    append_digits(text, day.month, 2);
    text += '-';
    append_digits(text, day.day, 2);
}

}  // namespace

int LocalDate::weekday() const {
    return static_cast<int>(date::weekday(sys_days(*this)).iso_encoding());
}

std::string LocalDate::text() const {
    std::string text;
    append_date(text, *this);
    return text;
}

CalendarDay calendar_day(LocalDate date) {
    const date::year_month_day ymd(sys_days(date));
    return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
            static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

std::optional<LocalDate> local_date(int year, int month, int day) {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return std::nullopt;
    const date::year_month_day ymd(date::year(year), date::month(static_cast<unsigned>(month)),
                                   date::day(static_cast<unsigned>(day)));
    if (!ymd.ok()) return std::nullopt;
    return LocalDate{static_cast<std::int32_t>(date::sys_days(ymd).time_since_epoch().count())};
}

std::optional<LocalDate> parse_local_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 5, 2);
    const auto day = digits(text, 8, 2);
    if (!year || !month || !day) return std::nullopt;
    return local_date(*year, *month, *day);
}

std::string day_minute_text(DayMinute minute) {
    std::string text;
    append_clock(text, minute);
    return text;
}

std::optional<DayMinute> parse_day_minute(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hour = digits(text, 0, 2);
    const auto minute = digits(text, 3, 2);
    if (!hour || !minute || *minute > 59) return std::nullopt;
    const DayMinute result = *hour * 60 + *minute;
    if (result > kMinutesPerDay) return std::nullopt;
    return result;
}

std::optional<TimeZone> TimeZone::find(std::string_view name) {
    try {
        // A binary search in the list of names that the first call in the process reads; zones are
        // never freed.
        return TimeZone(date::locate_zone(std::string(name)));
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

LocalTime TimeZone::local(UnixMs at_ms) const {
    const auto* zone = static_cast<const date::time_zone*>(zone_);
    const auto at =
        date::floor<std::chrono::seconds>(date::sys_time<Milliseconds>(Milliseconds(at_ms)));
    const auto wall = zone->to_local(at).time_since_epoch();
    const auto day = date::floor<date::days>(wall);
    const auto second = static_cast<int>((wall - day).count());
    return {LocalDate{static_cast<std::int32_t>(day.count())}, second / 60, second % 60};
}

UnixMs TimeZone::instant(LocalDate date, DayMinute minute) const {
    const auto* zone = static_cast<const date::time_zone*>(zone_);
    const date::local_seconds wall(date::days(date.days) + std::chrono::minutes(minute));
    const date::local_info info = zone->get_info(wall);
    // In the hour that a clock change skips or repeats there are two offsets; the smaller one gives
    // the later instant in both cases (D1).
    const auto offset = info.result == date::local_info::unique
                            ? info.first.offset
                            : std::min(info.first.offset, info.second.offset);
    return std::chrono::duration_cast<Milliseconds>(wall.time_since_epoch() - offset).count();
}

std::string TimeZone::rfc3339(UnixMs at_ms) const {
    const auto* zone = static_cast<const date::time_zone*>(zone_);
    const auto at =
        date::floor<std::chrono::seconds>(date::sys_time<Milliseconds>(Milliseconds(at_ms)));
    // RFC 3339 knows offsets of whole minutes only; the local mean times of the 19th century had
    // seconds.
    const auto offset = date::round<std::chrono::minutes>(zone->get_info(at).offset).count();
    const auto wall = at.time_since_epoch() + std::chrono::minutes(offset);
    const auto day = date::floor<date::days>(wall);
    const int second = static_cast<int>((wall - day).count());
    std::string text;
    text.reserve(kRfc3339Size);
    append_date(text, LocalDate{static_cast<std::int32_t>(day.count())});
    text += 'T';
    append_clock(text, second / 60);
    text += ':';
    append_digits(text, second % 60, 2);
    text += offset < 0 ? '-' : '+';
    append_clock(text, static_cast<int>(offset < 0 ? -offset : offset));
    return text;
}

std::string day_label(LocalDate date, Locale locale) {
    const CalendarDay day = calendar_day(date);
    std::string label(kWeekdays[static_cast<std::size_t>(date.weekday() - 1)].in(locale));
    label += ", " + std::to_string(day.day) + " ";
    label += kMonths[static_cast<std::size_t>(day.month - 1)].in(locale);
    return label;
}

}  // namespace shopkeeper::shop
