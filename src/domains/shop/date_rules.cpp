#include <algorithm>
#include <utility>

#include "domains/shop/time_text.hpp"

// The rules for days, one function each. Rule: domain D6, D9.

namespace shopkeeper::shop {
namespace {

constexpr DayMinute kMinutesPerDay = 24 * 60;
/// Counts beyond a century are cut to it: the shop's own limit refuses them all the same (too_far).
constexpr int kDaysAheadMax = 36500;
constexpr UnixMs kMinuteMs = 60'000;

constexpr DayMinute hours(int hour, int minute) {
    return hour * 60 + minute;
}

/// The first day from `from` on that has this day of the month (and month, when it is given).
std::optional<LocalDate> next_occurrence(LocalDate from, int day, std::optional<int> month) {
    const CalendarDay start = calendar_day(from);
    // A 29 February is at most eight years away.
    for (int ahead = 0; ahead <= 8 * 12; ++ahead) {
        const int month_index = start.month - 1 + ahead;
        const int candidate_month = month_index % 12 + 1;
        if (month && candidate_month != *month) continue;
        const auto date = local_date(start.year + month_index / 12, candidate_month, day);
        if (date && *date >= from) return date;
    }
    return std::nullopt;
}

LocalDate nearest_weekday(LocalDate today, int weekday) {
    return today + ((weekday - today.weekday() + 6) % 7 + 1);
}

UnixMs round_up_to_5_minutes(UnixMs at_ms) {
    const UnixMs step = 5 * kMinuteMs;
    return (at_ms + step - 1) / step * step;
}

class DateRules {
public:
    DateRules(const TimeText& text, const Present& present)
        : text_(text), present_(present), today_(present.today()) {}

    Match longest(std::size_t at) const {
        using Rule = Match (DateRules::*)(std::size_t) const;
        static constexpr Rule kAnywhere[] = {
            &DateRules::day_phrase, &DateRules::from_now,  &DateRules::weekday,
            &DateRules::weekend,    &DateRules::month_day,
        };
        static constexpr Rule kInArguments[] = {
            &DateRules::year_first_date,
            &DateRules::day_first_date,
            &DateRules::day_of_month,
        };
        Match best;
        const auto try_rules = [&](std::span<const Rule> rules) {
            for (const Rule rule : rules) {
                Match match = (this->*rule)(at);
                if (match.end > best.end) best = std::move(match);
            }
        };
        try_rules(kAnywhere);
        if (!text_.is_query()) try_rules(kInArguments);
        return best;
    }

private:
    static Match date_match(std::size_t end, LocalDate day, std::string_view rule) {
        return {end, {.date = DateFact{.day = day, .rule = rule}}};
    }
    static Match time_match(std::size_t end, const TimeFact& fact) { return {end, {.time = fact}}; }
    Match instant_match(std::size_t end, UnixMs at_ms, std::string_view rule) const {
        const LocalTime local = present_.zone.local(at_ms);
        return {end,
                {.date = DateFact{.day = local.date, .rule = rule},
                 .time = TimeFact{.at = {local.minute}, .rule = rule},
                 .instant_ms = at_ms}};
    }

    Match day_phrase(std::size_t at) const {
        const auto found = phrases().days.longest(text_.atoms(), at);
        if (found.end == 0) return {};
        return date_match(found.end, today_ + *found.fact, "day_word");
    }

    /// "через 3 дня", "через полчаса", "in 2 hours", "2 сағаттан кейін".
    Match from_now(std::size_t at) const {
        if (!text_.is_word_at(at) && !text_.is_number_at(at)) return {};
        const bool is_through = text_[at].is_word("через") || text_[at].is_word("спустя");
        const bool is_in = text_[at].is_word("in");
        if (is_through || is_in) return amount_from_now(at + 1, is_in);
        return kazakh_from_now(at);
    }

    Match amount_from_now(std::size_t at, bool is_english) const {
        if (!text_.has(at)) return {};
        if (text_[at].is_word("полчаса")) return minutes_from_now(at + 1, 30);
        if (text_[at].is_word("полтора") && text_.is_word_at(at + 1) &&
            unit_of(text_[at + 1].text) == TimeUnit::hour) {
            return minutes_from_now(at + 2, 90);
        }
        if (is_english && text_[at].is_word("half") && text_.is_word_at(at + 1) &&
            (text_[at + 1].text == "an" || text_[at + 1].text == "a") && text_.is_word_at(at + 2) &&
            unit_of(text_[at + 2].text) == TimeUnit::hour) {
            return minutes_from_now(at + 3, 30);
        }
        if (text_.is_number_at(at) && text_.is_word_at(at + 1)) {
            const auto unit = unit_of(text_[at + 1].text);
            return unit ? units_from_now(at + 2, text_[at].value, *unit) : Match{};
        }
        // "через неделю", "in an hour"; "через день" is left out: it means every other day as well.
        const bool has_article = is_english && (text_[at].is_word("a") || text_[at].is_word("an"));
        const std::size_t word = has_article ? at + 1 : at;
        if (!text_.is_word_at(word) || (is_english && !has_article)) return {};
        const auto unit = unit_of(text_[word].text);
        if (!unit || (*unit == TimeUnit::day && !is_english)) return {};
        return units_from_now(word + 1, 1, *unit);
    }

    Match kazakh_from_now(std::size_t at) const {
        const bool is_half = text_[at].is_word("жарты");
        if (!text_.is_number_at(at) && !is_half && !text_[at].is_word("бир")) return {};
        if (!text_.is_word_at(at + 1) || !text_.has(at + 2) || !text_[at + 2].is_word("кейин"))
            return {};
        const auto unit = unit_from_now_of(text_[at + 1].text);
        if (!unit) return {};
        if (is_half) return *unit == TimeUnit::hour ? minutes_from_now(at + 3, 30) : Match{};
        return units_from_now(at + 3, text_.is_number_at(at) ? text_[at].value : 1, *unit);
    }

    Match units_from_now(std::size_t end, int count, TimeUnit unit) const {
        switch (unit) {
            case TimeUnit::day:
                return date_match(end, today_ + std::min(count, kDaysAheadMax), "in_days");
            case TimeUnit::week:
                return date_match(end, today_ + 7 * std::min(count, kDaysAheadMax / 7), "in_weeks");
            case TimeUnit::minute:
                return minutes_from_now(end, count);
            case TimeUnit::hour:
                break;
        }
        const int in_hours = 60 * std::min(count, kDaysAheadMax * 24);
        // "через 2 часа 30 минут", "in 1 hour and 30 minutes"
        std::size_t rest = end;
        if (text_.has(rest) && (text_[rest].is_word("и") || text_[rest].is_word("and"))) ++rest;
        if (text_.is_number_at(rest) && text_.is_word_at(rest + 1) &&
            unit_of(text_[rest + 1].text) == TimeUnit::minute) {
            return minutes_from_now(rest + 2,
                                    in_hours + std::min(text_[rest].value, kMinutesPerDay));
        }
        return minutes_from_now(end, in_hours);
    }

    Match minutes_from_now(std::size_t end, int minutes) const {
        const UnixMs ahead = kMinuteMs * std::min(minutes, kDaysAheadMax * kMinutesPerDay);
        return instant_match(end, round_up_to_5_minutes(present_.now_ms + ahead), "from_now");
    }

    /// "в субботу", "в эту субботу", "next friday", "келесі жұмада".
    Match weekday(std::size_t at) const {
        if (!text_.is_word_at(at)) return {};
        const auto choice = weekday_choice_of(text_[at].text);
        const std::size_t name = choice ? at + 1 : at;
        if (!text_.is_word_at(name)) return {};
        const auto weekday = weekday_of(text_[name].text);
        if (!weekday || (text_.is_query() && is_abbreviation(text_[name].text))) return {};
        if (choice == WeekdayChoice::next) {
            return date_match(name + 1, today_ + (7 - today_.weekday() + *weekday), "next_weekday");
        }
        Match match = date_match(name + 1, nearest_weekday(today_, *weekday), "weekday");
        match.facts.date->is_weekday_name = true;
        if (choice == WeekdayChoice::current) {
            match.facts.date->rule = "this_weekday";
            if (today_.weekday() == *weekday) {
                match.facts.date->kind = DateFact::Kind::this_weekday;
                match.facts.date->day = today_;
            }
        }
        return match;
    }

    Match weekend(std::size_t at) const {
        const std::size_t end = text_.phrase_end(phrases().weekends, at);
        if (end == 0) return {};
        if (today_.weekday() == 7) return date_match(end, today_, "weekend");
        Match match = date_match(end, today_ + (6 - today_.weekday()), "weekend");
        match.facts.date->kind = DateFact::Kind::weekend;
        return match;
    }

    /// "2026-11-21", also with a time: "2026-11-21T15:00:00+05:00".
    Match year_first_date(std::size_t at) const {
        if (!text_.is_number_at(at) || text_[at].digits != 4 || !text_.is_joined_at(at + 1) ||
            !text_.is_joined_at(at + 3))
            return {};
        if (text_[at + 1].text != text_[at + 3].text || text_.is_mark_at(at + 1, ':')) return {};
        const auto day = local_date(text_[at].value, text_[at + 2].value, text_[at + 4].value);
        if (!day) return {};
        const std::size_t end = at + 5;
        if (text_.has(end) && text_[end].is_word("t") && text_[end].is_glued)
            return date_time(end + 1, *day);
        return date_match(end, *day, "iso_date");
    }

    /// The time and offset of an RFC 3339 date-time.
    Match date_time(std::size_t at, LocalDate day) const {
        if (!text_.is_number_at(at) || !text_.is_joined_at(at + 1, ':')) return {};
        const int hour = text_[at].value;
        const int minute = text_[at + 2].value;
        if (hour > 23 || minute > 59 || text_[at + 2].digits != 2) return {};
        std::size_t end = at + 3;
        if (text_.is_joined_at(end, ':')) {  // seconds, and their fraction
            if (text_[end + 1].value > 60) return {};
            end += 2;
            if (text_.is_joined_at(end, '.')) end += 2;
        }
        std::optional<int> offset;
        if (text_.has(end) && text_[end].is_word("z") && text_[end].is_glued) {
            offset = 0;
            ++end;
        } else if (text_.is_joined_at(end, '+') || text_.is_joined_at(end, '-')) {
            const int sign = text_.is_mark_at(end, '-') ? -1 : 1;
            int offset_hour = text_[end + 1].value;
            int offset_minute = 0;
            if (text_.is_joined_at(end + 2, ':')) {
                offset_minute = text_[end + 3].value;
                end += 4;
            } else {
                if (text_[end + 1].digits == 4) {
                    offset_minute = offset_hour % 100;
                    offset_hour /= 100;
                }
                end += 2;
            }
            if (offset_hour > 18 || offset_minute > 59) return {};
            offset = sign * hours(offset_hour, offset_minute);
        }
        if (!offset) {
            return {end,
                    {.date = DateFact{.day = day, .rule = "rfc3339"},
                     .time = TimeFact{.at = {hours(hour, minute)}, .rule = "rfc3339"}}};
        }
        const UnixMs utc_minute =
            static_cast<UnixMs>(day.days) * kMinutesPerDay + hours(hour, minute) - *offset;
        return instant_match(end, utc_minute * kMinuteMs, "rfc3339");
    }

    /// "21.11.2026", "21.11.26", "21/11/2026", "21-11-2026", "21.11", "21/11".
    Match day_first_date(std::size_t at) const {
        if (!text_.is_number_at(at) || text_[at].digits < 1 || text_[at].digits > 2) return {};
        const char mark = text_.has(at + 1) ? text_[at + 1].text[0] : ' ';
        if ((mark != '.' && mark != '/' && mark != '-') || !text_.is_joined_at(at + 1, mark))
            return {};
        const int day = text_[at].value;
        const int month = text_[at + 2].value;
        if (text_[at + 2].digits > 2) return {};
        if (text_.is_joined_at(at + 3)) {
            const int digits = text_[at + 4].digits;
            if (!text_.is_mark_at(at + 3, mark) || (digits != 4 && (digits != 2 || mark == '-')))
                return {};
            const auto date =
                local_date(text_[at + 4].value + (digits == 2 ? 2000 : 0), month, day);
            return date ? date_match(at + 5, *date, "numeric_date") : Match{};
        }
        if (mark == '-' || (mark == '.' && text_.dots_are_a_time(at))) return {};
        const auto date =
            month >= 1 && month <= 12 ? next_occurrence(today_, day, month) : std::nullopt;
        return date ? date_match(at + 3, *date, "day_and_month") : Match{};
    }

    /// Past an ending of an ordinal number at `at`: "-го", "го", "th".
    std::size_t past_ordinal_ending(std::size_t at) const {
        if (text_.is_mark_at(at, '-') && text_[at].is_glued && text_.is_word_at(at + 1) &&
            is_ordinal_ending(text_[at + 1].text)) {
            return at + 2;
        }
        if (text_.is_word_at(at) && text_[at].is_glued && is_ordinal_ending(text_[at].text))
            return at + 1;
        // Search has cut the hyphen away.
        if (text_.is_query() && text_.is_word_at(at) && is_ordinal_ending(text_[at].text))
            return at + 1;
        return at;
    }

    /// "15 октября", "15-го октября 2026", "October 15th, 2026", "15 қазан".
    Match month_day(std::size_t at) const {
        std::optional<int> month;
        int day = 0;
        std::size_t end = 0;
        if (text_.is_number_at(at) && text_[at].digits <= 2) {
            day = text_[at].value;
            std::size_t name = past_ordinal_ending(at + 1);
            if (text_.has(name) && text_[name].is_word("of")) ++name;
            if (text_.is_word_at(name)) month = month_of(text_[name].text);
            end = name + 1;
        } else if (text_.is_word_at(at) && text_.is_number_at(at + 1) &&
                   text_[at + 1].digits <= 2 && !text_.is_joined_at(at + 2)) {
            month = month_of(text_[at].text);
            day = text_[at + 1].value;
            end = past_ordinal_ending(at + 2);
        }
        if (!month || (text_.is_query() && is_occasion(day, *month))) return {};
        if (text_.is_number_at(end) && text_[end].digits == 4 && text_[end].value >= 1900 &&
            !text_.is_joined_at(end + 1)) {
            const auto date = local_date(text_[end].value, *month, day);
            return date ? date_match(end + 1, *date, "month_name") : Match{};
        }
        const auto date = next_occurrence(today_, day, month);
        return date ? date_match(end, *date, "month_name") : Match{};
    }

    /// Days that a search query names as an occasion (domain F6).
    static bool is_occasion(int day, int month) {
        return (day == 8 && month == 3) || (day == 14 && month == 2) || (day == 1 && month == 9);
    }

    /// "15-го", "15 числа", "the 15th".
    Match day_of_month(std::size_t at) const {
        if (!text_.is_number_at(at) || text_[at].digits > 2) return {};
        std::size_t end = past_ordinal_ending(at + 1);
        bool is_named = end > at + 1;
        if (text_.has(end) && (text_[end].is_word("числа") || text_[end].is_word("число"))) {
            is_named = true;
            ++end;
        }
        if (!is_named) return {};
        const auto date = next_occurrence(today_, text_[at].value, std::nullopt);
        return date ? date_match(end, *date, "day_of_month") : Match{};
    }

    const TimeText& text_;
    const Present& present_;
    LocalDate today_;
};

}  // namespace

Match longest_date(const TimeText& text, const Present& present, std::size_t at) {
    return DateRules(text, present).longest(at);
}

}  // namespace shopkeeper::shop
