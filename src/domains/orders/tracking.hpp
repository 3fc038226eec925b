#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/orders/views.hpp"
#include "storage/database.hpp"

namespace shopkeeper::orders {

struct TrackOrder {
    std::string tracking_id;
};

/// Where an order is, for whoever knows its tracking id.
/// Errors: invalid_argument, not_found. Rule: domain A10, O44.
Result<OrderTracking> track(storage::Connection& connection, const CallContext& context,
                            const TrackOrder& command);

struct TrackByPhone {
    std::optional<std::string> customer_phone;
    std::optional<std::string> order_number;
    std::optional<std::string> recipient_name;
    int skip = 0;
    int limit = 10;
};

/// What a stranger who knows only a phone gets to see of an order. Rule: domain O45.
struct OrderGlimpse {
    OrderView view;
};

struct PhoneOrders {
    std::variant<std::vector<OrderGlimpse>, std::vector<OrderTracking>> items;
    std::int64_t total = 0;
    int skip = 0;
    int limit = 0;
    bool verified = false;  ///< shown in full by right: owner, staff or proof
    std::string message;
};

/// The orders of one phone in one shop. Its owner and staff see them in full, others a glimpse, or
/// what the shop allows; an order number with its recipient's name opens that one order.
/// Errors: invalid_argument. Rule: domain O45-O47.
Result<PhoneOrders> track_by_phone(storage::Connection& connection, const CallContext& context,
                                   const TrackByPhone& command);

}  // namespace shopkeeper::orders
