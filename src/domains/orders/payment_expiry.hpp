#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// What becomes of orders whose demanded prepayment did not come. Rule: domain O40.
namespace shopkeeper::orders {

/// So many are looked for at once; the others wait for the next round.
inline constexpr std::int64_t kUnpaidAtOnce = 100;

/// New orders of the shop, unpaid past their deadline; the longest overdue first.
std::vector<std::int64_t> overdue_unpaid(storage::Connection& connection, std::int64_t shop_id,
                                         UnixMs now_ms);

/// Cancels the order as the system, with the code payment_expired and all effects of O42, unless a
/// payment or somebody's step came first: then it is left alone and false comes back.
/// REQUIRES: the context's source is "system" and its shop the order's.
/// Errors: conflict.
Result<bool> cancel_overdue(storage::Connection& connection, const CallContext& context,
                            std::int64_t order_id);

}  // namespace shopkeeper::orders
