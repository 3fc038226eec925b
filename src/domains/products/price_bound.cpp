#include "domains/products/price_bound.hpp"

#include <string>

namespace shopkeeper::products {

Result<PriceBounds> price_bounds(const shop::Shop& shop, const std::optional<money::Amount>& min,
                                 std::string_view min_field,
                                 const std::optional<money::Amount>& max,
                                 std::string_view max_field) {
    PriceBounds bounds;
    if (min) {
        const auto minor = money::to_minor(*min, shop.currency, min_field);
        if (!minor) return Refusal(minor.error());
        bounds.min_minor = *minor;
    }
    if (max) {
        const auto minor = money::to_minor(*max, shop.currency, max_field);
        if (!minor) return Refusal(minor.error());
        bounds.max_minor = *minor;
    }
    if (bounds.min_minor && bounds.max_minor && *bounds.min_minor > *bounds.max_minor) {
        return invalid_argument(std::string(min_field),
                                std::string(min_field) + " " + min->digits + " is above " +
                                    std::string(max_field) + " " + max->digits +
                                    ". Give a lower bound that is not above the upper one.",
                                min->digits);
    }
    return bounds;
}

}  // namespace shopkeeper::products
