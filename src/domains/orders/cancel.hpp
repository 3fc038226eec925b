#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/orders/transitions.hpp"
#include "domains/orders/views.hpp"
#include "domains/warehouse/stock.hpp"
#include "storage/database.hpp"

namespace shopkeeper::orders {

/// What becomes of components that were used up already.
enum class StockAction { restock, write_off };

struct CancelOrder {
    std::optional<std::string> tracking_id;  ///< exactly one of the two
    std::optional<std::int64_t> order_id;
    std::string reason;
    std::optional<StockAction> stock_action;
};

struct CancelledOrder {
    ChangedOrder order;  ///< says also whether a refund is due (O8)
    bool already_cancelled = false;
    std::string_view stock_effect;  ///< released, restocked, written_off, none
};

/// Cancels an order. By tracking id anybody may, by order id its owner or staff.
/// Idempotent: a cancelled order is returned unchanged.
/// Errors: invalid_argument, not_found, permission_denied (verification_required),
/// failed_precondition (status_transition, stock_action_required).
/// Rule: domain O39-O43.
Result<CancelledOrder> cancel(storage::Connection& connection, const CallContext& context,
                              const CancelOrder& command);

/// Why an order is cancelled, as it is stored. Rule: domain O41.
struct CancelReason {
    std::string code;
    std::optional<std::string> words;  ///< free text; absent when the caller gave a code
};
CancelReason cancel_reason(const std::string& given);

/// The part that cancel_order and update_order_status share: stock, slot, money, history. Changes
/// `order`, saves it and tells observers. REQUIRES: the order is locked and not cancelled.
/// Errors: failed_precondition (status_transition, stock_action_required), conflict.
/// Rule: domain O40, O42.
Result<std::vector<warehouse::Operation>> cancel_locked(storage::Connection& connection,
                                                        const CallContext& context,
                                                        const shop::Shop& shop, Order& order,
                                                        Party party, const CancelReason& reason,
                                                        std::optional<StockAction> stock_action);

}  // namespace shopkeeper::orders
