#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace shopkeeper::harness {

/// One of the products of an invented shop.
struct Bouquet {
    std::string name;  ///< with `rare_word` at its end
    const char* description;
    const char* color;
    std::array<const char*, 2> occasions;
    std::int64_t stems;
};

/// The n-th of them, the same in every run.
Bouquet bouquet(std::int64_t n);
std::int64_t bouquet_price_minor(std::int64_t n);
/// Flowers of one kind that the n-th takes off the shelf.
std::int64_t bouquet_stems(std::int64_t n);

/// A word of five syllables that ends in "o", which no stemmer touches, so that searches can be
/// narrow. The first thousand products have one each that no other has; the others share nine
/// thousand.
std::string rare_word(std::int64_t n);

}  // namespace shopkeeper::harness
