#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/orders/basket.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

namespace shopkeeper::orders {

struct PreviewCost {
    std::vector<BasketItem> items;
    DeliveryType delivery_type = DeliveryType::delivery;
    std::optional<std::string> delivery_date;
    std::optional<std::string> delivery_time;
};

struct Preview {
    struct Item {
        OrderLine line;
        bool available;
        std::optional<std::int64_t> max_quantity;  ///< absent: no maximum
    };
    struct Time {
        bool feasible;
        std::string code;      ///< ok, or a reason of D17
        std::string earliest;  ///< RFC 3339; empty when the shop opens on no day in sight
    };
    shop::Shop shop;
    bool available = true;
    std::vector<Item> items;
    std::vector<Warning> warnings;
    std::int64_t subtotal_minor = 0;
    std::int64_t delivery_cost_minor = 0;
    bool free_delivery_applied = false;
    std::optional<std::int64_t> amount_to_free_delivery_minor;
    std::int64_t discount_minor = 0;
    std::int64_t total_minor = 0;
    std::optional<Time> time;
};

/// What an order would cost and whether it could be made, without making it. A basket that is short
/// and a time that is not feasible are answers, not errors.
/// Errors: invalid_argument, not_found, product_unavailable, delivery_unavailable,
/// pickup_unavailable, unparseable_date, unparseable_time, ambiguous_time. Rule: domain W15, M6,
/// M7.
Result<Preview> preview(storage::Connection& connection, const CallContext& context,
                        const PreviewCost& command);

}  // namespace shopkeeper::orders
