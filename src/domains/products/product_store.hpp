#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.hpp"
#include "domains/products/products.hpp"
#include "storage/database.hpp"

/// All that is stored of one product, as one value: what editing compares, writes and audits.
namespace shopkeeper::products {

struct StoredProduct {
    std::string name;
    std::string type;
    std::int64_t price_minor = 0;
    std::optional<std::string> description;
    bool enabled = true;
    bool is_featured = false;
    std::optional<std::int64_t> manufacturing_time_minutes;
    std::optional<std::int64_t> stem_count;
    std::optional<std::int64_t> width_cm;
    std::optional<std::int64_t> height_cm;
    std::optional<std::int64_t> shelf_life_days;
    std::vector<std::string> colors;  ///< sorted, as all facets
    std::vector<std::string> occasions;
    std::vector<std::string> tags;
    std::vector<std::string> image_urls;  ///< the first is primary
    std::vector<RecipeEntry> recipe;

    friend bool operator==(const StoredProduct&, const StoredProduct&) = default;
};

std::optional<StoredProduct> load_stored(storage::Connection& connection, std::int64_t shop_id,
                                         std::int64_t product_id);

std::int64_t insert(storage::Connection& connection, std::int64_t shop_id,
                    const StoredProduct& product, UnixMs now_ms);
/// Writes only the tables in which `after` differs from `before`.
void save(storage::Connection& connection, std::int64_t shop_id, std::int64_t product_id,
          const StoredProduct& before, const StoredProduct& after, UnixMs now_ms);

/// Names of the members that differ, as callers call them. Rule: domain I13.
std::vector<std::string> changed_fields(const StoredProduct& before, const StoredProduct& after);

/// What the audit log keeps. Rule: domain P5, I9.
std::string audit_json(const shop::Shop& shop, const StoredProduct& product);

}  // namespace shopkeeper::products
