#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call_context.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "domains/products/product_row.hpp"
#include "domains/products/search/query.hpp"
#include "domains/products/search/repair.hpp"
#include "domains/shop/shop.hpp"

/// search_products_smart: products from a wish in the customer's own words. Rule: domain P9,
/// section 7.
namespace shopkeeper::products::search {

struct SearchProducts {
    std::optional<std::string> query;
    std::optional<money::Amount> budget;
    std::optional<money::Amount> budget_min;
    std::optional<std::string> occasion;
    std::optional<std::string> color;
    std::optional<std::string> product_type;
    bool in_stock_only = false;
    std::int64_t skip = 0;
    std::int64_t limit = 20;
};

struct FoundProduct {
    Product product;
    double score;
    std::vector<std::string_view> match_reasons;
};

struct SearchResult {
    shop::Shop shop;
    std::vector<FoundProduct> items;
    std::int64_t total;
    std::int64_t skip;
    std::int64_t limit;
    std::string_view rung;
    std::string_view rung_label;  ///< in the shop's locale
    Understanding interpretation;
    std::vector<Correction> corrections;
    std::vector<std::string> dropped;
    std::vector<Product> nearest;
    std::string message;  ///< English; empty on a full match
    std::vector<Warning> warnings;
};

/// Errors: invalid_argument (nothing asked for; unknown colour or occasion; budget_min above
/// budget).
Result<SearchResult> search(storage::Connection& connection, const CallContext& context,
                            const SearchProducts& command);

}  // namespace shopkeeper::products::search
