#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/orders/cancel.hpp"
#include "domains/orders/views.hpp"
#include "domains/warehouse/stock.hpp"
#include "storage/database.hpp"

namespace shopkeeper::orders {

struct UpdateStatus {
    std::int64_t order_id = 0;
    std::optional<Status> status;
    std::optional<PaymentStatus> payment_status;  ///< paid or refunded
    std::optional<std::string> notes;             ///< the reason, in history
    std::optional<StockAction> stock_action;
    std::optional<std::int64_t> courier_id;
    std::optional<std::int64_t> florist_id;
    std::optional<std::string> photo_url;
    bool include_optional = false;
};

struct UpdatedStatus {
    OrderStaff order;
    bool status_changed = false;
    bool payment_changed = false;
    std::vector<warehouse::Operation> stock_operations;
    std::vector<Warning> warnings;
};

/// What staff do with an order on its way: people are assigned, the status moves with its effect on
/// stock, a payment is recorded, a photo attached; in this sequence, all or nothing.
/// Errors: invalid_argument, permission_denied (role), not_found (order, courier, florist),
/// failed_precondition (status_transition, wrong_delivery_type, address_missing,
/// stock_action_required, payment_transition, status_not_editable), insufficient_stock, conflict.
/// Rule: domain O2-O9, O24-O29.
Result<UpdatedStatus> update_status(storage::Connection& connection, const CallContext& context,
                                    const UpdateStatus& command);

}  // namespace shopkeeper::orders
