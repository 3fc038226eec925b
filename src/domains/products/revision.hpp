#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "storage/database.hpp"

/// A number that grows with each change of a shop's products or of their sales: by it a process
/// knows whether what it keeps of the shop still holds, and what to read again. Beside it stands
/// its value at the last change of the products themselves (`shelf_revision.goods`): pages of lists
/// are kept by it (products/page.hpp).
namespace shopkeeper::products {

/// What of a product changed: its own rows, facets, words; or how much of it was sold.
enum class Aspect { goods, sales };

struct ShopRevision {
    std::int64_t now = 0;
    std::int64_t rebuilt = 0;  ///< what was read before this revision holds no more
};

ShopRevision shop_revision(storage::Connection& connection, std::int64_t shop_id);

struct ProductChange {
    std::int64_t product_id;
    Aspect aspect;
};

/// What changed after `revision`, by product.
std::vector<ProductChange> changes_since(storage::Connection& connection, std::int64_t shop_id,
                                         std::int64_t revision);

/// In the transaction of the change.
void mark_changed(storage::Connection& connection, std::int64_t shop_id, Aspect aspect,
                  std::span<const std::int64_t> product_ids);
/// Everything changed.
void mark_rebuilt(storage::Connection& connection, std::int64_t shop_id);

}  // namespace shopkeeper::products
