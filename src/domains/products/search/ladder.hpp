#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domains/products/search/query.hpp"
#include "domains/products/search/rank.hpp"
#include "domains/products/search/repair.hpp"
#include "domains/products/search/stock_view.hpp"

/// From a full match to ever looser ones; the first rung with a result is used. Rule: domain F14.
namespace shopkeeper::products::search {

enum class Rung {
    all_terms,
    corrected,
    layout,
    translit,
    most_terms,
    facts_only,
    relaxed_facts,
    nearest_price,
    none,
};
std::string_view word(Rung rung);

/// Facts given as arguments: they win over those in the text (F10).
struct ExplicitFacts {
    PriceBounds price;
    std::optional<std::string> color;
    std::optional<std::string> occasion;
    std::optional<std::string> product_type;
};

struct SearchSettings {
    const shop::Shop& shop;
    UnixMs now_ms;
    const ExplicitFacts& given;
    bool in_stock_only;
};

struct Outcome {
    Rung rung;
    Understanding query;
    std::vector<Correction> corrections;
    std::vector<std::string> dropped;  ///< terms, stem_count, color, occasion
    Hits hits;  ///< by score; who can be sold is not looked at yet (available_first)
    std::vector<std::int64_t> nearest;  ///< product ids
};

Outcome climb(const Shelf& shelf, StockView& stock, const SearchSettings& settings,
              std::string_view query);

}  // namespace shopkeeper::products::search
