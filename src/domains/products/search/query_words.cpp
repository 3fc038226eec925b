#include "domains/products/search/query_words.hpp"

#include <algorithm>
#include <iterator>

namespace shopkeeper::products::search {
namespace {

struct BoundWord {
    std::string_view folded;
    Bound bound;
};

constexpr BoundWord kBoundWords[] = {
    {"до", Bound::upper},        {"пределах", Bound::upper}, {"дешевле", Bound::upper},
    {"меньше", Bound::upper},    {"менее", Bound::upper},    {"максимум", Bound::upper},
    {"макс", Bound::upper},      {"бюджет", Bound::upper},   {"бюджета", Bound::upper},
    {"бюджете", Bound::upper},   {"бюджетом", Bound::upper}, {"under", Bound::upper},
    {"below", Bound::upper},     {"max", Bound::upper},      {"within", Bound::upper},
    {"cheaper", Bound::upper},   {"less", Bound::upper},     {"budget", Bound::upper},
    {"от", Bound::lower},        {"дороже", Bound::lower},   {"больше", Bound::lower},
    {"более", Bound::lower},     {"выше", Bound::lower},     {"свыше", Bound::lower},
    {"минимум", Bound::lower},   {"from", Bound::lower},     {"above", Bound::lower},
    {"over", Bound::lower},      {"min", Bound::lower},      {"more", Bound::lower},
    {"least", Bound::lower},     {"за", Bound::around},      {"около", Bound::around},
    {"примерно", Bound::around}, {"порядка", Bound::around}, {"шамамен", Bound::around},
    {"about", Bound::around},    {"around", Bound::around},  {"for", Bound::around},
    {"ценой", Bound::around},    {"цена", Bound::around},    {"стоимостью", Bound::around},
};

constexpr std::string_view kMoneyWords[] = {"тенге", "тенгеге", "тенгеден", "тенгенин", "тенгени",
                                            "тг",    "kzt",     "tenge",    "tg",       "рублей",
                                            "рубля", "руб",     "rub",      "usd",      "долларов",
                                            "eur",   "евро",    "dollars",  "euros"};
constexpr std::string_view kThousandWords[] = {"к",      "k",      "тыс", "тысяч", "тысяча",
                                               "тысячи", "тысячу", "тыщ", "мын",   "thousand"};
constexpr std::string_view kMillionWords[] = {"млн", "миллион", "миллиона", "миллионов", "million"};
constexpr std::string_view kPieceWords[] = {"шт",     "штук",  "штуки", "штука", "штуку", "дана",
                                            "данасы", "stems", "stem",  "pcs",   "pieces"};
constexpr std::string_view kTimeUnits[] = {
    "час",   "часа",  "часов", "часу",    "минут",  "минуты",     "утра",   "вечера",
    "дня",   "ночи",  "дней",  "день",    "недели", "неделю",     "недель", "числа",
    "сагат", "hours", "hour",  "minutes", "days",   "day",        "am",     "pm",
    "см",    "cm",    "лет",   "летие",   "years",  "сантиметров"};
constexpr std::string_view kDayWords[] = {
    "сегодня", "завтра",   "послезавтра", "утром",    "вечером", "бугин",    "ертен",
    "today",   "tomorrow", "понедельник", "вторник",  "среда",   "четверг",  "пятница",
    "суббота", "субботу",  "воскресенье", "пятницу",  "среду",   "morning",  "evening",
    "monday",  "tuesday",  "wednesday",   "thursday", "friday",  "saturday", "sunday"};

constexpr std::string_view kTypes[] = {"flowers", "sweets", "fruits", "gifts"};
constexpr std::string_view kTypeTriggers[] = {
    "цветы; гүлдер; flowers", "сладост:fs; тәтті; тәттілер; sweets", "фрукты; жемістер; fruits",
    "подарки; сыйлықтар; gifts"};

struct Recipient {
    std::string_view concept_name;
    std::string_view triggers;
    std::string_view occasions;
};

constexpr Recipient kRecipients[] = {
    {"mother", "мама; мать; ана; mother; бабушк:fi; бабушек; әже; grandmother; тещ:f; свекров:fs",
     "womens_day thank_you birthday"},
    {"wife", "жена; зайып; wife", "romantic anniversary"},
    {"girl", "девушка; қыз; girl", "romantic valentine"},
    {"woman", "женщина; әйел; woman", "womens_day romantic birthday"},
    {"friend", "подруга; друг; дос; friend; сестр:f; сестре; sister", "birthday celebration"},
    {"colleague", "коллега; әріптес; colleague; начальник:mi; начальниц:f; boss",
     "thank_you celebration"},
    {"teacher", "учитель; ұстаз; teacher; воспитател:ms; врач:mi; доктор:m; doctor",
     "teachers_day thank_you"},
    {"man", "мужчина; муж; man; пап:f; отец; отцу; father", "celebration anniversary"},
    {"child", "ребенок; дети; бала; child; доч:fs; дочк:fi; дочери; сын:m; сыну; daughter; son",
     "newborn birthday"},
};

template <std::size_t size>
bool contains(const std::string_view (&words)[size], std::string_view word) {
    return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

void add_all(PhraseTable& table, std::string_view triggers, int value) {
    for (std::size_t at = 0; at < triggers.size();) {
        const std::size_t end = std::min(triggers.find("; ", at), triggers.size());
        table.add(triggers.substr(at, end - at), value);
        at = end + 2;
    }
}

}  // namespace

std::optional<Bound> bound_word(std::string_view folded) {
    const auto* found = std::find_if(std::begin(kBoundWords), std::end(kBoundWords),
                                     [&](const BoundWord& word) { return word.folded == folded; });
    if (found == std::end(kBoundWords)) return std::nullopt;
    return found->bound;
}

bool is_money_word(std::string_view folded) {
    return contains(kMoneyWords, folded);
}

std::int64_t multiplier_word(std::string_view folded) {
    if (contains(kThousandWords, folded)) return 1'000;
    if (contains(kMillionWords, folded)) return 1'000'000;
    return 0;
}

bool is_piece_word(std::string_view folded) {
    return contains(kPieceWords, folded);
}
bool is_time_unit(std::string_view folded) {
    return contains(kTimeUnits, folded);
}

const PhraseTable& type_phrases() {
    static const PhraseTable table = [] {
        PhraseTable filled;
        for (std::size_t i = 0; i < std::size(kTypes); ++i)
            add_all(filled, kTypeTriggers[i], static_cast<int>(i));
        return filled;
    }();
    return table;
}

std::string_view type_of(int value) {
    return kTypes[value];
}

const PhraseTable& recipient_phrases() {
    static const PhraseTable table = [] {
        PhraseTable filled;
        for (std::size_t i = 0; i < std::size(kRecipients); ++i) {
            add_all(filled, kRecipients[i].triggers, static_cast<int>(i));
        }
        return filled;
    }();
    return table;
}

std::string_view recipient_of(int value) {
    return kRecipients[value].concept_name;
}

std::vector<std::string_view> occasions_of_recipient(std::string_view recipient) {
    std::vector<std::string_view> occasions;
    for (const Recipient& known : kRecipients) {
        if (known.concept_name != recipient) continue;
        for (std::size_t at = 0; at < known.occasions.size();) {
            const std::size_t end = std::min(known.occasions.find(' ', at), known.occasions.size());
            occasions.push_back(known.occasions.substr(at, end - at));
            at = end + 1;
        }
    }
    return occasions;
}

const std::vector<std::string_view>& all_parser_words() {
    static const std::vector<std::string_view> words = [] {
        std::vector<std::string_view> all;
        for (const BoundWord& word : kBoundWords) all.push_back(word.folded);
        const auto add = [&](const auto& list) {
            all.insert(all.end(), std::begin(list), std::end(list));
        };
        add(kMoneyWords);
        add(kThousandWords);
        add(kMillionWords);
        add(kPieceWords);
        add(kTimeUnits);
        add(kDayWords);
        return all;
    }();
    return words;
}

bool is_parser_word(std::string_view folded) {
    const auto& all = all_parser_words();
    return std::find(all.begin(), all.end(), folded) != all.end();
}

}  // namespace shopkeeper::products::search
