#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "domains/products/price_bound.hpp"
#include "domains/shop/local_time.hpp"
#include "domains/shop/shop.hpp"

/// What a customer's sentence says about goods. Pure: no database. Rule: domain F7-F9.
namespace shopkeeper::products::search {

/// A word that is looked for in the products.
struct Term {
    std::string word;  ///< as it was typed, lower case
    std::string stem;
    std::size_t begin;  ///< bytes in Understanding::lowered
    std::size_t end;
    bool is_number;
};

/// What a product must be.
struct Facts {
    PriceBounds price;
    std::optional<std::int64_t> stem_count;
    std::vector<std::string> colors;  ///< ids; the product has them all
    std::optional<std::string> occasion;
    std::optional<std::string> product_type;

    bool any() const {
        return price.min_minor || price.max_minor || stem_count || !colors.empty() || occasion ||
               product_type;
    }
};

enum class PriceHint { none, cheap, premium };
/// "cheap", "premium"; empty for none.
std::string_view word(PriceHint hint);

struct Understanding {
    std::string lowered;  ///< the text that was read; positions of terms point into it
    std::vector<Term> terms;
    Facts facts;
    std::optional<std::string> recipient;  ///< a lexicon concept: "mother"; a hint only
    PriceHint price_hint = PriceHint::none;
    std::optional<shop::LocalDate> delivery_day;  ///< reported, never a filter
    bool has_delivery_words = false;
    std::vector<std::string> assumptions;  ///< English sentences
    std::vector<std::string> named;        ///< stems of all telling words, facts included

    /// Was anything understood that products can be shown for?
    bool says_something() const {
        return !terms.empty() || facts.any() || recipient || price_hint != PriceHint::none ||
               has_delivery_words;
    }
};

/// Takes the facts out of `query` in the order of F7; what remains are the terms, at most 20 (F19).
Understanding understand(std::string_view query, const shop::Shop& shop, UnixMs now_ms);

}  // namespace shopkeeper::products::search
