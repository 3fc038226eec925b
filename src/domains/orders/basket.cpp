#include "domains/orders/basket.hpp"

#include <algorithm>

#include "base/money.hpp"
#include "base/text.hpp"

namespace shopkeeper::orders {

namespace {

constexpr std::int64_t kUnitsMax = 1000;
constexpr std::size_t kRequestsMax = 500;

Result<void> merge(OrderLine& line, const BasketItem& item) {
    line.quantity += item.quantity;
    if (line.quantity > kUnitsMax) {
        return invalid_argument("items",
                                "At most 1000 units of one product fit into an order; product " +
                                    std::to_string(item.product_id) + " has more.",
                                std::to_string(line.quantity));
    }
    if (!item.special_requests) return {};
    line.special_requests = line.special_requests
                                ? *line.special_requests + "; " + *item.special_requests
                                : *item.special_requests;
    if (text::code_points(*line.special_requests) > kRequestsMax) {
        return invalid_argument("items",
                                "The special requests of one product may have 500 characters "
                                "together; shorten those of product " +
                                    std::to_string(item.product_id) + ".");
    }
    return {};
}

Result<std::vector<OrderLine>> merged(std::span<const BasketItem> items) {
    std::vector<OrderLine> lines;
    for (const BasketItem& item : items) {
        auto line = std::find_if(lines.begin(), lines.end(), [&](const OrderLine& each) {
            return each.product_id == item.product_id;
        });
        if (line == lines.end()) {
            line = lines.emplace(lines.end());
            line->product_id = item.product_id;
        }
        if (auto fitted = merge(*line, item); !fitted) return Refusal(fitted.error());
    }
    return lines;
}

Refusal off_sale(std::vector<std::int64_t> product_ids) {
    ErrorDetails details;
    details.field = "items";
    std::string message = "Off sale at present:";
    for (const std::int64_t id : product_ids) message += " product " + std::to_string(id) + ",";
    message.back() = '.';
    message += " Choose something else, for example with search_products_smart.";
    details.product_ids = std::move(product_ids);
    return refuse(ErrorCode::product_unavailable, std::move(message), std::move(details));
}

Refusal switched_off(ErrorCode code, std::string message, std::string accepted) {
    ErrorDetails details;
    details.field = "delivery_type";
    details.accepted = {std::move(accepted)};
    return refuse(code, std::move(message), std::move(details));
}

}  // namespace

Result<Basket> basket_of(storage::Connection& connection, const shop::Shop& shop,
                         std::span<const BasketItem> items) {
    auto lines = merged(items);
    if (!lines) return Refusal(lines.error());
    std::vector<std::int64_t> ids;
    for (const OrderLine& line : *lines) ids.push_back(line.product_id);
    const auto found = products::find_for_basket(connection, shop, ids);
    if (!found) return Refusal(found.error());

    Basket basket;
    std::vector<std::int64_t> disabled;
    for (std::size_t i = 0; i < lines->size(); ++i) {
        const products::BasketProduct& product = (*found)[i];
        OrderLine& line = (*lines)[i];
        if (!product.enabled) disabled.push_back(product.id);
        line.product_name = product.name;
        line.unit_price_minor = product.price_minor;
        line.line_total_minor = money::multiply(product.price_minor, line.quantity);
        basket.subtotal_minor = money::add(basket.subtotal_minor, line.line_total_minor);
        basket.units.push_back({line.product_id, line.quantity});
    }
    if (!disabled.empty()) return off_sale(std::move(disabled));
    basket.preparation = products::basket_of(shop, *found, basket.units);
    basket.lines = std::move(*lines);
    return basket;
}

Result<void> check_delivery_type(const shop::Shop& shop, DeliveryType type) {
    if (type == DeliveryType::delivery && !shop.delivery_available) {
        return switched_off(ErrorCode::delivery_unavailable,
                            "This shop does not deliver at present. Pickup is possible: "
                            "delivery_type pickup.",
                            "pickup");
    }
    if (type == DeliveryType::pickup && !shop.pickup_available) {
        return switched_off(ErrorCode::pickup_unavailable,
                            "This shop hands nothing over the counter at present. Delivery is "
                            "possible: delivery_type delivery.",
                            "delivery");
    }
    return {};
}

// A statement a line, but only where an order is short: the refusal has to say by which product.
std::vector<bool> lines_that_need(storage::Connection& connection, std::int64_t shop_id,
                                  std::span<const OrderLine> lines,
                                  std::span<const std::int64_t> warehouse_item_ids) {
    std::vector<bool> affected;
    for (const OrderLine& line : lines) {
        const products::BasketLine unit{line.product_id, line.quantity};
        const auto needs = products::needs_of(connection, shop_id, std::span(&unit, 1));
        affected.push_back(std::any_of(
            needs.required.begin(), needs.required.end(), [&](const warehouse::Need& need) {
                return std::find(warehouse_item_ids.begin(), warehouse_item_ids.end(),
                                 need.warehouse_item_id) != warehouse_item_ids.end();
            }));
    }
    return affected;
}

Refusal insufficient_stock(storage::Connection& connection, const CallContext& context,
                           std::int64_t shop_id, std::span<const OrderLine> lines,
                           std::vector<ShortComponent> missing, std::int64_t except_order_id) {
    std::vector<std::int64_t> item_ids;
    for (const ShortComponent& component : missing) {
        item_ids.push_back(component.warehouse_item_id);
    }
    const auto affected = lines_that_need(connection, shop_id, lines, item_ids);
    std::vector<std::int64_t> product_ids;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (affected[i]) product_ids.push_back(lines[i].product_id);
    }
    const auto limits =
        products::max_quantities(connection, shop_id, product_ids, context.now_ms, except_order_id);

    ErrorDetails details;
    details.field = "items";
    for (const products::Limit& limit : limits) {
        const auto line = std::find_if(lines.begin(), lines.end(), [&](const OrderLine& each) {
            return each.product_id == limit.product_id;
        });
        details.items.push_back(
            {line->product_id, line->product_name, line->quantity, limit.max_quantity.value_or(0)});
    }
    if (context.caller.can(Permission::view_warehouse)) details.components = std::move(missing);
    return refuse(ErrorCode::insufficient_stock,
                  "There are not enough flowers for this order: details.items says which products "
                  "are short and how many units are possible. Lower the quantity or choose "
                  "something else.",
                  std::move(details));
}

bool is_short(storage::Connection& connection, std::int64_t shop_id,
              std::span<const warehouse::Need> needs, UnixMs now_ms) {
    std::vector<std::int64_t> ids;
    for (const warehouse::Need& need : needs) ids.push_back(need.warehouse_item_id);
    if (ids.empty()) return false;
    const auto available = warehouse::available(connection, shop_id, ids, now_ms);
    return std::any_of(needs.begin(), needs.end(), [&](const warehouse::Need& need) {
        const auto left = available.find(need.warehouse_item_id);
        return left == available.end() || left->second < need.quantity;
    });
}

Warning optional_component_missing() {
    return {"optional_component_missing",
            "Not all optional components (ribbon, card and the like) are in stock; the bouquet is "
            "made without them."};
}

}  // namespace shopkeeper::orders
