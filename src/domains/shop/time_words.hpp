#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The vocabulary of the time grammar in Russian, Kazakh and English: what single words and set
/// phrases mean. All look-ups take folded words (text::fold). Rule: domain D2, D6, D7, D11.
namespace shopkeeper::shop {

/// The smallest piece of a text: a number, a word or a punctuation mark.
struct Atom {
    enum class Kind { number, word, mark };
    Kind kind;
    std::string text;
    int value = 0;          ///< of a number
    int digits = 0;         ///< of a number: how many were written; 0 when it was spelled out
    bool is_glued = false;  ///< no space before it

    bool is_word(std::string_view word) const { return kind == Kind::word && text == word; }
    bool is_mark(char mark) const {
        return kind == Kind::mark && text.size() == 1 && text[0] == mark;
    }
    bool is_number() const { return kind == Kind::number; }
};

/// Folds and cuts a text: dashes of every kind are '-', commas and quotes are spaces, a full stop
/// counts only between digits, spelled numbers one to twelve are numbers. Rule: domain D2.
std::vector<Atom> atoms_of(std::string_view text);
/// The same for a text that search has cut into tokens already.
std::vector<Atom> atoms_of_tokens(std::span<const std::string> folded_tokens);

/// Parts of the day that a number may be given ("6 вечера", "3pm").
enum class DayPart { morning, day, evening, night, am, pm };
enum class TimeUnit { minute, hour, day, week };
/// Which of several weekdays of one name: "эту субботу", "следующую субботу".
enum class WeekdayChoice { nearest, current, next };

bool is_filler(std::string_view word);                 ///< D2: skipped where nothing else fits
std::optional<int> weekday_of(std::string_view word);  ///< 1 Monday .. 7 Sunday, any case form
bool is_abbreviation(std::string_view weekday);  ///< "пн", "fri": too short for a search query
std::optional<int> month_of(std::string_view word);               ///< 1..12, any case form
std::optional<TimeUnit> unit_of(std::string_view word);           ///< "через 3 ДНЯ"
std::optional<TimeUnit> unit_from_now_of(std::string_view word);  ///< Kazakh "3 КҮННЕН кейін"
std::optional<DayPart> day_part_after(std::string_view word);   ///< "6 ВЕЧЕРА", "3 PM"
std::optional<DayPart> day_part_before(std::string_view word);  ///< Kazakh "КЕШКІ 6"
std::optional<WeekdayChoice> weekday_choice_of(std::string_view word);
bool is_hour_word(std::string_view word);    ///< "18 ЧАСОВ", "18Ч"
bool is_minute_word(std::string_view word);  ///< "18 часов 30 МИНУТ"
bool is_preposition(
    std::string_view word);  ///< after which a bare number is an hour: "в 18", "к 18"
bool is_dot_preposition(std::string_view word);  ///< after which `18.10` is a time (D9)
bool is_ordinal_ending(std::string_view word);   ///< "15-ГО", "15TH"
bool is_kazakh_ending(std::string_view word);    ///< "18:00-ДЕ", "18-ГЕ"
/// "полдень" 720, "полночь" 0.
std::optional<int> clock_word(std::string_view word);

}  // namespace shopkeeper::shop
