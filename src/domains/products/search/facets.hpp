#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/locale.hpp"
#include "base/result.hpp"
#include "domains/products/search/phrases.hpp"

/// Colours and occasions: closed lists, with the words that mean them. Rule: domain F5, F6.
namespace shopkeeper::products::search {

struct Color {
    std::string_view id;
    std::string_view hex;  ///< "#FF4444"; empty where one colour cannot show it
    Label label;
    std::string_view triggers;  ///< PhraseTable triggers, separated by "; "
};

struct Occasion {
    std::string_view id;
    Label label;
    std::string_view triggers;
};

/// In the order of the rule book, which is the order of results.
std::span<const Color> colors();
std::span<const Occasion> occasions();

/// nullptr for an id that the list does not have.
const Color* find_color(std::string_view id);
const Occasion* find_occasion(std::string_view id);

/// A bit for each of the list, by its position; 0 for an id that the list does not have.
std::uint32_t color_bit(std::string_view id);
std::uint32_t occasion_bit(std::string_view id);

/// Values are positions in colors() and occasions().
const PhraseTable& color_phrases();
const PhraseTable& occasion_phrases();

/// The id meant by an id or by any trigger in any form.
/// Errors: invalid_argument on `field`, listing the ids.
Result<std::string> color_id(std::string_view given, std::string_view field);
Result<std::string> occasion_id(std::string_view given, std::string_view field);

}  // namespace shopkeeper::products::search
