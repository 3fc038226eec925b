#include "domains/orders/payment_expiry.hpp"

#include <string_view>

#include "domains/orders/cancel.hpp"
#include "domains/orders/lookup.hpp"
#include "domains/orders/order_store.hpp"
#include "domains/shop/shop.hpp"

namespace shopkeeper::orders {
namespace {

constexpr std::string_view kOverdue = R"sql(
SELECT id
FROM orders
WHERE shop_id = $1 AND payment_due_ms <= $2 AND status = 'new' AND payment_status = 'unpaid'
ORDER BY payment_due_ms, id
LIMIT $3
)sql";

constexpr std::string_view kIsOverdue = R"sql(
SELECT 1
FROM orders
WHERE shop_id = $1 AND id = $2 AND payment_due_ms <= $3 AND status = 'new'
  AND payment_status = 'unpaid'
)sql";

}  // namespace

std::vector<std::int64_t> overdue_unpaid(storage::Connection& connection, std::int64_t shop_id,
                                         UnixMs now_ms) {
    std::vector<std::int64_t> ids;
    for (const storage::Row row : connection.query(kOverdue, {shop_id, now_ms, kUnpaidAtOnce}))
        ids.push_back(row.get<std::int64_t>(0));
    return ids;
}

Result<bool> cancel_overdue(storage::Connection& connection, const CallContext& context,
                            std::int64_t order_id) {
    // The lock first: whoever held it may have taken the money or accepted the order.
    auto order = lock(connection, context.shop_id, order_id);
    if (!order) return false;
    const bool is_overdue =
        !connection.query(kIsOverdue, {context.shop_id, order_id, context.now_ms}).empty();
    if (!is_overdue) return false;
    const Counted before = counted(*order);
    const auto shop = shop::find(connection, context.shop_id).value();
    const auto done = cancel_locked(connection, behind_last_change(context, *order), shop, *order,
                                    Party::system, {"payment_expired", std::nullopt}, std::nullopt);
    if (!done) return Refusal(done.error());
    count_change(connection, before, *order);
    return true;
}

}  // namespace shopkeeper::orders
