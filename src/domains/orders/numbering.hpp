#pragma once

#include <cstdint>
#include <string>

#include "base/random.hpp"
#include "domains/orders/order.hpp"
#include "storage/database.hpp"

/// The two names of an order: one to say aloud in the shop, one nobody can guess.
namespace shopkeeper::orders {

/// "#00001"; grows past five digits by itself. Rule: domain O17.
std::string order_number(std::int64_t count);

/// The shop's next number, gap-free: the counter is part of the transaction.
storage::Later<std::string> next_order_number(storage::Connection& connection,
                                              std::int64_t shop_id);

/// Nine digits, the first not zero. Rule: domain O18.
std::string random_tracking_id(Random& random);

inline constexpr int kTrackingAttemptsMax = 10;

/// Stores a new order under a tracking id that no order of any shop has.
/// Throws storage::Unavailable when kTrackingAttemptsMax ids in a row were taken: the caller may
/// repeat, and somebody should look at the generator. Rule: domain O18.
void insert_with_tracking_id(storage::Connection& connection, Random& random, Order& order);

}  // namespace shopkeeper::orders
