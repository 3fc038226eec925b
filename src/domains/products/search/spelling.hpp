#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Which known word a misspelt one was meant for. Rule: domain F14.
namespace shopkeeper::products::search {

/// A known word, ready for comparing.
struct Candidate {
    Candidate(std::string word, std::int64_t df);

    std::string word;  ///< folded
    std::u32string letters;
    std::uint64_t letter_set;  ///< a bit for each letter that occurs, several letters to a bit
    std::int64_t df;           ///< in how many products
};

/// Damerau-Levenshtein distance (neighbours may swap once); more than `max` is reported as max + 1.
int edit_distance(std::u32string_view a, std::u32string_view b, int max);

/// Finds the nearest of any number of candidates: least distance, then most frequent, then first by
/// bytes.
class NearestWord {
public:
    /// One mistake is forgiven in words of up to five letters, two in longer ones.
    explicit NearestWord(std::string_view folded);

    /// Words under three letters are nobody's meaning.
    void consider(const Candidate& candidate);
    std::optional<std::string> found() const;

private:
    const Candidate misspelt_;
    const int max_;
    const Candidate* best_ = nullptr;
    int best_distance_ = 0;
};

}  // namespace shopkeeper::products::search
