#include "domains/orders/order_ids.hpp"

namespace shopkeeper::orders {
namespace {

constexpr std::string_view kIdOf = "SELECT id FROM orders WHERE tracking_id = $2 AND shop_id = $1";

}  // namespace

std::optional<std::int64_t> id_of(storage::Connection& connection, std::int64_t shop_id,
                                  const std::string& tracking_id) {
    const storage::Rows rows = connection.query(kIdOf, {shop_id, tracking_id});
    if (rows.empty()) return std::nullopt;
    return rows.front().get<std::int64_t>(0);
}

}  // namespace shopkeeper::orders
