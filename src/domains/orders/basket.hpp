#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/orders/order.hpp"
#include "domains/products/product.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

/// From the items of a call to priced lines: the part that ordering and previewing share, so that a
/// preview cannot promise what an order refuses.
namespace shopkeeper::orders {

/// One item as the caller named it.
struct BasketItem {
    std::int64_t product_id = 0;
    std::int64_t quantity = 0;
    std::optional<std::string> special_requests;
};

struct Basket {
    std::vector<OrderLine> lines;  ///< one per product, in the order of their first mention
    std::vector<products::BasketLine> units;
    shop::Basket preparation;  ///< what the delivery time depends on
    std::int64_t subtotal_minor = 0;
};

/// Merges lines of one product, finds the products and copies their names and prices.
/// Errors: invalid_argument (over 1000 units of a product, requests too long together), not_found,
/// product_unavailable. Rule: domain O11, O12, M6.
Result<Basket> basket_of(storage::Connection& connection, const shop::Shop& shop,
                         std::span<const BasketItem> items);

/// What is handed over how, checked against the shop's switches.
/// Errors: delivery_unavailable, pickup_unavailable. Rule: domain O13.
Result<void> check_delivery_type(const shop::Shop& shop, DeliveryType type);

/// The refusal for an order whose components are short: which products, how many are possible, and
/// for staff which components. `except_order_id`: an order whose own claims do not count.
/// Rule: domain E2 insufficient_stock.
Refusal insufficient_stock(storage::Connection& connection, const CallContext& context,
                           std::int64_t shop_id, std::span<const OrderLine> lines,
                           std::vector<ShortComponent> missing, std::int64_t except_order_id);

/// Which lines consume one of these components.
std::vector<bool> lines_that_need(storage::Connection& connection, std::int64_t shop_id,
                                  std::span<const OrderLine> lines,
                                  std::span<const std::int64_t> warehouse_item_ids);

/// True when fewer than these are to be had; for optional components that is no more than a
/// warning. Rule: domain W17.
bool is_short(storage::Connection& connection, std::int64_t shop_id,
              std::span<const warehouse::Need> needs, UnixMs now_ms);
Warning optional_component_missing();

}  // namespace shopkeeper::orders
