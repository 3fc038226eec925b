#pragma once

#include <span>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/orders/order.hpp"
#include "domains/shop/shop.hpp"
#include "domains/warehouse/stock.hpp"
#include "storage/database.hpp"

/// What the events of an order's life do to components; the rows of table O24, one function each.
/// All work inside the caller's transaction.
namespace shopkeeper::orders {

/// Brings claims that ran out back, for the quantities of the day the order was made (O28), and
/// removes their expiry. Returns what is short; then no claim was changed. `optional`: items that
/// are locked along, because the caller is going to take them too. Rule: domain O26.
std::vector<ShortComponent> hold(storage::Connection& connection, const CallContext& context,
                                 const Order& order,
                                 std::span<const warehouse::Need> optional = {});

/// Accepted: the components must be held. Errors: insufficient_stock. Rule: domain O24, O26.
Result<void> hold_or_refuse(storage::Connection& connection, const CallContext& context,
                            const Order& order, std::span<const warehouse::Need> optional = {});

/// Payment recorded: held where possible, else the warning `reservation_missing`. Rule: domain O26.
void hold_or_warn(storage::Connection& connection, const CallContext& context, const Order& order,
                  std::vector<Warning>& warnings);

/// Assembled: everything is held and then taken off the shelf; optional components on demand and as
/// far as available. Errors: insufficient_stock. Rule: domain O27.
Result<std::vector<warehouse::Operation>> take(storage::Connection& connection,
                                               const CallContext& context, const shop::Shop& shop,
                                               const Order& order, bool include_optional,
                                               std::vector<Warning>& warnings);

}  // namespace shopkeeper::orders
