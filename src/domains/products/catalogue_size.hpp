#pragma once

#include <cstdint>

#include "storage/database.hpp"

/// How many products a shop has, kept beside the products themselves: counting a hundred thousand
/// rows would cost a list many times what its page costs.
namespace shopkeeper::products {

std::int64_t products_on_sale(storage::Connection& connection, std::int64_t shop_id);
std::int64_t products_in_all(storage::Connection& connection, std::int64_t shop_id);

/// One product more or less, in the transaction of the change.
void count_in(storage::Connection& connection, std::int64_t shop_id, bool enabled);
void count_out(storage::Connection& connection, std::int64_t shop_id, bool enabled);

/// Counts the products anew: after rows were loaded by other means.
void recount_catalogue(storage::Connection& connection, std::int64_t shop_id);

}  // namespace shopkeeper::products
