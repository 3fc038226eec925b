#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domains/products/search/query.hpp"
#include "domains/products/search/shelf.hpp"
#include "domains/products/search/spelling.hpp"

/// Queries with words nobody knows: typos, the other keyboard layout, Russian in Latin letters.
/// Rule: domain F14, F15.
namespace shopkeeper::products::search {

struct Correction {
    std::string from;
    std::string to;
};

/// A query with words replaced, to be understood anew.
struct Repaired {
    std::string text;
    std::vector<Correction> corrections;
};

/// "hjps" -> "розы", "кщыуы" -> "roses": the keys of the other layout of a Russian keyboard.
std::string in_other_layout(std::string_view lowered);

/// "krasnye rozy" -> "красные розы".
std::string from_translit(std::string_view lowered);

/// The words of one shop and of the parser, for one query. Not thread-safe; lives as long as a
/// call.
class Repairer {
public:
    /// Both must outlive it.
    Repairer(const Shelf& shelf, const Understanding& query);

    bool has_unknown_terms() const { return !unknown_.empty(); }

    /// Each nullopt when no word can be replaced.
    std::optional<Repaired> typos();
    std::optional<Repaired> layout();
    std::optional<Repaired> translit();

private:
    bool is_known(std::string_view lowered_word);
    std::optional<std::string> nearest(std::string_view folded);
    template <class Convert>
    std::optional<Repaired> convert_chunks(const Convert& convert, bool mend_typos);

    const Shelf& shelf_;
    const Understanding& query_;
    std::vector<const Term*> unknown_;
};

}  // namespace shopkeeper::products::search
