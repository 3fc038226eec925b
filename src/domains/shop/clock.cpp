#include "domains/shop/clock.hpp"

namespace shopkeeper::shop {
namespace {

constexpr DayMinute kMinutesPerDay = 24 * 60;

constexpr DayMinute hours(int hour, int minute = 0) {
    return hour * 60 + minute;
}

class ClockReader {
public:
    ClockReader(const TimeText& text, const ClockRules& rules) : text_(text), rules_(rules) {}

    /// A time of day in digits, with what belongs to it: "18:00", "18ч 30 мин", "6 вечера", "3pm",
    /// "кешкі 6-да".
    Clock read(std::size_t at) const {
        std::optional<DayPart> part;
        std::size_t number = at;
        if (text_.is_word_at(at)) {
            if (const auto minute = clock_word(text_[at].text)) {
                const bool is_end = rules_.hour_24 && *minute == 0;
                return {at + 1, {is_end ? kMinutesPerDay : *minute}};
            }
            if (const Clock one = one_o_clock(at)) return one;
            part = day_part_before(text_[at].text);
            if (!part) return {};
            ++number;
            if (text_.has(number) && text_[number].is_word("сагат")) ++number;
        }
        if (!text_.is_number_at(number) || text_[number].digits > 4 || text_[number].digits == 3)
            return {};

        int hour = text_[number].value;
        int minute = 0;
        std::size_t end = number + 1;
        bool has_minutes = false;
        bool has_hour_word = false;
        if (text_[number].digits == 4) {
            minute = hour % 100;
            hour /= 100;
            has_minutes = true;
        } else if (is_minutes_at(end, hour)) {
            minute = text_[end + 1].value;
            has_minutes = true;
            end += 2;
            if (text_.is_joined_at(end, ':')) end += 2;  // seconds
            if (text_.is_joined_at(end) &&
                !(rules_.dash_may_follow && text_.is_joined_at(end, '-')))
                return {};
        } else if (text_.is_joined_at(end) &&
                   !(rules_.dash_may_follow && text_.is_joined_at(end, '-'))) {
            return {};  // 18:75, 25.99: a time that does not exist, not the hour 18
        }
        if (text_.is_word_at(end) && is_hour_word(text_[end].text)) {
            has_hour_word = true;
            ++end;
            if (!has_minutes && text_.is_number_at(end) && text_[end].digits <= 2 &&
                !text_.is_joined_at(end + 1)) {
                const bool is_named =
                    text_.is_word_at(end + 1) && is_minute_word(text_[end + 1].text);
                if (is_named || (text_[end].is_glued && text_[end].digits == 2)) {
                    minute = text_[end].value;
                    has_minutes = true;
                    end += is_named ? 2 : 1;
                }
            }
        }
        if (!part) part = part_after(end);
        end = past_kazakh_ending(end);

        if (minute > 59 || hour > 24 || (hour == 24 && (!rules_.hour_24 || minute != 0))) return {};
        if (part) {
            const auto exact = in_part(hour, minute, *part);
            if (!exact) return {};
            return {end, {*exact}, false, true};
        }
        // A leading zero is how a 24-hour clock is written: "06" is six in the morning.
        const bool is_bare =
            !has_minutes && hour >= 1 && hour <= 11 && text_[number].text[0] != '0';
        const bool is_plain = !has_hour_word && end == number + 1;
        return {end, {hours(hour, minute), is_bare}, is_plain, false};
    }

private:
    /// Minutes written onto the hour at `at - 1`: ":30", ".30" where dots are times, "-30" where it
    /// is no window.
    bool is_minutes_at(std::size_t at, int hour) const {
        const bool is_dash = text_.is_joined_at(at, '-');
        if (!text_.is_joined_at(at, ':') && !is_dash &&
            !(rules_.dotted && text_.is_joined_at(at, '.')))
            return false;
        const Atom& minutes = text_[at + 1];
        if (minutes.digits != 2) return false;
        return !is_dash || minutes.value > 24 || minutes.value <= hour;
    }

    /// "в час", "час дня", "к часу".
    Clock one_o_clock(std::size_t at) const {
        const std::string& word = text_[at].text;
        if (word != "час" && word != "часу" && word != "часа") return {};
        std::size_t end = at + 1;
        if (const auto part = part_after(end)) {
            const auto minute = in_part(1, 0, *part);
            return minute ? Clock{end, {*minute}, false, true} : Clock{};
        }
        const bool follows_preposition =
            at > 0 && text_.is_word_at(at - 1) &&
            (is_dot_preposition(text_[at - 1].text) || is_preposition(text_[at - 1].text));
        return follows_preposition ? Clock{end, {hours(1), true}} : Clock{};
    }

    /// The part of the day named at `end`, which moves past it: "вечера", "pm", "in the evening".
    std::optional<DayPart> part_after(std::size_t& end) const {
        if (!text_.is_word_at(end)) return std::nullopt;
        if (const auto part = day_part_after(text_[end].text)) {
            ++end;
            return part;
        }
        if (text_[end].text == "at" && text_.is_word_at(end + 1) &&
            text_[end + 1].text == "night") {
            end += 2;
            return DayPart::night;
        }
        if (text_[end].text == "in" && text_.is_word_at(end + 2) && text_[end + 1].text == "the") {
            const std::string& name = text_[end + 2].text;
            const auto part = name == "morning"     ? std::optional(DayPart::morning)
                              : name == "afternoon" ? std::optional(DayPart::day)
                              : name == "evening"   ? std::optional(DayPart::evening)
                                                    : std::nullopt;
            if (part) end += 3;
            return part;
        }
        return std::nullopt;
    }

    std::size_t past_kazakh_ending(std::size_t at) const {
        const bool has_hyphen = text_.is_mark_at(at, '-') && text_[at].is_glued;
        const std::size_t ending = has_hyphen ? at + 1 : at;
        const bool is_ending = text_.is_word_at(ending) && text_[ending].is_glued &&
                               is_kazakh_ending(text_[ending].text);
        return is_ending ? ending + 1 : at;
    }

    const TimeText& text_;
    const ClockRules& rules_;
};

}  // namespace

Clock read_clock(const TimeText& text, std::size_t at, const ClockRules& rules) {
    return ClockReader(text, rules).read(at);
}

std::optional<DayMinute> in_part(int hour, int minute, DayPart part) {
    const bool is_twelve_hour = hour >= 1 && hour <= 12;
    switch (part) {
        case DayPart::morning:
            if (hour <= 11) return hours(hour, minute);
            break;
        case DayPart::day:
            if (hour >= 1 && hour <= 6) return hours(hour + 12, minute);
            if (hour >= 11 && hour <= 18) return hours(hour, minute);
            break;
        case DayPart::evening:
            if (hour >= 1 && hour <= 11) return hours(hour + 12, minute);
            if (hour >= 16 && hour <= 23) return hours(hour, minute);
            break;
        case DayPart::night:
            if (hour == 12) return hours(0, minute);
            if (hour <= 5) return hours(hour, minute);
            if (hour >= 9 && hour <= 11) return hours(hour + 12, minute);
            if (hour >= 21 && hour <= 23) return hours(hour, minute);
            break;
        case DayPart::am:
            if (is_twelve_hour) return hours(hour % 12, minute);
            break;
        case DayPart::pm:
            if (is_twelve_hour) return hours(hour % 12 + 12, minute);
            break;
    }
    return std::nullopt;
}

}  // namespace shopkeeper::shop
