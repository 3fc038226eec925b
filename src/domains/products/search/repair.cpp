#include "domains/products/search/repair.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "domains/products/search/facets.hpp"
#include "domains/products/search/lexicon.hpp"
#include "domains/products/search/query_words.hpp"

namespace shopkeeper::products::search {
namespace {

constexpr std::string_view kShopKnows = R"sql(
    SELECT 1
    FROM search_word
    WHERE shop_id = $1 AND (word = $2 OR stem = $3)
    LIMIT 1)sql";

/// What every shop knows: the lexicon, colours, occasions and the parser's words in all their
/// forms.
const std::vector<Candidate>& common_words() {
    static const std::vector<Candidate> words = [] {
        std::vector<std::string> all;
        const auto add = [&](std::string_view form) { all.emplace_back(form); };
        for_each_lexicon_form(add);
        for (const PhraseTable* table :
             {&color_phrases(), &occasion_phrases(), &type_phrases(), &recipient_phrases()}) {
            table->for_each_form(add);
        }
        for (const std::string_view word : all_parser_words()) add(word);
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        std::vector<Candidate> candidates;
        for (std::string& word : all) candidates.emplace_back(std::move(word), 0);
        return candidates;
    }();
    return words;
}

bool everybody_knows(std::string_view folded, const std::string& stem) {
    return !concept_of(folded).empty() || is_stop_word(folded) || is_parser_word(folded) ||
           color_phrases().knows_stem(stem) || occasion_phrases().knows_stem(stem) ||
           type_phrases().knows_stem(stem) || recipient_phrases().knows_stem(stem);
}

/// Too short or a number: nothing to mend.
bool is_beyond_repair(const Term& term) {
    return term.is_number || text::code_points(term.word) < 3;
}

struct KeyPair {
    std::string_view latin;
    std::string_view cyrillic;
};

constexpr KeyPair kKeys[] = {{"q", "й"}, {"w", "ц"}, {"e", "у"}, {"r", "к"}, {"t", "е"}, {"y", "н"},
                             {"u", "г"}, {"i", "ш"}, {"o", "щ"}, {"p", "з"}, {"[", "х"}, {"]", "ъ"},
                             {"a", "ф"}, {"s", "ы"}, {"d", "в"}, {"f", "а"}, {"g", "п"}, {"h", "р"},
                             {"j", "о"}, {"k", "л"}, {"l", "д"}, {";", "ж"}, {"'", "э"}, {"z", "я"},
                             {"x", "ч"}, {"c", "с"}, {"v", "м"}, {"b", "и"}, {"n", "т"}, {"m", "ь"},
                             {",", "б"}, {".", "ю"}, {"`", "ё"}};

/// Longest first.
constexpr KeyPair kTranslit[] = {
    {"shch", "щ"}, {"sch", "щ"}, {"sh", "ш"}, {"ch", "ч"}, {"zh", "ж"}, {"kh", "х"}, {"ts", "ц"},
    {"ya", "я"},   {"ja", "я"},  {"yu", "ю"}, {"ju", "ю"}, {"yo", "е"}, {"jo", "е"}, {"a", "а"},
    {"b", "б"},    {"c", "к"},   {"d", "д"},  {"e", "е"},  {"f", "ф"},  {"g", "г"},  {"h", "х"},
    {"i", "и"},    {"j", "й"},   {"k", "к"},  {"l", "л"},  {"m", "м"},  {"n", "н"},  {"o", "о"},
    {"p", "п"},    {"q", "к"},   {"r", "р"},  {"s", "с"},  {"t", "т"},  {"u", "у"},  {"v", "в"},
    {"w", "в"},    {"x", "кс"},  {"y", "ы"},  {"z", "з"},  {"'", "ь"}};

/// Endings that single letters get wrong. Russian adjectives: "belyi", "krasnyj", "romantichnyy".
constexpr KeyPair kTranslitEndings[] = {{"yi", "ый"}, {"yj", "ый"}, {"yy", "ый"},
                                        {"iy", "ий"}, {"ij", "ий"}, {"ay", "ай"},
                                        {"ey", "ей"}, {"oy", "ой"}, {"uy", "уй"}};

bool has_latin_letter(std::string_view chunk) {
    return std::any_of(chunk.begin(), chunk.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::string from_translit_word(std::string_view word) {
    std::string_view ending;
    for (const KeyPair& pair : kTranslitEndings) {
        if (word.size() <= pair.latin.size() || !word.ends_with(pair.latin)) continue;
        word.remove_suffix(pair.latin.size());
        ending = pair.cyrillic;
        break;
    }
    std::string out;
    for (std::size_t at = 0; at < word.size();) {
        const auto* pair = std::find_if(
            std::begin(kTranslit), std::end(kTranslit),
            [&](const KeyPair& candidate) { return word.substr(at).starts_with(candidate.latin); });
        if (pair == std::end(kTranslit)) {
            out += word[at++];
        } else {
            out += pair->cyrillic;
            at += pair->latin.size();
        }
    }
    return out.append(ending);
}

}  // namespace

std::string in_other_layout(std::string_view lowered) {
    const bool to_cyrillic = has_latin_letter(lowered);
    std::string out;
    for (std::size_t at = 0; at < lowered.size();) {
        const auto* pair =
            std::find_if(std::begin(kKeys), std::end(kKeys), [&](const KeyPair& key) {
                return lowered.substr(at).starts_with(to_cyrillic ? key.latin : key.cyrillic);
            });
        if (pair == std::end(kKeys)) {
            out += lowered[at++];
            continue;
        }
        out += to_cyrillic ? pair->cyrillic : pair->latin;
        at += (to_cyrillic ? pair->latin : pair->cyrillic).size();
    }
    return out;
}

std::string from_translit(std::string_view lowered) {
    std::string out;
    for (std::size_t at = 0; at < lowered.size();) {
        const auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || c == '\''; };
        if (!is_part(lowered[at])) {
            out += lowered[at++];
            continue;
        }
        std::size_t end = at;
        while (end < lowered.size() && is_part(lowered[end])) ++end;
        out += from_translit_word(lowered.substr(at, end - at));
        at = end;
    }
    return out;
}

Repairer::Repairer(const Shelf& shelf, const Understanding& query) : shelf_(shelf), query_(query) {
    for (const Term& term : query.terms) {
        if (!is_beyond_repair(term) && !is_known(term.word)) unknown_.push_back(&term);
    }
}

bool Repairer::is_known(std::string_view lowered_word) {
    const std::string folded = text::fold(lowered_word);
    const std::string stem = stem_of(lowered_word);
    return everybody_knows(folded, stem) ||
           !shelf_.connection().query(kShopKnows, {shelf_.shop_id(), folded, stem}).empty();
}

std::optional<std::string> Repairer::nearest(std::string_view folded) {
    NearestWord nearest(folded);
    const auto vocabulary = shelf_.vocabulary();
    for (const Candidate& candidate : *vocabulary) nearest.consider(candidate);
    for (const Candidate& candidate : common_words()) nearest.consider(candidate);
    return nearest.found();
}

std::optional<Repaired> Repairer::typos() {
    Repaired repaired{.text = query_.lowered, .corrections = {}};
    // From the back, so that the positions of the words before stay right.
    for (auto term = unknown_.rbegin(); term != unknown_.rend(); ++term) {
        const Term& unknown = **term;
        const auto known = nearest(text::fold(unknown.word));
        if (!known) continue;
        repaired.text.replace(unknown.begin, unknown.end - unknown.begin, *known);
        repaired.corrections.insert(repaired.corrections.begin(), {unknown.word, *known});
    }
    if (repaired.corrections.empty()) return std::nullopt;
    return repaired;
}

/// Converts what stands between spaces, because keys of letters may be signs in the other layout. A
/// chunk is taken over when all its words are known then; one of them at least must be longer than
/// two letters in all, so that no chance reading of "a" or "i" counts.
template <class Convert>
std::optional<Repaired> Repairer::convert_chunks(const Convert& convert, bool mend_typos) {
    const std::string_view text = query_.lowered;
    const auto is_unknown = [&](std::size_t begin, std::size_t end) {
        return std::any_of(unknown_.begin(), unknown_.end(), [&](const Term* term) {
            return term->begin >= begin && term->end <= end;
        });
    };
    Repaired repaired;
    bool has_telling_word = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string_view chunk = text.substr(at, end - at);
        const bool unknown = is_unknown(at, end);
        const bool is_short = text::code_points(chunk) <= 3;  // "lj" (до), "bp" (из), "15r" (15к)
        std::string converted = unknown || is_short ? convert(chunk) : std::string(chunk);
        if (converted != chunk) {
            bool all_known = true;
            const std::vector<Word> words = read_text(converted).words;
            for (const Word& word : words) {
                if (word.is_number() || is_stop_word(word.folded) || is_parser_word(word.folded))
                    continue;
                const bool telling = text::code_points(word.folded) >= 3;
                if (telling && is_known(word.lowered)) continue;
                const auto near = telling && mend_typos && words.size() == 1 ? nearest(word.folded)
                                                                             : std::nullopt;
                if (near) converted = *near;
                all_known = all_known && near.has_value();
            }
            if (all_known && !words.empty()) {
                has_telling_word = has_telling_word || unknown;
                repaired.corrections.push_back({std::string(chunk), converted});
            } else {
                converted = chunk;
            }
        }
        repaired.text += converted;
        if (end < text.size()) repaired.text += ' ';
        at = end + 1;
    }
    if (!has_telling_word) return std::nullopt;
    return repaired;
}

std::optional<Repaired> Repairer::layout() {
    return convert_chunks([](std::string_view chunk) { return in_other_layout(chunk); },
                          /*mend_typos=*/false);
}

std::optional<Repaired> Repairer::translit() {
    return convert_chunks([](std::string_view chunk) { return from_translit(chunk); },
                          /*mend_typos=*/true);
}

}  // namespace shopkeeper::products::search
