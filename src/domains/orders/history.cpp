#include "domains/orders/history.hpp"

namespace shopkeeper::orders {

namespace {

constexpr std::string_view kRecord = R"sql(
INSERT INTO order_history (
    shop_id, order_id, at_ms, actor_kind, actor_user_id, principal, source, field, old_value,
    new_value, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
)sql";

/// Rows of an order are written under its lock, so their ids are the order in which things happened
/// to it; several may have happened within one millisecond.
constexpr std::string_view kOfOrder = R"sql(
SELECT at_ms, principal, source, field, old_value, new_value, reason
FROM order_history
WHERE shop_id = $1 AND order_id = $2
ORDER BY id
)sql";

/// A guest at an order is its customer, with or without a name.
std::string_view actor_kind(const CallContext& context) {
    if (context.source == "system") return "system";
    switch (context.caller.kind) {
        case CallerKind::staff:
            return "staff";
        case CallerKind::service:
            return "service";
        case CallerKind::guest:
        case CallerKind::customer:
            break;
    }
    return "customer";
}

}  // namespace

void record(storage::Connection& connection, const CallContext& context, const Order& order,
            const Change& change) {
    const std::optional<std::int64_t> user_id =
        context.caller.is_staff() ? std::optional(context.caller.user_id) : std::nullopt;
    connection.execute_later(
        kRecord, {order.shop_id, order.id, context.now_ms, actor_kind(context), user_id,
                  context.caller.principal, context.source, change.field, change.old_value,
                  change.new_value, change.reason});
}

std::vector<HistoryEntry> history_of(storage::Connection& connection, std::int64_t shop_id,
                                     std::int64_t order_id) {
    std::vector<HistoryEntry> entries;
    for (const storage::Row row : connection.query(kOfOrder, {shop_id, order_id})) {
        entries.push_back(
            {row.get<std::int64_t>(0), row.get<std::string>(1), row.get<std::string>(2),
             row.get<std::string>(3), row.get<std::optional<std::string>>(4),
             row.get<std::optional<std::string>>(5), row.get<std::optional<std::string>>(6)});
    }
    return entries;
}

}  // namespace shopkeeper::orders
