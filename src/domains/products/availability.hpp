#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "domains/products/recipe.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

namespace shopkeeper::products {

/// A recipe line beside what the warehouse has of it.
struct ComponentStock {
    RecipeLine line;
    std::int64_t on_hand;
    std::int64_t available;

    std::int64_t reserved() const { return on_hand - available; }
    bool is_enough_for(std::int64_t units) const;
};

std::vector<ComponentStock> component_stock(storage::Connection& connection, std::int64_t shop_id,
                                            std::span<const RecipeLine> lines, UnixMs now_ms);

/// Rule: domain 3.0 Availability.
struct Availability {
    bool available;
    std::optional<std::int64_t> max_quantity;  ///< absent: no maximum
    bool unlimited;
    bool tracked;
    std::string_view reason;  ///< ok, disabled, insufficient_stock or no_recipe
    std::int64_t ready_in_minutes;
};

struct AvailabilityQuestion {
    bool enabled;
    std::optional<std::int64_t> manufacturing_time_minutes;
    std::int64_t units;
};

/// Rule: domain P6, W14, W17, W18, D14.
Availability judge_availability(const shop::Shop& shop, const AvailabilityQuestion& question,
                                std::span<const ComponentStock> components);

}  // namespace shopkeeper::products
