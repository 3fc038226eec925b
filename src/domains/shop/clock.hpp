#pragma once

#include "domains/shop/time_text.hpp"

namespace shopkeeper::shop {

/// A time of day in digits as it stands in a text.
struct Clock {
    std::size_t end = 0;  ///< the place after it; 0: there is none
    ClockMark mark = {};
    bool is_plain_number = false;  ///< nothing but digits: only its surroundings make it a time
    bool has_part = false;         ///< its part of the day is named: "6 вечера", "3pm"
    explicit operator bool() const { return end != 0; }
};

struct ClockRules {
    bool dotted = false;           ///< 18.10 is a time here (D9)
    bool hour_24 = false;          ///< the end of a window may be 24
    bool dash_may_follow = false;  ///< the start of "14-16"
};

/// Reads a time of day with what belongs to it: "18:00", "18ч 30 мин", "6 вечера", "3pm",
/// "кешкі 6-да". Rule: domain D7, D9.
Clock read_clock(const TimeText& text, std::size_t at, const ClockRules& rules);

/// "6 вечера" as minutes since midnight; nullopt where nobody would say so ("8 ночи", "13 pm").
std::optional<DayMinute> in_part(int hour, int minute, DayPart part);

}  // namespace shopkeeper::shop
