#include <utility>

#include "domains/shop/clock.hpp"
#include "domains/shop/time_text.hpp"

// The rules for times of day, one function each. Rule: domain D7, D9, D11.

namespace shopkeeper::shop {
namespace {

class TimeRules {
public:
    TimeRules(const TimeText& text, const Present& present) : text_(text), present_(present) {}

    Match longest(std::size_t at, bool date_is_known) const {
        Match best;
        const auto offer = [&best](Match match) {
            if (match.end > best.end) best = std::move(match);
        };
        offer(named_time(at));
        offer(this_part(at));
        offer(clock_with_part(at));
        if (text_.is_query()) return best;
        offer(clock_range(at));
        offer(one_sided(at));
        offer(will_ask(at));
        offer(plain_clock(at, date_is_known));
        return best;
    }

private:
    static Match time_match(std::size_t end, const TimeFact& fact) { return {end, {.time = fact}}; }

    Match named_time(std::size_t at) const {
        const auto found = phrases().times.longest(text_.atoms(), at);
        if (found.end != 0 && (!text_.is_query() || found.fact->in_queries)) {
            return time_match(found.end, found.fact->fact);
        }
        if (text_.is_query() || !text_.is_word_at(at)) return {};
        const auto minute = clock_word(text_[at].text);
        return minute ? time_match(at + 1, {.at = {*minute}, .rule = "clock_word"}) : Match{};
    }

    /// "tonight", "this evening": a part of today.
    Match this_part(std::size_t at) const {
        if (!text_.is_word_at(at)) return {};
        Match match;
        if (text_[at].text == "tonight") {
            match = time_match(at + 1, evening());
        } else if (text_[at].text == "this" && text_.is_word_at(at + 1)) {
            const auto found = phrases().times.longest(text_.atoms(), at + 1);
            if (found.end == 0 || found.fact->fact.kind != TimeFact::Kind::part) return {};
            match = time_match(found.end, found.fact->fact);
        } else {
            return {};
        }
        match.facts.date = DateFact{.day = present_.today(), .rule = "day_word"};
        return match;
    }

    /// A time with its part of the day stands for itself, even among other words.
    Match clock_with_part(std::size_t at) const {
        const Clock found =
            read_clock(text_, at, {.dotted = !text_.is_query() && text_.dots_are_a_time(at)});
        if (!found || !found.has_part) return {};
        return time_match(found.end, {.at = found.mark, .rule = "clock_with_part"});
    }

    /// "18:00", "в 18", "1800". Digits alone in a date text are a time only after a preposition or
    /// a date.
    Match plain_clock(std::size_t at, bool date_is_known) const {
        const Clock found = read_clock(text_, at, {.dotted = text_.dots_are_a_time(at)});
        if (!found) return {};
        const bool follows_preposition =
            at > 0 && text_.is_word_at(at - 1) && is_preposition(text_[at - 1].text);
        if (found.is_plain_number && text_.field() == TimeField::delivery_date &&
            !follows_preposition && !date_is_known) {
            return {};
        }
        return time_match(found.end, {.at = found.mark, .rule = "clock"});
    }

    /// "14:00-16:00", "14-16", "с 14 до 16", "между 2 и 4", "14:00-ден 16:00-ге дейін".
    Match clock_range(std::size_t at) const {
        const std::size_t prefix_end = text_.phrase_end(phrases().range_prefixes, at);
        const std::size_t from = prefix_end != 0 ? prefix_end : at;
        if (!text_.has(from)) return {};
        const bool dotted = text_.field() == TimeField::delivery_time || prefix_end != 0;
        Clock start = read_clock(text_, from, {.dotted = dotted, .dash_may_follow = true});
        if (!start) return {};
        std::size_t second = text_.phrase_end(phrases().range_separators, start.end);
        const bool is_dash = second != 0 && text_.is_mark_at(start.end, '-');
        bool is_kazakh = false;
        if (second == 0) {
            is_kazakh = true;
            second = start.end;
        }
        if (!text_.has(second)) return {};
        const bool is_and = text_.is_word_at(second - 1) &&
                            (text_[second - 1].text == "и" || text_[second - 1].text == "and");
        if (is_and && prefix_end == 0) return {};
        const Clock end = read_clock(text_, second, {.dotted = dotted, .hour_24 = true});
        if (!end) return {};
        std::size_t after = end.end;
        if (is_kazakh) {
            if (!text_.has(after) || !text_[after].is_word("дейин")) return {};
            ++after;
        }
        // D9: two plain numbers around a dash are a window only when the second is the greater
        // hour.
        const bool is_plain = start.is_plain_number && end.is_plain_number;
        if (is_dash && is_plain && end.mark.minute <= start.mark.minute) return {};
        if (end.has_part && start.mark.is_bare)
            start.mark = in_part_of(start.mark, text_[end.end - 1].text, end.mark);
        if (!start.mark.is_bare && !end.mark.is_bare && start.mark.minute >= end.mark.minute)
            return {};
        return time_match(after, {.kind = TimeFact::Kind::range,
                                  .at = start.mark,
                                  .start = start.mark,
                                  .end = end.mark,
                                  .rule = "clock_range"});
    }

    /// "с 5 до 7 вечера": the part of the day counts for both ends where that makes sense.
    static ClockMark in_part_of(ClockMark start, std::string_view part_word, ClockMark end) {
        const auto part = day_part_after(part_word);
        const auto minute = part ? in_part(start.minute / 60, 0, *part) : std::nullopt;
        return minute && *minute < end.minute ? ClockMark{*minute} : start;
    }

    /// "до 18", "after 6pm", "18:00-ге дейін", "18:00-ден кейін".
    Match one_sided(std::size_t at) const {
        if (const std::size_t from = text_.phrase_end(phrases().before, at);
            from != 0 && text_.has(from)) {
            if (const Clock end = read_clock(text_, from, {.dotted = true, .hour_24 = true}))
                return before(end.end, end.mark);
        }
        if (const std::size_t from = text_.phrase_end(phrases().after, at);
            from != 0 && text_.has(from)) {
            if (const Clock start = read_clock(text_, from, {.dotted = true}))
                return after(start.end, start.mark);
        }
        const Clock found =
            read_clock(text_, at, {.dotted = text_.dots_are_a_time(at), .hour_24 = true});
        if (found && text_.has(found.end)) {
            if (text_[found.end].is_word("дейин")) return before(found.end + 1, found.mark);
            if (text_[found.end].is_word("кейин")) return after(found.end + 1, found.mark);
        }
        return {};
    }
    static Match before(std::size_t end, ClockMark mark) {
        return time_match(
            end, {.kind = TimeFact::Kind::before, .at = mark, .end = mark, .rule = "before"});
    }
    static Match after(std::size_t end, ClockMark mark) {
        return time_match(
            end, {.kind = TimeFact::Kind::after, .at = mark, .start = mark, .rule = "after"});
    }

    /// D11.
    Match will_ask(std::size_t at) const {
        std::size_t end = at;
        bool asks = false;
        while (text_.has(end) && text_.phrase_end(phrases().ask_companions, end) != 0) {
            asks = asks || text_.phrase_end(phrases().asks, end) != 0;
            ++end;
        }
        return asks ? time_match(end, {.kind = TimeFact::Kind::ask, .rule = "ask"}) : Match{};
    }

    const TimeText& text_;
    const Present& present_;
};

}  // namespace

Match longest_time(const TimeText& text, const Present& present, std::size_t at,
                   bool date_is_known) {
    return TimeRules(text, present).longest(at, date_is_known);
}

}  // namespace shopkeeper::shop
