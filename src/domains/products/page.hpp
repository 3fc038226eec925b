#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "domains/products/product_json.hpp"
#include "domains/products/recipe.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

/// A page of a list as it was read, which later calls show again as long as it holds; and the one
/// statement by which they know that it does.
namespace shopkeeper::products {

/// All that a page depends on but what lies in the warehouse: the products, by the revision of
/// their last change (products/revision.hpp), and what results take from the shop's settings.
struct PageBasis {
    std::int64_t goods_revision = 0;
    bool shop_is_active = false;
    std::string locale;
    std::string timezone;
    std::string currency;

    friend bool operator==(const PageBasis&, const PageBasis&) = default;
};

/// What one unit of a product needs of a warehouse item.
struct PartNeeded {
    std::size_t place;  ///< of the product on its page
    std::int64_t warehouse_item_id;
    std::int64_t quantity;
};

/// Immutable once it is filled.
struct Page {
    PageBasis basis;
    WrittenProducts items;
    std::int64_t total = 0;
    std::vector<PartNeeded> needed;   ///< optional parts left out (W17)
    std::vector<std::int64_t> parts;  ///< the items named there, each once
    std::int64_t most_needed = 0;     ///< of an item by one unit of a product

    /// So much memory it takes, in bytes, about.
    std::size_t size() const;
};

/// Notes what the products of `page`, in the order of `product_ids`, are made of.
void note_parts(Page& page, std::span<const std::int64_t> product_ids,
                std::span<const RecipeLine> lines);

/// What a transaction sees now of a shop and of what lies in its warehouse for a page.
struct Look {
    std::optional<PageBasis> basis;  ///< absent: there is no such shop
    /// What can be promised of the items of which there is too little for some product.
    std::unordered_map<std::int64_t, std::int64_t> scarce;

    /// Whether each product of the page can be sold now. Rule: domain W13, W14, W18.
    std::vector<bool> available(const Page& page) const;
};

/// By one statement, and none beside it is expected (Connection::query_alone).
Look look_alone(storage::Connection& connection, std::int64_t shop_id, const Page& page,
                UnixMs now_ms);
/// The same in the transaction that also read the page.
Look look(storage::Connection& connection, std::int64_t shop_id, const Page& page, UnixMs now_ms);

}  // namespace shopkeeper::products
