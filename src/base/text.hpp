#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper::text {

/// Length in Unicode code points, the unit of every text limit. Rule: domain C5.
std::size_t code_points(std::string_view utf8);

bool is_valid_utf8(std::string_view bytes);

/// The first `max` code points.
std::string truncate(std::string_view utf8, std::size_t max);

/// What of incoming text is stored: NFC, without control (line feed excepted), zero-width,
/// bidirectional, tag and private-use characters and HTML tags, blank lines shrunk to one, ends
/// trimmed. Bytes that are not UTF-8 are dropped. Rule: domain U2.
std::string clean(std::string_view utf8);

/// The form in which names and queries are compared: NFC, lower case, ё as е, Kazakh letters as
/// their plain neighbours, no control or format characters. Rule: domain F1.
std::string fold(std::string_view utf8);

/// Lower case by Unicode, nothing else changed but NFC.
std::string lower(std::string_view utf8);

/// Maximal runs of letters or of digits of a folded text ("15к" gives "15", "к"). Rule: domain F1.
std::vector<std::string> tokens(std::string_view folded);

/// The compatibility form (NFKC) with the decimal digits of every script as 0 to 9: what a number
/// in full-width or Arabic-Indic digits says.
std::string ascii_digits(std::string_view utf8);

/// Without the white space, of any script, around it.
std::string_view trim(std::string_view text);

/// `value` with every `%`, `_` and `!` of a LIKE pattern escaped by `!`.
std::string like_literal(std::string_view value);

}  // namespace shopkeeper::text
