#include "domains/products/search/stem.hpp"

#include <libstemmer.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <unordered_set>

#include "base/text.hpp"
#include "domains/products/search/lexicon.hpp"

namespace shopkeeper::products::search {
namespace {

constexpr std::size_t kWordCharactersMax = 64;  // search_posting.stem, search_word.word

constexpr std::string_view kStopWords[] = {
    // Russian
    "а", "без", "бы", "в", "во", "вот", "все", "вы", "где", "да", "дай", "дайте", "для", "до",
    "есть", "еще", "за", "и", "из", "или", "их", "к", "как", "какой", "какие", "какая",
    "какоенибудь", "ко", "купить", "ли", "либо", "меня", "мне", "можно", "мой", "моей", "моему",
    "моя", "мы", "на", "над", "надо", "найди", "найти", "нам", "нас", "не", "нибудь", "но", "ну",
    "нужен", "нужна", "нужно", "нужны", "о", "об", "он", "она", "они", "от", "очень", "по", "под",
    "подбери", "подберите", "подскажите", "покажи", "покажите", "пожалуйста", "при", "про", "с",
    "самый", "самые", "свой", "своей", "своему", "со", "так", "такой", "там", "то", "тоже",
    "только", "тот", "у", "уже", "хотел", "хотела", "хотим", "хочется", "хочу", "цена", "ценой",
    "чем", "чтобы", "что", "это", "этот", "я",
    // Kazakh, folded
    "ал", "бар", "бер", "бериниз", "болса", "болады", "жане", "керек", "кажет", "мен", "маган",
    "менин", "не", "ошин", "уш", "ушин", "ушын", "арналган", "туралы", "катар", "алгым", "келеди",
    // English
    "a", "an", "and", "any", "are", "as", "at", "be", "by", "can", "could", "find", "for", "from",
    "get", "give", "have", "i", "in", "is", "it", "looking", "me", "my", "need", "of", "on", "or",
    "our", "please", "s", "show", "some", "something", "that", "the", "this", "to", "want", "we",
    "with", "would", "like", "you", "your"};

/// Praise and questions, in all their forms: every shop's bouquets are beautiful, so the word finds
/// nothing.
constexpr std::string_view kStopParadigms[] = {
    "красив:a",  "хорош:a",      "лучш:a", "прекрасн:a", "шикарн:a",  "интересн:a",
    "необычн:a", "оригинальн:a", "свеж:a", "как:a",      "сам:a",     "стоимост:fs",
    "сколько",   "стоит",        "стоят",  "почем",      "вариант:m", "әдемі",
    "жақсы",     "сұлу",         "қанша",  "тұрады",     "beautiful", "nice",
    "pretty",    "good",         "best",   "fresh",      "how",       "much",
    "cost",      "price"};

struct StemmerDeleter {
    void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

/// A Snowball object keeps its working state inside: one for each thread.
std::string snowball(const char* language, std::string_view folded) {
    using Stemmer = std::unique_ptr<sb_stemmer, StemmerDeleter>;
    thread_local const Stemmer russian(sb_stemmer_new("russian", "UTF_8"));
    thread_local const Stemmer english(sb_stemmer_new("english", "UTF_8"));
    sb_stemmer* stemmer = (std::string_view(language) == "russian" ? russian : english).get();
    const sb_symbol* stem =
        sb_stemmer_stem(stemmer, reinterpret_cast<const sb_symbol*>(folded.data()),
                        static_cast<int>(folded.size()));
    if (stem == nullptr) return std::string(folded);  // out of memory inside Snowball
    return std::string(reinterpret_cast<const char*>(stem),
                       static_cast<std::size_t>(sb_stemmer_length(stemmer)));
}

// -- Kazakh (F3) --------------------------------------------------------------------------------

constexpr std::string_view kKazakhLetters[] = {"ә", "ғ", "қ", "ң", "ө", "ұ", "ү", "һ", "і"};

bool has_kazakh_letter(std::string_view lowered) {
    return std::any_of(
        std::begin(kKazakhLetters), std::end(kKazakhLetters),
        [&](std::string_view letter) { return lowered.find(letter) != std::string_view::npos; });
}

/// Vowel harmony: a word's vowels are all back or all front; "и" and "у" go with both.
enum class Harmony { neutral, back, front };

Harmony last_harmony(std::string_view lowered) {
    Harmony harmony = Harmony::neutral;
    for (std::size_t at = 0; at < lowered.size();) {
        const std::size_t length = (static_cast<unsigned char>(lowered[at]) & 0x80) == 0 ? 1 : 2;
        const std::string_view letter = lowered.substr(at, length);
        for (const std::string_view back : {"а", "о", "ұ", "ы", "я"}) {
            if (letter == back) harmony = Harmony::back;
        }
        for (const std::string_view front : {"ә", "е", "ө", "ү", "і", "э"}) {
            if (letter == front) harmony = Harmony::front;
        }
        at += length;
    }
    return harmony;
}

/// Longest first; the cases stand in all the forms that assimilation gives them.
constexpr std::string_view kKazakhEndings[] = {
    "лар", "лер", "дар", "дер", "тар", "тер", "мыз", "міз", "ның", "нің", "дың",
    "дің", "тың", "тің", "дан", "ден", "тан", "тен", "нан", "нен", "мен", "бен",
    "пен", "ым",  "ім",  "ын",  "ін",  "сы",  "сі",  "ға",  "ге",  "қа",  "ке",
    "ны",  "ні",  "ды",  "ді",  "ты",  "ті",  "да",  "де",  "та",  "те"};

std::string without_kazakh_endings(std::string word) {
    constexpr std::size_t kLettersMin = 3;
    for (bool changed = true; changed;) {
        changed = false;
        for (const std::string_view ending : kKazakhEndings) {
            if (!word.ends_with(ending)) continue;
            const std::string stem = word.substr(0, word.size() - ending.size());
            if (text::code_points(stem) < kLettersMin) continue;
            const Harmony of_stem = last_harmony(stem);
            // Мен, бен, пен follow back vowels too: they are the one ending without harmony.
            const bool fits = of_stem == Harmony::neutral || of_stem == last_harmony(ending) ||
                              ending == "мен" || ending == "бен" || ending == "пен";
            if (!fits) continue;
            word = stem;
            changed = true;
            break;
        }
    }
    return word;
}

bool is_latin(std::string_view folded) {
    return !folded.empty() && static_cast<unsigned char>(folded.front()) < 0x80;
}

/// "кустовая роза", "spray roses": two words that name one flower of its own.
void join_spray_roses(std::vector<Word>& words) {
    const auto is_spray = [](const Word& word) {
        static const std::string russian = stem_of("кустовая");
        return word.stem == russian || word.folded == "spray";
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!is_spray(words[i])) continue;
        const bool beside_rose = (i > 0 && words[i - 1].stem == "rose") ||
                                 (i + 1 < words.size() && words[i + 1].stem == "rose");
        if (beside_rose) words[i].stem = "spray_rose";
    }
}

}  // namespace

std::string_view Text::gap_after(std::size_t i) const {
    const std::size_t from = words[i].end;
    const std::size_t to = i + 1 < words.size() ? words[i + 1].begin : lowered.size();
    return std::string_view(lowered).substr(from, to - from);
}

Text read_text(std::string_view text) {
    Text result{.lowered = text::lower(text), .words = {}};
    std::size_t at = 0;
    for (std::string& token : text::tokens(result.lowered)) {
        const std::size_t begin = result.lowered.find(token, at);
        const std::size_t end = at = begin + token.size();
        std::string lowered = text::truncate(token, kWordCharactersMax);
        std::string folded = text::fold(lowered);
        if (folded.empty()) continue;  // letters that show nothing
        std::string stem = stem_of(lowered);
        result.words.push_back(
            {std::move(lowered), std::move(folded), std::move(stem), begin, end});
    }
    join_spray_roses(result.words);
    return result;
}

std::string stem_of(std::string_view lowered_word) {
    const std::string folded = text::fold(lowered_word);
    if (const auto concept_name = concept_of(folded); !concept_name.empty())
        return std::string(concept_name);
    const bool is_number = !folded.empty() && folded.front() >= '0' && folded.front() <= '9';
    if (is_number || text::code_points(folded) < 3) return folded;
    if (has_kazakh_letter(lowered_word)) {
        return text::fold(without_kazakh_endings(std::string(lowered_word)));
    }
    return snowball(is_latin(folded) ? "english" : "russian", folded);
}

bool is_stop_word(std::string_view folded) {
    static const std::unordered_set<std::string> words = [] {
        std::unordered_set<std::string> all;
        for (const std::string_view word : kStopWords) all.emplace(word);
        for (const std::string_view paradigm : kStopParadigms) {
            for (std::string& form : forms_of(paradigm)) all.insert(std::move(form));
        }
        return all;
    }();
    return words.contains(std::string(folded));
}

std::vector<std::string> search_stems(std::string_view text) {
    std::vector<std::string> all;
    std::vector<std::string> telling;
    for (const Word& word : read_text(text).words) {
        if (std::find(all.begin(), all.end(), word.stem) != all.end()) continue;
        all.push_back(word.stem);
        if (!is_stop_word(word.folded)) telling.push_back(word.stem);
    }
    return telling.empty() ? all : telling;
}

}  // namespace shopkeeper::products::search
