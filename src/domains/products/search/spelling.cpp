#include "domains/products/search/spelling.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <tuple>
#include <utility>

namespace shopkeeper::products::search {
namespace {

constexpr std::size_t kShortWord = 5;  // F14: one mistake up to here, two above
constexpr std::size_t kLettersMin = 3;

std::u32string code_points(std::string_view utf8) {
    std::u32string out;
    for (std::size_t at = 0; at < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[at]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        char32_t code_point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        for (std::size_t i = 1; i < length && at + i < utf8.size(); ++i) {
            code_point = (code_point << 6) | (static_cast<unsigned char>(utf8[at + i]) & 0x3FU);
        }
        out += code_point;
        at += length;
    }
    return out;
}

std::uint64_t letter_set_of(std::u32string_view letters) {
    std::uint64_t set = 0;
    for (const char32_t letter : letters) set |= std::uint64_t{1} << (letter % 64);
    return set;
}

}  // namespace

Candidate::Candidate(std::string text, std::int64_t frequency)
    : word(std::move(text)),
      letters(code_points(word)),
      letter_set(letter_set_of(letters)),
      df(frequency) {}

int edit_distance(std::u32string_view a, std::u32string_view b, int max) {
    const auto difference = static_cast<int>(a.size()) - static_cast<int>(b.size());
    if (std::abs(difference) > max) return max + 1;
    // Three rows of the usual table: two back for swaps of neighbours.
    constexpr std::size_t kLengthMax = 65;
    if (a.size() >= kLengthMax || b.size() >= kLengthMax) return max + 1;
    std::array<std::array<int, kLengthMax>, 3> rows;
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        const auto& above = rows[(i + 2) % 3];
        const auto& two_above = rows[(i + 1) % 3];
        row[0] = static_cast<int>(i);
        int best = row[0];
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
            best = std::min(best, row[j]);
        }
        if (best > max) return max + 1;
    }
    return std::min(rows[a.size() % 3][b.size()], max + 1);
}

NearestWord::NearestWord(std::string_view folded)
    : misspelt_(std::string(folded), 0), max_(misspelt_.letters.size() <= kShortWord ? 1 : 2) {}

void NearestWord::consider(const Candidate& candidate) {
    if (candidate.letters.size() < kLettersMin) return;
    // A mistake changes the set by two letters at most: most words are told apart by that alone.
    if (std::popcount(misspelt_.letter_set ^ candidate.letter_set) > 2 * max_) return;
    const int distance = edit_distance(misspelt_.letters, candidate.letters, max_);
    if (distance > max_) return;
    const bool is_nearer =
        best_ == nullptr ||
        std::tuple(distance, -candidate.df, std::string_view(candidate.word)) <
            std::tuple(best_distance_, -best_->df, std::string_view(best_->word));
    if (!is_nearer) return;
    best_ = &candidate;
    best_distance_ = distance;
}

std::optional<std::string> NearestWord::found() const {
    if (best_ == nullptr) return std::nullopt;
    return best_->word;
}

}  // namespace shopkeeper::products::search
