#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domains/shop/time_grammar.hpp"
#include "domains/shop/time_words.hpp"

/// The set phrases of the time grammar ("к обеду", "как можно скорее", "day after tomorrow").
/// Rule: domain D6, D7, D11.
namespace shopkeeper::shop {

/// Phrases by their first word; the longest that fits wins.
template <class Fact>
class PhraseBook {
public:
    /// `phrases`: spellings between bars, in any letter case and with Kazakh letters.
    void add(std::string_view phrases, const Fact& fact);

    struct Found {
        std::size_t end = 0;  ///< the place after the phrase; 0: nothing fits
        const Fact* fact = nullptr;
    };
    /// REQUIRES: `at` is a place in `atoms`.
    Found longest(std::span<const Atom> atoms, std::size_t at) const;

private:
    struct Phrase {
        std::vector<std::string> words;
        Fact fact;
    };
    std::unordered_map<std::string, std::vector<Phrase>> by_first_word_;
};

/// What a phrase says about the time of day.
struct TimePhrase {
    TimeFact fact;
    bool in_queries;  ///< unmistakable also in a search query ("день" may be a birthday)
};

struct Phrases {
    PhraseBook<int> days;  ///< days from today
    PhraseBook<bool> weekends;
    PhraseBook<TimePhrase> times;
    PhraseBook<bool> asks;            ///< D11: the shop will call
    PhraseBook<bool> ask_companions;  ///< words that may stand beside one of them
    PhraseBook<bool> before;
    PhraseBook<bool> after;
    PhraseBook<bool> range_prefixes;
    PhraseBook<bool> range_separators;
};

/// Made at the first use.
const Phrases& phrases();

/// 17:00 to closing, nominal 18:00.
TimeFact evening();

}  // namespace shopkeeper::shop
