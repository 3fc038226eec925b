#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domains/products/search/stem.hpp"

namespace shopkeeper::products::search {

/// Phrases of one to four words that mean something, found in any inflected form. Immutable once
/// filled, then safe to use from any thread.
class PhraseTable {
public:
    /// `trigger`: a paradigm of the lexicon's notation ("красн:a"), or plain words ("день
    /// рождения"), of which each matches in every form with the same stem; "!слово" matches that
    /// form only, for words whose stem belongs to another word ("прости" and "простой").
    void add(std::string_view trigger, int value);

    struct Match {
        int value;
        std::size_t
            words;  ///< how many words of the text it covers, stop words between them included
    };
    /// The longest phrase that begins at word `at`.
    std::optional<Match> match(std::span<const Word> words, std::size_t at) const;
    /// The phrase that the whole text is.
    std::optional<int> match_whole(std::string_view text) const;

    bool knows_stem(const std::string& stem) const { return stems_.contains(stem); }
    /// All single words of all triggers, inflected where the notation says how: for typo repair.
    void for_each_form(const std::function<void(std::string_view form)>& visit) const;

private:
    void add_phrase(std::span<const Word> words, int value);

    std::unordered_map<std::string, int> phrases_;  ///< stems joined by spaces
    std::unordered_map<std::string, int> exact_;    ///< one folded word
    std::unordered_map<std::string, bool> stems_;
    std::vector<std::string> forms_;
    std::size_t longest_ = 1;
};

}  // namespace shopkeeper::products::search
