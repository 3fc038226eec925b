#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"

/// What was sold, kept in sums beside the orders: reading them does not grow with the orders.
/// Rule: domain P7, F12.
namespace shopkeeper::products {

struct UnitsSold {
    std::int64_t product_id;
    std::int64_t units;
};

/// Units of enabled products in orders that were paid or went further and were created at or after
/// `since_ms`: most first, ties by id. Products without a sale are absent. REQUIRES: `since_ms` is
/// a whole quarter of an hour, as midnight is in every time zone. Rule: domain P7.
std::vector<UnitsSold> units_sold(storage::Connection& connection, std::int64_t shop_id,
                                  UnixMs since_ms);

/// The same of all products, on sale or not, by id. Rule: domain F12.
std::vector<UnitsSold> units_by_product(storage::Connection& connection, std::int64_t shop_id,
                                        UnixMs since_ms);
/// Of these products only.
std::vector<UnitsSold> units_of_products(storage::Connection& connection, std::int64_t shop_id,
                                         UnixMs since_ms,
                                         std::span<const std::int64_t> product_ids);

/// The units of an order made at `ordered_ms` count from now on, or no longer. In the transaction
/// of the order's change.
void count_sale(storage::Connection& connection, std::int64_t shop_id, UnixMs ordered_ms,
                std::span<const UnitsSold> sold);
void take_back_sale(storage::Connection& connection, std::int64_t shop_id, UnixMs ordered_ms,
                    std::span<const UnitsSold> sold);

/// Sums the shop's orders up anew: after rows were loaded by other means.
void recount_sales(storage::Connection& connection, std::int64_t shop_id);

}  // namespace shopkeeper::products
