#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// From text to words and stems, the one reading of text behind the index, the parser and all name
/// searches. Rule: domain F1-F4.
namespace shopkeeper::products::search {

/// One word of a text: a maximal run of letters, or of digits.
struct Word {
    std::string lowered;  ///< as it stands in the text, lower case, at most 64 characters
    std::string folded;   ///< F1
    std::string stem;     ///< F2; equal for all forms, and for the languages of the lexicon (F4)
    std::size_t begin;    ///< bytes in Text::lowered
    std::size_t end;

    bool is_number() const {
        return !folded.empty() && folded.front() >= '0' && folded.front() <= '9';
    }
};

/// A text read into words; the gaps between them can be seen in `lowered`.
struct Text {
    std::string lowered;
    std::vector<Word> words;

    /// What stands between word `i` and the one after it.
    std::string_view gap_after(std::size_t i) const;
};

/// Thread-safe: each thread has its own Snowball stemmers.
Text read_text(std::string_view text);

/// The stem of one lower-case word: the lexicon, Kazakh endings, Snowball Russian or English. Rule:
/// F2.
std::string stem_of(std::string_view lowered_word);

/// Words that say nothing about goods: prepositions, "хочу", "please". Dropped from queries, not
/// from the index. Rule: domain F2.
bool is_stop_word(std::string_view folded);

/// What F13 and the staff searches look for: the stems of all words but the stop words; if there
/// are only stop words, of those. Empty when the text has no word at all.
std::vector<std::string> search_stems(std::string_view text);

}  // namespace shopkeeper::products::search
