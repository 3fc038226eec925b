#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/call_context.hpp"
#include "domains/orders/order.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

/// What observers and the customer learn of an order: rows of `events` and `outbox`, written in the
/// transaction of the change, all in the partition `order:<id>`. Their data holds no phone, name,
/// address or note. A message is enqueued only where somebody can be told: on channel telegram.
/// REQUIRES: the order is saved; its version is part of the messages' keys.
/// Rule: domain I10-I14.
namespace shopkeeper::orders {

void announce_created(storage::Connection& connection, const CallContext& context,
                      const shop::Shop& shop, const Order& order);
/// `order.status`. The customer hears of steps forward and of a cancellation, not of rework.
void announce_status(storage::Connection& connection, const CallContext& context,
                     const shop::Shop& shop, const Order& order, Status old_status);
/// `payment.status`.
void announce_payment(storage::Connection& connection, const CallContext& context,
                      const shop::Shop& shop, const Order& order, PaymentStatus old_status);
/// `order.updated`; `fields` are names only.
void announce_update(storage::Connection& connection, const CallContext& context,
                     const shop::Shop& shop, const Order& order,
                     std::span<const std::string> fields);
/// The customer gets to see the bouquet before it leaves.
void announce_photo(storage::Connection& connection, const CallContext& context,
                    const shop::Shop& shop, const Order& order, const OrderPhoto& photo);

}  // namespace shopkeeper::orders
