#include "domains/products/search/phrases.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "domains/products/search/lexicon.hpp"

namespace shopkeeper::products::search {

void PhraseTable::add(std::string_view trigger, int value) {
    if (trigger.starts_with('!')) {
        const std::string form = text::fold(trigger.substr(1));
        exact_.emplace(form, value);
        forms_.push_back(form);
        return;
    }
    if (trigger.find(':') != std::string_view::npos) {
        const std::vector<std::string> forms = forms_of(trigger);
        const std::string_view meaning = concept_of(forms.front());
        for (const std::string& form : forms) {
            // A form that is also another word of the shop ("зеленей": greenery) stays that word.
            if (concept_of(form) == meaning) add_phrase(read_text(form).words, value);
        }
        return;
    }
    add_phrase(read_text(trigger).words, value);
    // The same typed without Kazakh letters may get another stem.
    const std::string folded = text::fold(trigger);
    if (folded != trigger) add_phrase(read_text(folded).words, value);
}

void PhraseTable::add_phrase(std::span<const Word> words, int value) {
    std::string key;
    std::size_t length = 0;
    for (const Word& word : words) {
        if (words.size() > 1 && is_stop_word(word.folded)) continue;
        if (!key.empty()) key += ' ';
        key += word.stem;
        ++length;
        stems_.emplace(word.stem, true);
        forms_.push_back(word.folded);
    }
    phrases_.emplace(std::move(key), value);
    longest_ = std::max(longest_, length);
}

std::optional<PhraseTable::Match> PhraseTable::match(std::span<const Word> words,
                                                     std::size_t at) const {
    std::optional<Match> best;
    if (const auto exact = exact_.find(words[at].folded); exact != exact_.end())
        best = {exact->second, 1};
    std::string key;
    std::size_t length = 0;
    for (std::size_t i = at; i < words.size() && length < longest_; ++i) {
        if (i > at && is_stop_word(words[i].folded)) continue;
        if (!key.empty()) key += ' ';
        key += words[i].stem;
        ++length;
        const auto phrase = phrases_.find(key);
        if (phrase != phrases_.end()) best = {phrase->second, i - at + 1};
    }
    return best;
}

std::optional<int> PhraseTable::match_whole(std::string_view text) const {
    const Text read = read_text(text);
    std::size_t first = 0;
    while (first < read.words.size() && is_stop_word(read.words[first].folded)) ++first;
    if (first == read.words.size()) return std::nullopt;
    const auto found = match(read.words, first);
    if (!found) return std::nullopt;
    std::size_t end = first + found->words;
    while (end < read.words.size() && is_stop_word(read.words[end].folded)) ++end;
    if (end != read.words.size()) return std::nullopt;
    return found->value;
}

void PhraseTable::for_each_form(const std::function<void(std::string_view)>& visit) const {
    for (const std::string& form : forms_) visit(form);
}

}  // namespace shopkeeper::products::search
