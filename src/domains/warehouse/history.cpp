#include "domains/warehouse/history.hpp"

namespace shopkeeper::warehouse {
namespace {

constexpr std::string_view kCount = R"sql(
SELECT COUNT(*)
FROM stock_operation
WHERE shop_id = $1
  AND warehouse_item_id = $2
  AND (CAST($3 AS TEXT) IS NULL OR operation_type = $3)
)sql";

/// An item's rows are written under its lock (W4), so their ids are the ledger's order; the times
/// of calls that waited for each other are not. What is skipped is skipped in the index.
constexpr std::string_view kPage = R"sql(
SELECT op.id, op.warehouse_item_id, op.operation_type, op.quantity_change, op.balance_after,
       op.description, op.old_value_minor, op.new_value_minor, op.order_id, orders.order_number,
       op.user_id, staff_user.name, op.forced, op.created_ms
FROM (SELECT id
      FROM stock_operation
      WHERE shop_id = $1
        AND warehouse_item_id = $2
        AND (CAST($3 AS TEXT) IS NULL OR operation_type = $3)
      ORDER BY id DESC
      LIMIT $4 OFFSET $5) page
JOIN stock_operation op ON op.id = page.id
LEFT JOIN orders ON orders.shop_id = op.shop_id AND orders.id = op.order_id
LEFT JOIN staff_user ON staff_user.id = op.user_id
ORDER BY op.id DESC
)sql";

Operation read_operation(const storage::Row& row, const std::string& item_name) {
    return {row.get<std::int64_t>(0),
            row.get<std::int64_t>(1),
            item_name,
            row.get<std::string>(2),
            row.get<std::int64_t>(3),
            row.get<std::int64_t>(4),
            row.get<std::string>(5),
            row.get<std::optional<std::int64_t>>(6),
            row.get<std::optional<std::int64_t>>(7),
            row.get<std::optional<std::int64_t>>(8),
            row.get<std::optional<std::string>>(9),
            row.get<std::optional<std::int64_t>>(10),
            row.get<std::optional<std::string>>(11),
            row.get<bool>(12),
            row.get<std::int64_t>(13)};
}

}  // namespace

Result<OperationPage> get_history(storage::Connection& connection, const CallContext& context,
                                  const GetHistory& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    auto item = find_item(connection, shop->id, command.warehouse_item_id, context.now_ms);
    if (!item) return not_found("warehouse_item", command.warehouse_item_id);

    OperationPage page{std::move(*shop), std::move(*item), {}, 0, command.skip, command.limit};
    page.total = connection.query(kCount, {page.shop.id, page.item.id, command.operation_type})
                     .front()
                     .get<std::int64_t>(0);
    for (const storage::Row row : connection.query(
             kPage,
             {page.shop.id, page.item.id, command.operation_type, command.limit, command.skip})) {
        page.items.push_back(read_operation(row, page.item.name));
    }
    return page;
}

}  // namespace shopkeeper::warehouse
