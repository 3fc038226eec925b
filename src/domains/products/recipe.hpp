#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/database.hpp"

/// What one unit of a product consumes. Rule: domain 1.2 `recipe_line`.
namespace shopkeeper::products {

struct RecipeLine {
    std::int64_t product_id;
    std::int64_t warehouse_item_id;
    std::string item_name;
    std::string item_kind;  ///< flower, greenery, packaging, goods, other
    std::int64_t quantity;
    bool is_optional;
};

/// The lines of these products, by product and then in the order in which they were written.
std::vector<RecipeLine> recipe_lines(storage::Connection& connection, std::int64_t shop_id,
                                     std::span<const std::int64_t> product_ids);

/// P4: the flowers of the non-optional lines; absent when there are none or more than a stem count
/// holds.
std::optional<int> derived_stem_count(std::span<const RecipeLine> lines);

}  // namespace shopkeeper::products
