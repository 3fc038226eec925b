#include "domains/shop/time_phrases.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace shopkeeper::shop {
namespace {

constexpr DayMinute hours(int hour) {
    return hour * 60;
}

// Rows are written as people write them and folded once, when the books are made.

struct DayPhrase {
    std::string_view words;
    int days_ahead;
};

constexpr DayPhrase kDayPhrases[] = {
    {"сегодня|today|бүгін", 0},
    {"завтра|tomorrow|ертең|ертеңге", 1},
    {"послезавтра|day after tomorrow|бүрсігүні|бүрсүгүні", 2},
    {"вчера|yesterday|кеше", -1},
    {"позавчера", -2},
};

struct TimeRow {
    std::string_view words;
    TimeFact fact;
    bool in_queries;
};

constexpr TimeFact part(std::string_view rule, DayMinute nominal, DayMinute start,
                        std::optional<DayMinute> end) {
    TimeFact fact{.kind = TimeFact::Kind::part, .at = {nominal}, .start = {start}, .rule = rule};
    if (end) fact.end = ClockMark{*end};
    return fact;
}

constexpr TimeFact just(TimeFact::Kind kind, std::string_view rule) {
    return {.kind = kind, .rule = rule};
}

// The window words of D7 with their nominal times.
constexpr TimeRow kTimePhrases[] = {
    {"утром|утро|с утра|morning|in the morning|таңертең|таңертеңгісін",
     part("morning", hours(10), hours(9), hours(12)), true},
    {"к обеду|до обеда|түске дейін", part("before_lunch", hours(12), hours(11), hours(13)), true},
    {"обед|в обед|lunch|lunchtime|at lunch", part("lunch", hours(13), hours(12), hours(14)), false},
    {"днем|день|afternoon|in the afternoon|day|күндіз",
     part("day", hours(14), hours(12), hours(17)), false},
    {"после обеда|after lunch|түстен кейін", part("after_lunch", hours(15), hours(14), hours(17)),
     true},
    {"к вечеру|ближе к вечеру|кешке қарай",
     part("towards_evening", hours(17), hours(16), hours(18)), true},
    {"вечером|вечер|evening|in the evening|кешке|кешкісін",
     part("evening", hours(18), hours(17), std::nullopt), true},
    {"поздно вечером|поздним вечером|late evening|late in the evening|кеш кешке",
     just(TimeFact::Kind::last_slot, "late_evening"), true},
    {"ночью|at night|түнде", {.at = {0}, .rule = "midnight"}, false},
    {"как можно скорее|как можно быстрее|как можно раньше|скорее|поскорее|срочно|побыстрее|"
     "прямо сейчас|сейчас|asap|as soon as possible|right now|urgently|тез "
     "арада|тезірек|шұғыл|қазір",
     just(TimeFact::Kind::asap, "asap"), true},
};

/// D11: any of these phrases ...
constexpr std::string_view kAskPhrases =
    "уточнит менеджер|менеджер уточнит|позвоните и уточните|позвонит и уточнит|"
    "уточнит у получателя|уточните у получателя|уточнить у получателя|время уточните|"
    "время уточнить|время уточнит|сам уточнит|сама уточнит|сам спросит|"
    "manager will call|call and clarify|менеджер нақтылайды";
/// ... among any of these words says so: "пусть менеджер сам уточнит у получателя".
constexpr std::string_view kAskCompanions =
    "уточнит|уточните|уточнить|менеджер|позвоните|позвонит|и|у|получателя|время|сам|сама|спросит|"
    "пусть|потом|позже|пожалуйста|the|our|your|manager|will|call|me|and|clarify|recipient|please|"
    "нақтылайды";

constexpr std::string_view kBeforePhrases =
    "до|не позже|не позднее|by|before|until|till|no later than";
constexpr std::string_view kAfterPhrases = "после|не раньше|after|from|not before";
constexpr std::string_view kRangePrefixes = "с|со|от|между|from|between";
constexpr std::string_view kRangeSeparators = "до|по|и|to|and|till|until|-";
constexpr std::string_view kWeekendPhrases =
    "на выходных|на выходные|в выходные|выходных|выходные|weekend|this weekend|демалыс күндері|"
    "демалыста";
std::vector<std::string> split(const std::string& phrase) {
    std::vector<std::string> words(1);
    for (const char c : phrase) {
        if (c == ' ')
            words.emplace_back();
        else
            words.back() += c;
    }
    return words;
}

bool fits(const std::vector<std::string>& words, std::span<const Atom> atoms, std::size_t at) {
    if (at + words.size() > atoms.size()) return false;
    return std::equal(words.begin(), words.end(), atoms.begin() + static_cast<std::ptrdiff_t>(at),
                      [](const std::string& word, const Atom& atom) { return atom.text == word; });
}

Phrases made_phrases() {
    Phrases made;
    for (const DayPhrase& row : kDayPhrases) made.days.add(row.words, row.days_ahead);
    for (const TimeRow& row : kTimePhrases) made.times.add(row.words, {row.fact, row.in_queries});
    made.asks.add(kAskPhrases, true);
    made.ask_companions.add(kAskCompanions, true);
    made.before.add(kBeforePhrases, true);
    made.after.add(kAfterPhrases, true);
    made.range_prefixes.add(kRangePrefixes, true);
    made.range_separators.add(kRangeSeparators, true);
    made.weekends.add(kWeekendPhrases, true);
    return made;
}

}  // namespace

template <class Fact>
void PhraseBook<Fact>::add(std::string_view words, const Fact& fact) {
    while (!words.empty()) {
        const std::size_t bar = words.find('|');
        std::vector<std::string> phrase = split(text::fold(words.substr(0, bar)));
        std::string first = phrase.front();
        by_first_word_[std::move(first)].push_back({std::move(phrase), fact});
        words = bar == std::string_view::npos ? std::string_view() : words.substr(bar + 1);
    }
}

template <class Fact>
typename PhraseBook<Fact>::Found PhraseBook<Fact>::longest(std::span<const Atom> atoms,
                                                           std::size_t at) const {
    Found best;
    const auto candidates = by_first_word_.find(atoms[at].text);
    if (candidates == by_first_word_.end()) return best;
    for (const Phrase& phrase : candidates->second) {
        const std::size_t end = at + phrase.words.size();
        if (end > best.end && fits(phrase.words, atoms, at)) best = {end, &phrase.fact};
    }
    return best;
}

template class PhraseBook<int>;
template class PhraseBook<bool>;
template class PhraseBook<TimePhrase>;

const Phrases& phrases() {
    static const Phrases made = made_phrases();
    return made;
}

TimeFact evening() {
    return part("evening", hours(18), hours(17), std::nullopt);
}

}  // namespace shopkeeper::shop
