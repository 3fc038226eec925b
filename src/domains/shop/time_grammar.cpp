#include "domains/shop/time_grammar.hpp"

#include <utility>

#include "base/text.hpp"
#include "domains/shop/time_text.hpp"

namespace shopkeeper::shop {
namespace {

constexpr DayMinute kMinutesPerDay = 24 * 60;

constexpr DayMinute hours(int hour) {
    return hour * 60;
}

/// The rule that reaches furthest from `at`; fillers at its beginning are stepped over, so that
/// "на 15 октября" is a date although "на 15" could be an hour. Rule: domain D2.
Match longest(const TimeText& text, const Present& present, std::size_t at, bool date_is_known) {
    Match best;
    const auto offer = [&best](Match match) {
        if (match.end > best.end) best = std::move(match);
    };
    do {
        offer(longest_date(text, present, at));
        offer(longest_time(text, present, at, date_is_known));
    } while (!text.is_query() && text.is_filler_at(at++) && text.has(at));
    return best;
}

std::string shown(const DateFact& fact) {
    return fact.day.text();
}

std::string shown(const TimeFact& fact) {
    const auto mark = [](const ClockMark& at) { return day_minute_text(at.minute); };
    switch (fact.kind) {
        case TimeFact::Kind::exact:
            return mark(fact.at);
        case TimeFact::Kind::part:
            return mark(fact.start) + "-" + (fact.end ? mark(*fact.end) : "closing");
        case TimeFact::Kind::before:
            return "before " + mark(fact.at);
        case TimeFact::Kind::after:
            return "after " + mark(fact.at);
        case TimeFact::Kind::range:
            return mark(fact.start) + "-" + mark(*fact.end);
        case TimeFact::Kind::last_slot:
            return "the last slot of the day";
        case TimeFact::Kind::asap:
            return "as soon as possible";
        case TimeFact::Kind::ask:
            break;
    }
    return "the shop will call";
}

/// What both dates say together; nullopt when they contradict each other.
std::optional<DateFact> agreed(const DateFact& a, const DateFact& b) {
    if (a.kind == b.kind && a.day == b.day) return a.is_weekday_name ? b : a;
    const auto fits = [](const DateFact& vague, const DateFact& definite) {
        if (definite.kind != DateFact::Kind::day || definite.is_weekday_name) return false;
        if (vague.is_weekday_name) return vague.day.weekday() == definite.day.weekday();
        return vague.kind == DateFact::Kind::weekend && definite.day >= vague.day &&
               definite.day <= vague.day + 1;
    };
    if (fits(a, b)) return b;
    if (fits(b, a)) return a;
    return std::nullopt;
}

/// In one text a part of the day may say which six o'clock is meant: "вечером в 6", "утром в 8:30".
std::optional<TimeFact> refined(const TimeFact& part, const TimeFact& exact) {
    if (part.kind != TimeFact::Kind::part || exact.kind != TimeFact::Kind::exact)
        return std::nullopt;
    struct Bounds {
        DayMinute from, to;
    };
    const Bounds bounds = part.rule == "morning"   ? Bounds{hours(4), hours(12)}
                          : part.rule == "evening" ? Bounds{hours(16), kMinutesPerDay}
                                                   : Bounds{part.start.minute, part.end->minute};
    const auto lies_within = [&](DayMinute minute) {
        return minute >= bounds.from && minute <= bounds.to;
    };
    TimeFact fact = exact;
    if (exact.at.is_bare && lies_within(exact.at.minute + hours(12)))
        fact.at = {exact.at.minute + hours(12)};
    else if (lies_within(exact.at.minute))
        fact.at = {exact.at.minute};
    else
        return std::nullopt;
    return fact;
}

std::optional<TimeFact> agreed(const TimeFact& a, const TimeFact& b, bool same_text) {
    if (a.kind == TimeFact::Kind::ask) return b;
    if (b.kind == TimeFact::Kind::ask) return a;
    TimeFact renamed = b;
    renamed.rule = a.rule;
    if (a == renamed) return a;
    if (!same_text) return std::nullopt;
    if (auto fact = refined(a, b)) return fact;
    return refined(b, a);
}

Refusal contradiction(std::string_view field, std::string first, std::string second) {
    ErrorDetails details;
    details.field = field;
    std::string message = "Two different times are named: " + first + " and " + second +
                          ". Ask the customer which one is meant and send only that.";
    details.candidates = {std::move(first), std::move(second)};
    return refuse(ErrorCode::ambiguous_time, std::move(message), std::move(details));
}

/// Adds what `more` says to `facts`.
Result<void> merge(TimeFacts& facts, const TimeFacts& more, std::string_view field,
                   bool same_text) {
    if (facts.date && more.date) {
        const auto date = agreed(*facts.date, *more.date);
        if (!date) return contradiction(field, shown(*facts.date), shown(*more.date));
        facts.date = date;
    } else if (more.date) {
        facts.date = more.date;
    }
    if (facts.time && more.time) {
        const auto time = agreed(*facts.time, *more.time, same_text);
        if (!time) return contradiction(field, shown(*facts.time), shown(*more.time));
        facts.time = time;
    } else if (more.time) {
        facts.time = more.time;
    }
    if (more.instant_ms) facts.instant_ms = more.instant_ms;
    return {};
}

std::string_view field_name(TimeField field) {
    return field == TimeField::delivery_date ? "delivery_date" : "delivery_time";
}

Refusal unparseable(std::string_view given, TimeField field, LocalDate today) {
    ErrorDetails details;
    details.field = field_name(field);
    details.given = std::string(given);
    const bool is_date = field == TimeField::delivery_date;
    details.examples = is_date ? std::vector<std::string>{"завтра", "в субботу", (today + 2).text()}
                               : std::vector<std::string>{"18:00", "14:00-16:00", "вечером"};
    std::string message =
        "'" + text::truncate(given, 100) + "' is not " + (is_date ? "a day" : "a time") +
        " that can be understood word for word. Accepted are for example: " + details.examples[0] +
        "; " + details.examples[1] + "; " + details.examples[2] +
        ". Ask the customer and send the answer in such words.";
    return refuse(is_date ? ErrorCode::unparseable_date : ErrorCode::unparseable_time,
                  std::move(message), std::move(details));
}

}  // namespace

Result<TimeFacts> read_time_text(std::string_view text, TimeField field, const Present& present) {
    const std::vector<Atom> atoms = atoms_of(text);
    const TimeText words(atoms, field, TimeText::Mode::argument);
    TimeFacts facts;
    for (std::size_t at = 0; at < atoms.size();) {
        const Match match = longest(words, present, at, facts.date.has_value());
        if (match.end == 0) {
            if (!words.is_filler_at(at)) return unparseable(text, field, present.today());
            ++at;
            continue;
        }
        if (auto merged = merge(facts, match.facts, field_name(field), true); !merged)
            return Refusal(merged.error());
        at = match.end;
    }
    if (!facts.date && !facts.time) return unparseable(text, field, present.today());
    return facts;
}

Result<TimeFacts> read_time_texts(const std::optional<std::string>& date,
                                  const std::optional<std::string>& time, const Present& present) {
    TimeFacts facts;
    if (date) {
        auto read = read_time_text(*date, TimeField::delivery_date, present);
        if (!read) return Refusal(read.error());
        facts = *read;
    }
    if (time) {
        auto read = read_time_text(*time, TimeField::delivery_time, present);
        if (!read) return Refusal(read.error());
        const auto field = field_name(TimeField::delivery_time);
        if (auto merged = merge(facts, *read, field, false); !merged)
            return Refusal(merged.error());
    }
    return facts;
}

std::optional<FoundTime> find_time_words(std::span<const std::string> folded_tokens,
                                         const Present& present) {
    const std::vector<Atom> atoms = atoms_of_tokens(folded_tokens);
    const TimeText words(atoms, TimeField::delivery_time, TimeText::Mode::query);
    FoundTime found;
    for (std::size_t at = 0; at < atoms.size();) {
        const Match match = longest(words, present, at, false);
        if (match.end == 0) {
            ++at;
            continue;
        }
        if (match.facts.date && !found.date) found.date = match.facts.date->day;
        if (const auto& time = match.facts.time) {
            if (time->kind == TimeFact::Kind::asap)
                found.is_asap = true;
            else if (time->kind != TimeFact::Kind::last_slot && !found.minute)
                found.minute = time->at.minute;
        }
        for (; at < match.end; ++at) found.consumed.push_back(at);
    }
    if (found.consumed.empty()) return std::nullopt;
    return found;
}

}  // namespace shopkeeper::shop
