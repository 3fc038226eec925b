#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"

/// The product as every list, detail and search result shows it, and how it is read. Rule:
/// domain 3.0.
namespace shopkeeper::products {

struct ProductImage {
    std::string url;
    bool is_primary;
};

struct Product {
    std::int64_t id;
    std::string name;
    std::string type;
    std::int64_t price_minor;
    std::optional<std::string> description;
    bool enabled;
    bool is_featured;
    std::optional<std::int64_t> stem_count;
    std::optional<std::int64_t> manufacturing_time_minutes;
    std::optional<std::int64_t> width_cm;
    std::optional<std::int64_t> height_cm;
    std::optional<std::int64_t> shelf_life_days;
    UnixMs created_ms;
    UnixMs updated_ms;
    // what other tables hold of it
    std::vector<std::string> colors;
    std::vector<std::string> occasions;
    std::vector<std::string> tags;
    std::vector<ProductImage> images;
    bool available = true;  ///< one unit can be sold now (W14)
};

/// The columns that `product_of` reads, of a table named `p`.
inline constexpr std::string_view kProductColumns =
    "p.id, p.name, p.type, p.price_minor, p.description, p.enabled, p.is_featured, p.stem_count, "
    "p.manufacturing_time_minutes, p.width_cm, p.height_cm, p.shelf_life_days, p.created_ms, "
    "p.updated_ms";
Product product_of(const storage::Row& row);

/// Fills in images and facets of a page, each by one query.
void describe(storage::Connection& connection, std::int64_t shop_id, std::span<Product> page);

/// The same, and what can be sold of it.
void complete(storage::Connection& connection, std::int64_t shop_id, std::span<Product> page,
              UnixMs now_ms);

/// The products with these ids, complete, in the order of the ids; ids of no product of the shop
/// are left out.
std::vector<Product> load_products(storage::Connection& connection, std::int64_t shop_id,
                                   std::span<const std::int64_t> ids, UnixMs now_ms);

}  // namespace shopkeeper::products
