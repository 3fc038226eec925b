#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/money.hpp"
#include "base/result.hpp"
#include "domains/shop/shop.hpp"

namespace shopkeeper::products {

/// Inclusive bounds in minor units.
struct PriceBounds {
    std::optional<std::int64_t> min_minor;
    std::optional<std::int64_t> max_minor;

    bool holds(std::int64_t price_minor) const {
        return (!min_minor || price_minor >= *min_minor) &&
               (!max_minor || price_minor <= *max_minor);
    }
};

/// Errors: invalid_argument (an amount the currency cannot hold, or min above max).
/// Rule: domain M2, P2, F10.
Result<PriceBounds> price_bounds(const shop::Shop& shop, const std::optional<money::Amount>& min,
                                 std::string_view min_field,
                                 const std::optional<money::Amount>& max,
                                 std::string_view max_field);

}  // namespace shopkeeper::products
