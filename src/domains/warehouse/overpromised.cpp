#include "domains/warehouse/overpromised.hpp"

#include <string>

namespace shopkeeper::warehouse {
namespace {

/// By way of the orders that may have claims (O24): nothing leads from an item to its claims.
constexpr std::string_view kClaimants = R"sql(
SELECT orders.order_number
FROM reservation r
JOIN orders ON orders.shop_id = r.shop_id AND orders.id = r.order_id
WHERE r.shop_id = $1
  AND r.order_id IN (
      SELECT id
      FROM orders
      WHERE shop_id = $1 AND status IN ('new', 'paid', 'accepted'))
  AND r.warehouse_item_id = $2
  AND r.state = 'active'
  AND (r.expires_ms IS NULL OR r.expires_ms > $3)
ORDER BY orders.id
)sql";

}  // namespace

Warning reserved_exceeds_stock(storage::Connection& connection, std::int64_t shop_id,
                               std::int64_t warehouse_item_id, UnixMs now_ms) {
    std::string numbers;
    for (const storage::Row row :
         connection.query(kClaimants, {shop_id, warehouse_item_id, now_ms})) {
        if (!numbers.empty()) numbers += ", ";
        numbers += row.get<std::string_view>(0);
    }
    return {"reserved_exceeds_stock",
            "More of warehouse item " + std::to_string(warehouse_item_id) +
                " is reserved than is on hand. Orders affected: " + numbers + "."};
}

}  // namespace shopkeeper::warehouse
