#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call_context.hpp"
#include "domains/orders/order.hpp"
#include "storage/database.hpp"

/// The append-only story of an order. Rule: domain I8, T5.
namespace shopkeeper::orders {

/// One thing that changed; the actor is the caller, never an argument.
struct Change {
    std::string_view field;
    std::optional<std::string> old_value;
    std::optional<std::string> new_value;
    std::optional<std::string> reason = {};
};

struct HistoryEntry {
    UnixMs at_ms;
    std::string actor;  ///< the principal (A11)
    std::string source;
    std::string field;
    std::optional<std::string> old_value;
    std::optional<std::string> new_value;
    std::optional<std::string> reason;
};

void record(storage::Connection& connection, const CallContext& context, const Order& order,
            const Change& change);

/// In the order in which it happened.
std::vector<HistoryEntry> history_of(storage::Connection& connection, std::int64_t shop_id,
                                     std::int64_t order_id);

}  // namespace shopkeeper::orders
