#include "domains/shop/time_words.hpp"

#include <algorithm>
#include <initializer_list>
#include <unordered_map>
#include <unordered_set>

#include "base/text.hpp"

namespace shopkeeper::shop {
namespace {

/// Words by their folded form. A row is written "утра|таң" as people spell it; folding once at the
/// first use keeps Kazakh letters and ё readable here.
template <class Meaning>
class Words {
public:
    struct Row {
        std::string_view words;
        Meaning meaning;
    };

    Words(std::initializer_list<Row> rows) {
        for (const Row& row : rows) {
            std::string_view rest = row.words;
            while (!rest.empty()) {
                const std::size_t bar = rest.find('|');
                by_word_.emplace(text::fold(rest.substr(0, bar)), row.meaning);
                rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
            }
        }
    }

    std::optional<Meaning> find(std::string_view word) const {
        const auto found = by_word_.find(std::string(word));
        if (found == by_word_.end()) return std::nullopt;
        return found->second;
    }

private:
    std::unordered_map<std::string, Meaning> by_word_;
};

/// A set of words, written in one line.
class WordSet {
public:
    explicit WordSet(std::string_view words) : words_({{words, true}}) {}
    bool contains(std::string_view word) const { return words_.find(word).has_value(); }

private:
    Words<bool> words_;
};

std::optional<int> spelled_number(std::string_view word) {
    static const Words<int> words{
        {"один|одна|одно|одну|одного|одной|one", 1},
        {"два|две|двух|двум|two", 2},
        {"три|трех|трем|three", 3},
        {"четыре|четырех|четырем|four", 4},
        {"пять|пяти|five", 5},
        {"шесть|шести|six", 6},
        {"семь|семи|seven", 7},
        {"восемь|восьми|eight", 8},
        {"девять|девяти|nine", 9},
        {"десять|десяти|ten", 10},
        {"одиннадцать|одиннадцати|eleven", 11},
        {"двенадцать|двенадцати|twelve", 12},
    };
    return words.find(word);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
/// After folding, every byte outside ASCII belongs to a letter of some alphabet or to a symbol that
/// no rule knows; both end up in a word.
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

/// One spelling for dashes, spaces and apostrophes.
std::string plain_punctuation(std::string text) {
    for (const std::string_view dash :
         {"\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212"}) {
        replace_all(text, dash, "-");
    }
    for (const std::string_view space :
         {"\u00a0", "\u2007", "\u2009", "\u202f", "\u3000", "«", "»", "“", "”"}) {
        replace_all(text, space, " ");
    }
    for (const std::string_view apostrophe : {"\u2019", "\u02bc", "'"})
        replace_all(text, apostrophe, "");
    for (char& c : text) {
        if (std::string_view("!?,;\"()[]").find(c) != std::string_view::npos) c = ' ';
    }
    return text;
}

Atom number_atom(std::string_view digits) {
    Atom atom{Atom::Kind::number, std::string(digits)};
    atom.digits = static_cast<int>(digits.size());
    for (const char c : digits.substr(0, 9)) atom.value = atom.value * 10 + (c - '0');
    return atom;
}

Atom word_atom(std::string_view word) {
    if (const auto number = spelled_number(word)) {
        Atom atom{Atom::Kind::number, std::string(word)};
        atom.value = *number;
        return atom;
    }
    return Atom{Atom::Kind::word, std::string(word)};
}

}  // namespace

std::vector<Atom> atoms_of(std::string_view given) {
    const std::string text = plain_punctuation(text::fold(given));
    const auto at_or_space = [&text](std::size_t at) { return at < text.size() ? text[at] : ' '; };
    std::vector<Atom> atoms;
    bool is_glued = false;
    const auto add = [&](Atom atom) {
        atom.is_glued = is_glued;
        atoms.push_back(std::move(atom));
        is_glued = true;
    };
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const char before = at == 0 ? ' ' : text[at - 1];
        std::size_t end = at + 1;
        if (c == ' ') {
            is_glued = false;
        } else if (is_digit(c)) {
            while (is_digit(at_or_space(end))) ++end;
            add(number_atom(std::string_view(text).substr(at, end - at)));
        } else if (is_letter(c)) {
            std::string word;
            // A hyphen or a dot between letters belongs to the word: "где-то", "p.m."
            for (end = at; is_letter(at_or_space(end)) ||
                           ((at_or_space(end) == '-' || at_or_space(end) == '.') &&
                            is_letter(at_or_space(end + 1)));
                 ++end) {
                if (text[end] != '.') word += text[end];
            }
            add(word_atom(word));
        } else if (c == '.' && !(is_digit(before) && is_digit(at_or_space(end)))) {
            is_glued = false;
        } else {
            add(Atom{Atom::Kind::mark, std::string(1, c)});
        }
        at = end;
    }
    return atoms;
}

std::vector<Atom> atoms_of_tokens(std::span<const std::string> folded_tokens) {
    std::vector<Atom> atoms;
    atoms.reserve(folded_tokens.size());
    for (const std::string& token : folded_tokens) {
        atoms.push_back(!token.empty() && is_digit(token[0]) ? number_atom(token)
                                                             : word_atom(token));
    }
    return atoms;
}

bool is_filler(std::string_view word) {
    static const WordSet fillers(
        "в|во|на|к|ко|с|со|примерно|около|где-то|ровно|пожалуйста|число|числа|года|г|час|часов|"
        "at|by|on|around|for|the|oclock|please|сағат|күні");
    return fillers.contains(word);
}

std::optional<int> weekday_of(std::string_view word) {
    static const Words<int> weekdays{
        {"понедельник|понедельника|понедельнику|понедельником|понедельнике|пн|monday|mon|"
         "дүйсенбі|дүйсенбіде|дүйсенбіге",
         1},
        {"вторник|вторника|вторнику|вторником|вторнике|вт|tuesday|tues|tue|сейсенбі|сейсенбіде|"
         "сейсенбіге",
         2},
        {"среда|среды|среде|среду|средой|ср|wednesday|wed|сәрсенбі|сәрсенбіде|сәрсенбіге", 3},
        {"четверг|четверга|четвергу|четвергом|четверге|чт|thursday|thurs|thur|thu|бейсенбі|"
         "бейсенбіде|бейсенбіге",
         4},
        {"пятница|пятницы|пятнице|пятницу|пятницей|пт|friday|fri|жұма|жұмада|жұмаға", 5},
        {"суббота|субботы|субботе|субботу|субботой|сб|saturday|sat|сенбі|сенбіде|сенбіге", 6},
        {"воскресенье|воскресенья|воскресенью|воскресеньем|воскресеньи|воскресение|воскресения|"
         "воскресению|"
         "воскресением|воскресении|вс|sunday|sun|жексенбі|жексенбіде|жексенбіге",
         7},
    };
    return weekdays.find(word);
}

bool is_abbreviation(std::string_view weekday) {
    return text::code_points(weekday) <= 3;
}

std::optional<int> month_of(std::string_view word) {
    static const Words<int> months{
        {"январь|января|январе|январю|янв|january|jan|қаңтар|қаңтарда|қаңтарға", 1},
        {"февраль|февраля|феврале|февралю|фев|февр|february|feb|ақпан|ақпанда|ақпанға", 2},
        {"март|марта|марте|марту|мар|march|mar|наурыз|наурызда|наурызға", 3},
        {"апрель|апреля|апреле|апрелю|апр|april|apr|сәуір|сәуірде|сәуірге", 4},
        {"май|мая|мае|маю|may|мамыр|мамырда|мамырға", 5},
        {"июнь|июня|июне|июню|июн|june|jun|маусым|маусымда|маусымға", 6},
        {"июль|июля|июле|июлю|июл|july|jul|шілде|шілдеде|шілдеге", 7},
        {"август|августа|августе|августу|авг|august|aug|тамыз|тамызда|тамызға", 8},
        {"сентябрь|сентября|сентябре|сентябрю|сен|сент|september|sept|sep|қыркүйек|қыркүйекте|"
         "қыркүйекке",
         9},
        {"октябрь|октября|октябре|октябрю|окт|october|oct|қазан|қазанда|қазанға", 10},
        {"ноябрь|ноября|ноябре|ноябрю|ноя|нояб|november|nov|қараша|қарашада|қарашаға", 11},
        {"декабрь|декабря|декабре|декабрю|дек|december|dec|желтоқсан|желтоқсанда|желтоқсанға", 12},
    };
    return months.find(word);
}

std::optional<TimeUnit> unit_of(std::string_view word) {
    static const Words<TimeUnit> units{
        {"минут|минуты|минуту|мин|minute|minutes|min|mins", TimeUnit::minute},
        {"час|часа|часов|часик|часика|ч|hour|hours|hr|hrs|h", TimeUnit::hour},
        {"день|дня|дней|сутки|суток|day|days", TimeUnit::day},
        {"неделя|неделю|недели|недель|недельку|week|weeks", TimeUnit::week},
    };
    return units.find(word);
}

std::optional<TimeUnit> unit_from_now_of(std::string_view word) {
    static const Words<TimeUnit> units{
        {"минуттан", TimeUnit::minute},
        {"сағаттан", TimeUnit::hour},
        {"күннен", TimeUnit::day},
        {"аптадан", TimeUnit::week},
    };
    return units.find(word);
}

std::optional<DayPart> day_part_after(std::string_view word) {
    static const Words<DayPart> parts{
        {"утра", DayPart::morning}, {"дня", DayPart::day}, {"вечера", DayPart::evening},
        {"ночи", DayPart::night},   {"am", DayPart::am},   {"pm", DayPart::pm},
    };
    return parts.find(word);
}

std::optional<DayPart> day_part_before(std::string_view word) {
    static const Words<DayPart> parts{
        {"таңғы|таңертеңгі", DayPart::morning},
        {"түскі|күндізгі", DayPart::day},
        {"кешкі", DayPart::evening},
        {"түнгі", DayPart::night},
    };
    return parts.find(word);
}

std::optional<WeekdayChoice> weekday_choice_of(std::string_view word) {
    static const Words<WeekdayChoice> choices{
        {"эта|эту|этой|это|этот|этого|этом|this|осы", WeekdayChoice::current},
        {"следующий|следующая|следующую|следующее|следующей|следующего|следующем|след|next|келесі",
         WeekdayChoice::next},
        {"ближайший|ближайшая|ближайшую|ближайшее|ближайшей|ближайшего|coming|жақын",
         WeekdayChoice::nearest},
    };
    return choices.find(word);
}

bool is_hour_word(std::string_view word) {
    static const WordSet words("ч|час|часа|часов|часам|часах|h|hr|hrs|hours|oclock");
    return words.contains(word);
}

bool is_minute_word(std::string_view word) {
    static const WordSet words("мин|минут|минуты|минуту|min|minutes|m|м");
    return words.contains(word);
}

bool is_preposition(std::string_view word) {
    static const WordSet words("в|во|к|ко|около|примерно|где-то|ровно|at|by|around|сағат");
    return words.contains(word);
}

bool is_dot_preposition(std::string_view word) {
    static const WordSet words("в|во|к|ко|до|после|с|со|at|by|after|before");
    return words.contains(word);
}

bool is_ordinal_ending(std::string_view word) {
    static const WordSet words("го|ого|е|ое|му|ому|th|st|nd|rd");
    return words.contains(word);
}

bool is_kazakh_ending(std::string_view word) {
    static const WordSet words("де|да|те|та|ге|ға|ке|қа|ден|дан|тен|тан|нен|нан");
    return words.contains(word);
}

std::optional<int> clock_word(std::string_view word) {
    static const Words<int> words{
        {"полдень|полудня|полудню|noon|midday|түсте", 12 * 60},
        {"полночь|полуночи|midnight", 0},
    };
    return words.find(word);
}

}  // namespace shopkeeper::shop
