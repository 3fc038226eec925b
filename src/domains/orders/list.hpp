#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/orders/views.hpp"
#include "storage/database.hpp"

namespace shopkeeper::orders {

struct ListOrders {
    std::optional<Status> status;
    std::optional<PaymentStatus> payment_status;
    std::optional<std::string> customer_phone;  ///< of customer, sender or recipient
    std::optional<std::string> search;          ///< name, order number or tracking id
    std::optional<std::string> date_from;       ///< inclusive local days, in words of D6
    std::optional<std::string> date_to;
    bool by_created_day = false;          ///< date_field: the days are those of ordering
    bool soonest_delivery_first = false;  ///< sort: instead of newest first
    int skip = 0;
    int limit = 20;
};

struct OrderPage {
    std::vector<OrderStaff> items;  ///< without Depth
    std::int64_t total = 0;
    int skip = 0;
    int limit = 0;
};

/// The shop's orders, for staff; couriers see their own.
/// Errors: invalid_argument, unparseable_date. Rule: domain A17, C7, O-results.
Result<OrderPage> list(storage::Connection& connection, const CallContext& context,
                       const ListOrders& command);

struct GetOrder {
    std::int64_t order_id = 0;
};

/// One order with everything staff may know of it. Errors: not_found. Rule: domain A17.
Result<OrderStaff> get(storage::Connection& connection, const CallContext& context,
                       const GetOrder& command);

}  // namespace shopkeeper::orders
