#include "domains/products/search/lexicon.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "base/text.hpp"

namespace shopkeeper::products::search {
namespace {

// -- the data -----------------------------------------------------------------------------------

struct Entry {
    std::string_view concept_name;
    /// Paradigms, separated by spaces: `base:class`, classes below.
    std::string_view paradigms;
};

constexpr Entry kFlowers[] = {
    {"rose", "роз:f розочк:fi розочек раушан:k rose:e"},
    {"tulip", "тюльпан:m тюльпанчик:mi қызғалдақ:k tulip:e"},
    {"peony", "пион:m пиончик:mi сарғалдақ:k peony peonies"},
    {"lily", "лили:fy лалагүл:k lily lilies"},
    {"chrysanthemum", "хризантем:f хризантемк:fi хризантемок chrysanthemum:e"},
    {"gerbera", "гербер:f gerbera:e"},
    {"orchid", "орхиде:fy orchid:e"},
    {"carnation", "гвоздик:fi гвоздичк:fi гвоздичек қалампыр:k carnation:e"},
    {"eustoma", "эустом:f лизиантус:m eustoma:e lisianthus"},
    {"alstroemeria", "альстромери:fy альстремери:fy alstroemeria:e alstromeria:e"},
    {"hydrangea", "гортензи:fy hydrangea:e"},
    {"daisy", "ромашк:fi ромашек ромашечк:fi түймедақ:k daisy daisies chamomile:e"},
    {"ranunculus", "ранункулюс:m лютик:mi ranunculus"},
    {"freesia", "фрези:fy freesia:e"},
    {"iris", "ирис:m iris:e"},
    {"sunflower", "подсолнух:mi подсолнечник:mi күнбағыс:k sunflower:e"},
    {"gypsophila", "гипсофил:f gypsophila:e"},
    {"mimosa", "мимоз:f mimosa:e"},
    {"narcissus", "нарцисс:m narcissus daffodil:e"},
    {"hyacinth", "гиацинт:m hyacinth:e"},
    {"flower",
     "цветок цветка цветку цветком цветке цветы цветов цветам цветами цветах цветик:mi цветочек "
     "цветочк:mi цветочн:a гүл:k flower:e"},
};

constexpr Entry kOtherWords[] = {
    {"eucalyptus", "эвкалипт:m eucalyptus"},
    {"greenery", "зелен:fs greenery greens"},
    {"bouquet", "букет:m букетик:mi букет:k шоқ:k шоғы шоғын bouquet:e"},
    {"basket", "корзин:f корзинк:fi корзинок себет:k basket:e"},
    {"box", "коробк:fi коробок коробочк:fi коробочек қорап:k қорабы box:e"},
    {"composition", "композици:fy composition:e"},
    {"balloon", "шар:m шарик:mi шар:k balloon:e"},
    {"toy",
     "игрушк:fi игрушек мишк:fi мишек медведь медведя медведю медведем медведе медведи медведей "
     "медвежонок медвежонка ойыншық:k toy:e teddy bear:e"},
    {"candy", "конфет:f конфетк:fi конфеток кәмпит:k candy candies"},
    {"chocolate", "шоколад:m шоколадк:fi шоколадок шоколадн:a шоколад:k chocolate:e"},
    {"raffaello", "рафаэлло рафаелло рафаэло raffaello rafaello raffaelo"},
    {"ferrero", "ферреро фереро ferrero ferero"},
    {"macaron", "макарун:m макарон:m macaron:e macaroon:e"},
    {"cake", "торт:m тортик:mi торт:k cake:e"},
    {"fruit", "фрукт:m фруктов:a жеміс:k fruit:e"},
    {"berry", "ягод:f ягодн:a жидек:k berry berries"},
    {"gift",
     "подарок подарка подарку подарком подарке подарки подарков подаркам подарками подарках "
     "подарочек подарочн:a презент:m сыйлық:k сыйлығы gift:e present:e"},
    {"card", "открытк:fi открыток ашықхат:k card:e postcard:e"},
    {"vase", "ваз:f вазочк:fi вазочек vase:e"},
    {"ribbon", "лент:f ленточк:fi ленточек таспа:k ribbon:e"},
    {"wrap", "упаковк:fi упаковок wrap:e wrapping"},
    {"bride", "невест:f қалыңдық:k келін:k bride:e"},
    {"wedding", "свадьб:f свадеб свадебн:a үйлену:k wedding:e"},
    {"birthday", "birthday:e bday"},
    {"anniversary", "годовщин:f юбиле:mj юбилейн:a мерейтой:k anniversary anniversaries"},
    {"day", "день дня дню днем дне дни дней дням днями днях күн:k day:e"},
    {"holiday", "праздник:mi праздничн:a мереке:k holiday:e"},
    {"girl", "девушк:fi девушек девочк:fi девочек қыз:k girl:e girlfriend:e"},
    {"woman", "женщин:f әйел:k woman women"},
    {"mother", "мам:f мамочк:fi мамочек мать матери матерью ана:k mother:e mom:e mum:e"},
    {"wife", "жен:f супруга супруги супруге супругу супругой зайып:k wife wives"},
    {"friend",
     "подруг:fi подружк:fi подружек друг друга другу другом друзья друзей друзьям дос:k құрбы:k "
     "friend:e"},
    {"colleague", "коллег:fi әріптес:k colleague:e"},
    {"teacher",
     "учител:ms учительниц:f учительнице преподавател:ms педагог:mi ұстаз:k мұғалім:k teacher:e"},
    {"man", "мужчин:f мужск:a муж:m мужем күйеу:k man men husband:e"},
    {"child",
     "ребенок ребенка ребенку ребенком ребенке дети детей детям детьми детях детск:a малыш:m "
     "бала:k child children kid:e"},
    {"premium",
     "премиум премиальн:a люкс люксов:a роскошн:a дорог:a дороже подороже premium luxury "
     "luxurious"},
    {"cheap",
     "недорог:a дешев:a дешевле подешевле бюджетн:a эконом экономичн:a экономн:a арзан:k cheap "
     "cheaper inexpensive "
     "affordable budget"},
    {"bright", "ярк:a жарқын:k bright"},
    {"tender", "нежн:a нежност:fs нәзік:k tender gentle delicate"},
    {"classic", "классик:fi классическ:a classic:e classical"},
    {"spring", "весн:f весенн:a көктем:k spring"},
    {"autumn", "осен:fs осенн:a күз:k autumn"},
    {"delivery", "доставк:fi доставок доставить доставьте доставите жеткізу:k delivery deliver"},
    {"pickup", "самовывоз:m pickup"},
};

// -- inflection ---------------------------------------------------------------------------------

using Endings = std::vector<std::string_view>;

struct Class {
    std::string_view name;
    Endings endings;
};

/// A class lists more endings than some of its words take; a form that nobody writes costs nothing.
const std::vector<Class>& classes() {
    static const std::vector<Class> all = {
        {"=", {""}},
        {"m", {"", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах"}},
        {"mi", {"", "а", "у", "ом", "е", "и", "ов", "ам", "ами", "ах"}},
        {"mj", {"й", "я", "ю", "ем", "е", "и", "ев", "ям", "ями", "ях"}},
        {"ms", {"ь", "я", "ю", "ем", "е", "и", "ей", "ям", "ями", "ях"}},
        {"f", {"а", "ы", "е", "у", "ой", "ою", "ей", "", "ам", "ами", "ах"}},
        {"fi", {"а", "и", "е", "у", "ой", "ою", "", "ам", "ами", "ах"}},
        {"fy", {"я", "и", "е", "ю", "ей", "ею", "й", "ям", "ями", "ях"}},
        {"fs", {"ь", "и", "ью", "ей", "ям", "ями", "ях"}},
        {"a", {"ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему",
               "ым", "им", "ом", "ем", "ей", "ую", "юю", "ых", "их", "ыми", "ими", "о"}},
        {"e", {"", "s", "es"}},
        {"k", {""}},  // Kazakh stacks endings: they are taken off one by one instead (see below)
    };
    return all;
}

struct Paradigm {
    std::string base;
    const Class* inflection;
};

Paradigm parse_paradigm(std::string_view notation) {
    const std::size_t colon = notation.find(':');
    const std::string_view name =
        colon == std::string_view::npos ? "=" : notation.substr(colon + 1);
    const auto& all = classes();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Class& c) { return c.name == name; });
    if (found == all.end())
        throw std::logic_error("no such class in the lexicon: " + std::string(notation));
    return {text::fold(notation.substr(0, colon)), &*found};
}

/// Kazakh endings of nouns as they look after folding: plural, possessive, case.
constexpr std::string_view kKazakhEndings[] = {
    "лар", "лер", "дар", "дер", "тар", "тер", "мыз", "миз", "нын", "нин", "дын", "дин", "тын",
    "тин", "дан", "ден", "тан", "тен", "нан", "нен", "мен", "бен", "пен", "ым",  "им",  "ын",
    "ин",  "сы",  "си",  "га",  "ге",  "ка",  "ке",  "ны",  "ни",  "ды",  "ди",  "ты",  "ти",
    "да",  "де",  "та",  "те",  "ма",  "ме",  "на",  "не",  "ы",   "и",   "м"};

class Lexicon {
public:
    Lexicon() {
        for (const Entry& entry : kFlowers) add(entry);
        for (const Entry& entry : kOtherWords) add(entry);
    }

    std::string_view find(std::string_view folded) const {
        const auto form = forms_.find(std::string(folded));
        if (form != forms_.end()) return form->second;
        return find_kazakh(std::string(folded), kEndingsMax);
    }

    template <class Visit>
    void for_each_form(const Visit& visit) const {
        for (const auto& [form, _] : forms_) visit(form);
    }

private:
    static constexpr int kEndingsMax = 4;  // plural, possessive, case and a verb's worth of slack

    void add(const Entry& entry) {
        for (std::size_t at = 0; at < entry.paradigms.size();) {
            const std::size_t space =
                std::min(entry.paradigms.find(' ', at), entry.paradigms.size());
            add(entry.concept_name, entry.paradigms.substr(at, space - at));
            at = space + 1;
        }
    }

    void add(std::string_view concept_name, std::string_view notation) {
        const Paradigm paradigm = parse_paradigm(notation);
        if (paradigm.inflection->name == "k") kazakh_bases_.emplace(paradigm.base, concept_name);
        for (const std::string_view ending : paradigm.inflection->endings) {
            forms_.emplace(paradigm.base + std::string(ending), concept_name);
        }
    }

    /// Takes endings off until a Kazakh word of the lexicon is left. Folding has blurred the
    /// vowels, so harmony is not asked for: only words of the lexicon can come out.
    std::string_view find_kazakh(const std::string& word, int endings_left) const {
        const auto base = kazakh_bases_.find(word);
        if (base != kazakh_bases_.end()) return base->second;
        if (endings_left == 0) return {};
        for (const std::string_view ending : kKazakhEndings) {
            if (word.size() < ending.size() + kShortestBaseBytes || !word.ends_with(ending))
                continue;
            const auto found =
                find_kazakh(word.substr(0, word.size() - ending.size()), endings_left - 1);
            if (!found.empty()) return found;
        }
        return {};
    }

    static constexpr std::size_t kShortestBaseBytes = 6;  // three Cyrillic letters

    std::unordered_map<std::string, std::string_view> forms_;
    std::unordered_map<std::string, std::string_view> kazakh_bases_;
};

const Lexicon& lexicon() {
    static const Lexicon instance;
    return instance;
}

}  // namespace

std::string_view concept_of(std::string_view folded_word) {
    return lexicon().find(folded_word);
}

bool is_flower(std::string_view concept_name) {
    return concept_name == "spray_rose" ||
           std::any_of(std::begin(kFlowers), std::end(kFlowers),
                       [&](const Entry& entry) { return entry.concept_name == concept_name; });
}

std::vector<std::string> forms_of(std::string_view paradigm) {
    const Paradigm parsed = parse_paradigm(paradigm);
    std::vector<std::string> forms;
    for (const std::string_view ending : parsed.inflection->endings) {
        forms.push_back(parsed.base + std::string(ending));
    }
    return forms;
}

void for_each_lexicon_form(const std::function<void(std::string_view)>& visit) {
    lexicon().for_each_form(visit);
}

}  // namespace shopkeeper::products::search
