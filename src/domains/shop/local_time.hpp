#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/locale.hpp"

/// Wall clocks of shops: every conversion between instants and local dates, in one place, so that
/// the time zone library is known to one .cpp only.
namespace shopkeeper::shop {

/// A day of a shop's calendar: days since 1970-01-01, proleptic Gregorian.
struct LocalDate {
    std::int32_t days = 0;
    friend auto operator<=>(const LocalDate&, const LocalDate&) = default;
    LocalDate operator+(int more) const { return {days + more}; }
    int operator-(LocalDate other) const { return days - other.days; }
    int weekday() const;  ///< 1 Monday .. 7 Sunday
    bool is_weekend() const { return weekday() >= 6; }
    std::string text() const;  ///< "2026-11-21"
};

struct CalendarDay {
    int year;
    int month;  ///< 1..12
    int day;    ///< 1..31
};

CalendarDay calendar_day(LocalDate date);
/// nullopt for a day that does not exist (2026-02-30).
std::optional<LocalDate> local_date(int year, int month, int day);
/// Reads "YYYY-MM-DD"; nullopt for anything else.
std::optional<LocalDate> parse_local_date(std::string_view text);

/// A time of day: minutes since midnight, 0..1439 (1440 stands for the end of the day).
using DayMinute = int;
std::string day_minute_text(DayMinute minute);                     ///< "09:05"
std::optional<DayMinute> parse_day_minute(std::string_view text);  ///< reads "HH:MM"

/// A moment on the shop's wall clock.
struct LocalTime {
    LocalDate date;
    DayMinute minute = 0;
    int second = 0;
};

/// An IANA time zone. Cheap to copy; safe to use from any thread. Rule: domain D1.
class TimeZone {
public:
    /// nullopt when the zone database does not know the name.
    static std::optional<TimeZone> find(std::string_view name);

    LocalTime local(UnixMs at_ms) const;
    LocalDate today(UnixMs now_ms) const { return local(now_ms).date; }
    /// A time that does not exist or is ambiguous at a clock change resolves to the later instant.
    UnixMs instant(LocalDate date, DayMinute minute) const;
    /// First instant of the day, and of the day after it.
    UnixMs start_of(LocalDate date) const { return instant(date, 0); }
    /// RFC 3339 with offset and whole seconds: "2026-11-21T15:00:00+05:00". Rule: domain C8.
    std::string rfc3339(UnixMs at_ms) const;

private:
    explicit TimeZone(const void* zone) : zone_(zone) {}
    const void* zone_;  ///< the library's immutable zone object
};

/// "сб, 22 ноября" / "сб, 22 қараша" / "Sat, 22 November".
std::string day_label(LocalDate date, Locale locale);

}  // namespace shopkeeper::shop
