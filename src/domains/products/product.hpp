#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/delivery_time.hpp"
#include "domains/shop/shop.hpp"
#include "domains/warehouse/stock.hpp"
#include "storage/database.hpp"

/// What orders need to know of products. Lists, search and editing are in products.hpp.
namespace shopkeeper::products {

/// A product as a basket sees it.
struct BasketProduct {
    std::int64_t id;
    std::string name;
    std::int64_t price_minor;
    bool enabled;
    std::optional<int> manufacturing_time_minutes;
};

struct BasketLine {
    std::int64_t product_id;
    std::int64_t quantity;
};

/// The products of a basket, in the order of the ids.
/// Errors: not_found (an id of no product of this shop). Rule: domain O12.
Result<std::vector<BasketProduct>> find_for_basket(storage::Connection& connection,
                                                   const shop::Shop& shop,
                                                   std::span<const std::int64_t> product_ids);

/// D14 for these lines; REQUIRES: `products` came from find_for_basket for the ids of `lines`.
shop::Basket basket_of(const shop::Shop& shop, std::span<const BasketProduct> products,
                       std::span<const BasketLine> lines);

/// Components of the whole basket, expanded and summed, sorted by item id. Rule: domain W5, W15,
/// W17.
struct BasketNeeds {
    std::vector<warehouse::Need> required;
    std::vector<warehouse::Need> optional;
};
BasketNeeds needs_of(storage::Connection& connection, std::int64_t shop_id,
                     std::span<const BasketLine> lines);

/// How many units of each product could be sold alone; nullopt: untracked, no maximum. Rule: W14,
/// W18.
struct Limit {
    std::int64_t product_id;
    std::optional<std::int64_t> max_quantity;
};
std::vector<Limit> max_quantities(storage::Connection& connection, std::int64_t shop_id,
                                  std::span<const std::int64_t> product_ids, UnixMs now_ms,
                                  std::int64_t except_order_id = 0);

}  // namespace shopkeeper::products
