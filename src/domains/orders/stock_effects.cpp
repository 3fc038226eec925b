#include "domains/orders/stock_effects.hpp"

#include "domains/orders/basket.hpp"
#include "domains/orders/order_store.hpp"
#include "domains/products/product.hpp"

namespace shopkeeper::orders {

namespace {

std::vector<warehouse::Need> optional_needs(storage::Connection& connection, const Order& order) {
    std::vector<products::BasketLine> units;
    for (const OrderLine& line : lines_of(connection, order.shop_id, order.id)) {
        units.push_back({line.product_id, line.quantity});
    }
    return products::needs_of(connection, order.shop_id, units).optional;
}

}  // namespace

std::vector<ShortComponent> hold(storage::Connection& connection, const CallContext& context,
                                 const Order& order, std::span<const warehouse::Need> optional) {
    std::vector<warehouse::Need> lost;
    for (const auto& claim :
         warehouse::locked_reservations(connection, order.shop_id, order.id, optional)) {
        if (claim.state != "consumed" && !claim.counts(context.now_ms)) {
            lost.push_back({claim.warehouse_item_id, claim.reserved_quantity});
        }
    }
    if (!lost.empty()) {
        auto missing =
            warehouse::reserve(connection, context, order.shop_id, order.id, lost, std::nullopt);
        if (!missing.empty()) return missing;
    }
    warehouse::keep_reservations(connection, order.shop_id, order.id, context.now_ms);
    return {};
}

Result<void> hold_or_refuse(storage::Connection& connection, const CallContext& context,
                            const Order& order, std::span<const warehouse::Need> optional) {
    auto missing = hold(connection, context, order, optional);
    if (missing.empty()) return {};
    const auto lines = lines_of(connection, order.shop_id, order.id);
    return insufficient_stock(connection, context, order.shop_id, lines, std::move(missing),
                              order.id);
}

void hold_or_warn(storage::Connection& connection, const CallContext& context, const Order& order,
                  std::vector<Warning>& warnings) {
    if (hold(connection, context, order).empty()) return;
    warnings.push_back({"reservation_missing",
                        "The payment is recorded, but the components of this order were released "
                        "and are promised to others by now. Add stock, then accept the order."});
}

Result<std::vector<warehouse::Operation>> take(storage::Connection& connection,
                                               const CallContext& context, const shop::Shop& shop,
                                               const Order& order, bool include_optional,
                                               std::vector<Warning>& warnings) {
    std::vector<warehouse::Need> optional;
    if (include_optional) optional = optional_needs(connection, order);
    if (auto held = hold_or_refuse(connection, context, order, optional); !held) {
        return Refusal(held.error());
    }
    if (is_short(connection, shop.id, optional, context.now_ms)) {
        warnings.push_back(optional_component_missing());
    }
    auto sold =
        warehouse::consume(connection, context, shop, {order.id, order.order_number}, optional);
    if (sold) return sold;
    // A forced write-off took what was promised (W8): said by product, as every shortage is (E2).
    const auto lines = lines_of(connection, order.shop_id, order.id);
    return insufficient_stock(connection, context, order.shop_id, lines,
                              std::move(sold.error().details.components), order.id);
}

}  // namespace shopkeeper::orders
