#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace shopkeeper::bench {

/// list_products, search_products_smart and create_order beside what they cannot avoid, by turns.
/// The JSON of RaceResults.
std::string measure_shop(const std::filesystem::path& database, int rounds, double seconds);

/// The median time of calls along a growing catalogue and a growing history of orders. One JSON
/// object {products: [{size, us: {name: microseconds}}], orders: [...]}.
std::string measure_growth(const std::filesystem::path& database, std::int64_t orders,
                           double seconds);

}  // namespace shopkeeper::bench
