#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "harness/progress.hpp"
#include "storage/database.hpp"

namespace shopkeeper::harness {

/// How much there is. One shop in a town is large: it has a fifth of all products and orders, the
/// others share the rest equally.
struct TownSize {
    std::int64_t shops = 100;
    std::int64_t products = 100'000;
    std::int64_t orders = 1'000'000;
};

/// The first shop of a town, which is the large one, is that of callers who name none.
inline constexpr std::int64_t kFirstShopId = 8;

/// Customer n of a shop, from 1, has the phone `phone_number(n)` and so many orders in a row.
inline constexpr std::int64_t kOrdersOfClient = 5;

struct TownShop {
    std::int64_t id;
    std::int64_t director_id;
    std::string director_phone;
    std::int64_t first_product_id;
    std::int64_t products;
    std::int64_t first_order;  ///< its place in the town, for `tracking_id`
    std::int64_t orders;
};

struct Town {
    std::vector<TownShop> shops;  ///< the large one first
    UnixMs now_ms;                ///< right after the last order
};

/// The tracking id of the town's n-th order: nine digits, none twice, in no order.
std::string tracking_id(std::int64_t order);

/// Fills an empty database: shops with three years of orders behind them, every row that the tools
/// would have written, consistent with every invariant. The rows are loaded into the schema of
/// `kLoadedSchema` and brought up by the migrations after it, as a shop's that has been open for
/// years. Throws storage::Unusable where the schema is newer than that.
Town build_town(storage::Database& database, const TownSize& size, const Progress& progress);

/// The schema that the loader knows; later migrations take its rows along.
inline constexpr std::int64_t kLoadedSchema = 6;

}  // namespace shopkeeper::harness
