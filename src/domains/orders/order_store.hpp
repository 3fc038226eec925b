#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "domains/orders/order.hpp"
#include "domains/orders/order_tally.hpp"
#include "storage/database.hpp"

/// Rows of orders, lines and photos. All work inside the caller's transaction.
namespace shopkeeper::orders {

/// `SELECT <columns of an order> FROM orders <tail>`, for `read_order`. Called once per text: keep
/// the result in a static.
std::string select_orders(std::string_view tail);
Order read_order(const storage::Row& row);

std::optional<Order> find(storage::Connection& connection, std::int64_t shop_id,
                          std::int64_t order_id);
std::optional<Order> find_by_tracking(storage::Connection& connection, std::int64_t shop_id,
                                      std::string_view tracking_id);

/// The same, holding the row's lock until the transaction ends: whoever changes an order reads it
/// this way, so that the second of two works on the first one's result. Rule: domain O38.
std::optional<Order> lock(storage::Connection& connection, std::int64_t shop_id,
                          std::int64_t order_id);
std::optional<Order> lock_by_tracking(storage::Connection& connection, std::int64_t shop_id,
                                      std::string_view tracking_id);

/// The one query without a shop: whose order carries this tracking id? Rule: domain A12, T4.
std::optional<std::int64_t> shop_of_tracking(storage::Connection& connection,
                                             std::string_view tracking_id);

/// Stores a new order and gives it its id; false when its tracking id is taken.
/// The order is not in the tally yet (count_in).
bool insert(storage::Connection& connection, Order& order);
void insert_lines(storage::Connection& connection, const Order& order,
                  std::span<const OrderLine> lines);

/// Writes everything of an order that can change, provided that nobody changed the row since it was
/// read with status `read_as`; sets `updated_ms` and raises `version`. May be called again for the
/// next step of one change. REQUIRES: count_change() once all of them are done.
/// Errors: conflict (concurrent_update). Rule: domain O4.
Result<void> save(storage::Connection& connection, Order& order, Status read_as, UnixMs now_ms);

/// Brings the tally and the sums of what was sold in line with an order that counted as `before`
/// when it was locked. These rows belong to all orders of a shop, so this is the last step of a
/// change: whoever holds them waits for nothing but the audit chain.
void count_change(storage::Connection& connection, const Counted& before, const Order& after);

std::vector<OrderLine> lines_of(storage::Connection& connection, std::int64_t shop_id,
                                std::int64_t order_id);
std::map<std::int64_t, std::vector<OrderLine>> lines_of(storage::Connection& connection,
                                                        std::int64_t shop_id,
                                                        std::span<const std::int64_t> order_ids);

void insert_photo(storage::Connection& connection, const Order& order, const OrderPhoto& photo,
                  UnixMs now_ms);
std::map<std::int64_t, std::vector<OrderPhoto>> photos_of(storage::Connection& connection,
                                                          std::int64_t shop_id,
                                                          std::span<const std::int64_t> order_ids);

/// Which of these orders have a claim on components that does not count any more. Rule: domain O25.
std::set<std::int64_t> with_lost_reservation(storage::Connection& connection, std::int64_t shop_id,
                                             std::span<const std::int64_t> order_ids,
                                             UnixMs now_ms);

}  // namespace shopkeeper::orders
