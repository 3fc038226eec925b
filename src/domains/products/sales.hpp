#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"

namespace shopkeeper::products {

struct UnitsSold {
    std::int64_t product_id;
    std::int64_t units;
};

/// Units of enabled products in orders that were paid or went further and were created at or after
/// `since_ms`: most first, ties by id. Products without a sale are absent. Rule: domain P7, F12.
std::vector<UnitsSold> units_sold(storage::Connection& connection, std::int64_t shop_id,
                                  UnixMs since_ms);

}  // namespace shopkeeper::products
