#include "storage/ddl.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

namespace shopkeeper::storage {
namespace {

constexpr std::string_view kIdentity = "{{identity}}";

/// The table that a policy is for, and the expression over its rows.
struct OfRows {
    explicit OfRows(std::string_view operand)
        : table(operand.substr(0, operand.find(' '))),
          expression(operand.substr(operand.find(' ') + 1)) {}
    std::string_view table;
    std::string_view expression;
};

/// A placeholder with something behind the word, up to "}}".
struct Placeholder {
    std::string_view opening;
    std::string (*words)(const Database& database, std::string_view operand);
};
constexpr Placeholder kPlaceholders[] = {
    {"{{append_only ", [](const Database& database,
                          std::string_view table) { return database.append_only_guard(table); }},
    {"{{maintainable ", [](const Database& database,
                           std::string_view table) { return database.maintainable_guard(table); }},
    {"{{looked_up ",
     [](const Database& database, std::string_view operand) {
         const OfRows rows(operand);
         return database.lookup_policy(rows.table, rows.expression);
     }},
    {"{{open_by ",
     [](const Database& database, std::string_view operand) {
         const OfRows rows(operand);
         return database.secret_policy(rows.table, rows.expression);
     }},
};

constexpr std::array<std::string_view, 2> kTypes = {"TEXT", "INTEGER"};

bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t end_of_word(std::string_view text, std::size_t from) {
    while (from < text.size() && is_word_character(text[from])) ++from;
    return from;
}

/// Where what needs no translation ends: a comment, a quoted text, or a single character.
std::size_t end_of_verbatim(std::string_view text, std::size_t from) {
    const auto after = [&](std::string_view end) {
        return std::min(text.find(end, from + 1), text.size() - end.size()) + end.size();
    };
    if (text.substr(from).starts_with("--")) return after("\n");
    if (text[from] == '\'') return after("'");
    return from + 1;
}

}  // namespace

std::string in_words_of(const Database& database, std::string_view sql) {
    std::string words;
    for (std::size_t at = 0; at < sql.size();) {
        const std::string_view rest = sql.substr(at);
        const auto* const placeholder = std::ranges::find_if(
            kPlaceholders, [&](const Placeholder& each) { return rest.starts_with(each.opening); });
        if (rest.starts_with(kIdentity)) {
            words += database.identity_column();
            at += kIdentity.size();
        } else if (placeholder != std::end(kPlaceholders)) {
            const std::size_t from = placeholder->opening.size();
            const std::size_t end = rest.find("}}");
            words += placeholder->words(database, rest.substr(from, end - from));
            at += end + 2;
        } else if (is_word_character(sql[at])) {
            const std::string_view word = sql.substr(at, end_of_word(sql, at) - at);
            const bool is_type = std::find(kTypes.begin(), kTypes.end(), word) != kTypes.end();
            words += is_type ? database.column_type(word) : std::string(word);
            at += word.size();
        } else {
            const std::size_t end = end_of_verbatim(sql, at);
            words += sql.substr(at, end - at);
            at = end;
        }
    }
    return words;
}

}  // namespace shopkeeper::storage
