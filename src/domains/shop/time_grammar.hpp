#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "domains/shop/local_time.hpp"

/// From what people write about a delivery ("завтра к 18:00", "next friday at 3pm", "ертең кешке")
/// to facts. Pure: no database, no opening hours; what only the shop's calendar can decide is left
/// open in the facts and decided by delivery_time.cpp. Rule: domain D2-D9, D11.
namespace shopkeeper::shop {

/// What relative words count from.
struct Present {
    UnixMs now_ms;
    TimeZone zone;
    LocalDate today() const { return zone.today(now_ms); }
};

/// Which argument a text came from: it decides how `18.10` is read (D9) and which error code a
/// text outside the grammar gets (D4).
enum class TimeField { delivery_date, delivery_time };

/// A day as it was named.
struct DateFact {
    enum class Kind {
        day,           ///< `day`
        this_weekday,  ///< `day`, which is today, as long as it has a feasible instant; else a week
                       ///< later
        weekend,       ///< `day` or the day after it, whichever is possible (D6)
    };
    Kind kind = Kind::day;
    LocalDate day = {};
    bool is_weekday_name =
        false;  ///< named by its weekday only: agrees with a date on that weekday
    std::string_view rule = {};

    friend bool operator==(const DateFact&, const DateFact&) = default;
};

/// A time of day as it was written. A bare hour ("в 6") still waits for the open hours of its day
/// (D8).
struct ClockMark {
    DayMinute minute = 0;
    bool is_bare = false;
    friend bool operator==(const ClockMark&, const ClockMark&) = default;
};

/// A time as it was named.
struct TimeFact {
    enum class Kind {
        exact,   ///< `at`
        part,    ///< part of the day: `start` to `end`, cut to the open hours, nominal `at` (D10)
        before,  ///< opening to `end`, nominal one hour before its end
        after,   ///< `start` to closing, nominal `start`
        range,   ///< `start` to `end` just as given, nominal `start`
        last_slot,  ///< the last slot of the day
        asap,       ///< D15
        ask,        ///< D11: no time, the shop will call
    };
    Kind kind = Kind::exact;
    ClockMark at = {};
    ClockMark start = {};
    std::optional<ClockMark> end = {};  ///< part: absent means closing
    std::string_view rule = {};

    friend bool operator==(const TimeFact&, const TimeFact&) = default;
};

/// Everything that one text, or two that agree, say.
struct TimeFacts {
    std::optional<DateFact> date = {};
    std::optional<TimeFact> time = {};
    /// The text named an instant ("через 2 часа", RFC 3339 with offset); `date` and `time` are its
    /// parts.
    std::optional<UnixMs> instant_ms = {};
};

/// Reads one text.
/// Errors: unparseable_date or unparseable_time (by `field`; with three examples), ambiguous_time
/// (two contradicting parts). Rule: domain D2, D4, D6-D9, D11.
Result<TimeFacts> read_time_text(std::string_view text, TimeField field, const Present& present);

/// Reads both arguments: each may hold a date, a time or both; equal parts agree, a time beats "we
/// will call". Errors: those of read_time_text; ambiguous_time. Rule: domain D3, O22.
Result<TimeFacts> read_time_texts(const std::optional<std::string>& date,
                                  const std::optional<std::string>& time, const Present& present);

/// The day and time words that a search query contains beside other words.
struct FoundTime {
    std::vector<std::size_t> consumed;  ///< positions of the tokens that name the day or the time
    std::optional<LocalDate>
        date;  ///< "завтра", "в субботу", "через 3 дня", "15 октября"; the nearer of two
    std::optional<DayMinute> minute;  ///< nominal time: "вечером" is 18:00, "в 6 вечера" too
    bool is_asap = false;             ///< "срочно"
};

/// Finds D6/D7 words among the tokens of a folded query (text::tokens(text::fold(query))); nullopt
/// when there are none. Only unmistakable words count: bare numbers, abbreviations, "день", "обед"
/// and days that are occasions ("8 марта", "14 февраля", "1 сентября") stay where they are. The
/// first day and the first time named are reported, all such words are consumed. Rule: domain F7.
std::optional<FoundTime> find_time_words(std::span<const std::string> folded_tokens,
                                         const Present& present);

}  // namespace shopkeeper::shop
