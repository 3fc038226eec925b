#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/orders/order.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

/// Finding the one order that a call is about, and whose order it is.
namespace shopkeeper::orders {

/// Held: the row is locked until the transaction ends, for verbs that change it.
enum class Hold { no, yes };

struct Located {
    shop::Shop shop;
    Order order;
};

/// The nine digits of a tracking id as people write it: spaces, dashes and № are ignored.
/// Errors: invalid_argument; an order number is told apart from a tracking id. Rule: domain O44.
Result<std::string> parse_tracking_id(std::string_view given);

/// The order with this tracking id, in the caller's shop; guests and services who name no shop act
/// in the order's own. Knowing the id is the proof (A10), so nothing else is asked. Errors:
/// invalid_argument, not_found. Rule: domain A12, A14, O32.
Result<Located> locate_by_tracking(storage::Connection& connection, const CallContext& context,
                                   std::string_view tracking_id, Hold hold);

/// The order with this id, as staff see it: couriers their own only. REQUIRES: a staff caller.
/// Errors: not_found. Rule: domain A17.
Result<Located> locate_for_staff(storage::Connection& connection, const CallContext& context,
                                 std::int64_t order_id, Hold hold);

/// The call as it goes on under the lock of `order`: not before the order's last change. Of two
/// calls that waited for each other, or that came to processes whose clocks differ, the second may
/// have read the earlier time; what happens to an order never runs backwards. Rule: domain O4.
CallContext behind_last_change(const CallContext& context, const Order& order);

/// Placed under the same asserted channel and user id, or on one of the verified phones.
/// Rule: domain A8.
bool owns(const Caller& caller, const Order& order);

/// Theirs, or ready and free to be taken. Rule: domain A17.
bool is_courier_order(const Caller& courier, const Order& order);

}  // namespace shopkeeper::orders
