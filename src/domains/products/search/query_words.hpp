#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domains/products/search/phrases.hpp"

/// The parser's own vocabulary: words about money, counting, kinds of goods and people. Rule:
/// domain F7-F9.
namespace shopkeeper::products::search {

/// How a word before a number limits a price.
enum class Bound { upper, lower, around };
std::optional<Bound> bound_word(std::string_view folded);

/// "тенге", "тг", "kzt" and their forms.
bool is_money_word(std::string_view folded);
/// 1 000 for "к", "тыс", "мың"; 1 000 000 for "млн"; 0 for other words.
std::int64_t multiplier_word(std::string_view folded);
/// "шт", "дана", "stems": what counts flowers without naming one.
bool is_piece_word(std::string_view folded);
/// "часов", "вечера", "дней": a number before it is no price.
bool is_time_unit(std::string_view folded);

/// "flowers", "sweets", "fruits", "gifts" by the value of a match.
const PhraseTable& type_phrases();
std::string_view type_of(int value);

/// Lexicon concepts of people by the value of a match: whom the present is for.
const PhraseTable& recipient_phrases();
std::string_view recipient_of(int value);
/// Occasions that suit a recipient; a hint for the ranking.
std::vector<std::string_view> occasions_of_recipient(std::string_view recipient);

/// Every word above and the commonest words for days and times: what F15 knows beside the lexicon.
const std::vector<std::string_view>& all_parser_words();
bool is_parser_word(std::string_view folded);

}  // namespace shopkeeper::products::search
