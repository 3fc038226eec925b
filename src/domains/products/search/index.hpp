#pragma once

#include <cstdint>

#include "storage/database.hpp"

/// The postings by which products are found and the vocabulary by which typos are repaired. Both
/// follow each product change in its transaction. Postings are kept for disabled products too,
/// since staff search those (F13); their words are not in the vocabulary (F15). Rule: domain F11,
/// F15, P5.
namespace shopkeeper::products::search {

/// Takes a product out of the index. Call before its rows change: its words are read from them.
void withdraw(storage::Connection& connection, std::int64_t shop_id, std::int64_t product_id);

/// Puts a product into the index as its rows are now. REQUIRES: it is not in the index.
void publish(storage::Connection& connection, std::int64_t shop_id, std::int64_t product_id);

/// Builds the shop's index anew, and counts its products: after a load by other means, or after a
/// warehouse item was renamed.
void reindex(storage::Connection& connection, std::int64_t shop_id);

}  // namespace shopkeeper::products::search
