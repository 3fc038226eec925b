#include "domains/orders/preview.hpp"

#include <algorithm>

#include "domains/shop/delivery_time.hpp"
#include "domains/warehouse/stock.hpp"

namespace shopkeeper::orders {

namespace {

std::vector<std::int64_t> short_items(storage::Connection& connection, std::int64_t shop_id,
                                      const std::vector<warehouse::Need>& needs, UnixMs now_ms) {
    std::vector<std::int64_t> ids;
    for (const warehouse::Need& need : needs) ids.push_back(need.warehouse_item_id);
    const auto available = warehouse::available(connection, shop_id, ids, now_ms);
    std::erase_if(ids, [&](std::int64_t id) {
        const auto need = std::find_if(needs.begin(), needs.end(), [&](const auto& each) {
            return each.warehouse_item_id == id;
        });
        const auto left = available.find(id);
        return left != available.end() && left->second >= need->quantity;
    });
    return ids;
}

/// Products that share a component are judged together: all of them are short (W15).
void judge_stock(storage::Connection& connection, const CallContext& context, const Basket& basket,
                 Preview& preview) {
    const std::int64_t shop_id = preview.shop.id;
    const auto needs = products::needs_of(connection, shop_id, basket.units);
    const auto missing = short_items(connection, shop_id, needs.required, context.now_ms);
    std::vector<bool> affected(basket.lines.size(), false);
    if (!missing.empty()) affected = lines_that_need(connection, shop_id, basket.lines, missing);

    std::vector<std::int64_t> product_ids;
    for (const OrderLine& line : basket.lines) product_ids.push_back(line.product_id);
    const auto limits = products::max_quantities(connection, shop_id, product_ids, context.now_ms);
    for (std::size_t i = 0; i < basket.lines.size(); ++i) {
        const auto limit = std::find_if(limits.begin(), limits.end(), [&](const auto& each) {
            return each.product_id == basket.lines[i].product_id;
        });
        preview.items.push_back({basket.lines[i], !affected[i],
                                 limit == limits.end() ? std::nullopt : limit->max_quantity});
    }
    preview.available = missing.empty();
    if (!preview.available) {
        preview.warnings.push_back({"stock_shortage",
                                    "Not everything in this basket is in stock; see max_quantity "
                                    "of the items."});
    }
    if (is_short(connection, shop_id, needs.optional, context.now_ms)) {
        preview.warnings.push_back(optional_component_missing());
    }
}

void price(const Basket& basket, bool is_delivery, Preview& preview) {
    const auto& threshold = preview.shop.free_delivery_threshold_minor;
    preview.subtotal_minor = basket.subtotal_minor;
    preview.delivery_cost_minor =
        shop::delivery_cost_minor(preview.shop, is_delivery, basket.subtotal_minor);
    preview.total_minor = money::add(preview.subtotal_minor, preview.delivery_cost_minor);
    if (!is_delivery || !threshold) return;
    preview.free_delivery_applied = basket.subtotal_minor >= *threshold;
    preview.amount_to_free_delivery_minor =
        preview.free_delivery_applied ? 0 : *threshold - basket.subtotal_minor;
}

Result<shop::Handover> resolve(storage::Connection& connection, const CallContext& context,
                               const shop::Shop& shop, const PreviewCost& command,
                               const shop::Basket& basket) {
    shop::HandoverRequest request;
    request.date = command.delivery_date;
    request.time = command.delivery_time;
    request.is_delivery = command.delivery_type == DeliveryType::delivery;
    request.ask_time = true;  // a day without a time is judged as a day (D12)
    request.basket = basket;
    auto handover = shop::resolve_handover(connection, shop, request, context.now_ms);
    const bool lacks_day = !handover && !command.delivery_date &&
                           handover.error().code == ErrorCode::invalid_argument &&
                           handover.error().details.field == "delivery_date";
    if (!lacks_day) return handover;
    // Who asks what a delivery at 18:00 costs means today (D12).
    request.date = "today";
    return shop::resolve_handover(connection, shop, request, context.now_ms);
}

Result<std::optional<Preview::Time>> judge_time(storage::Connection& connection,
                                                const CallContext& context, const shop::Shop& shop,
                                                const PreviewCost& command,
                                                const shop::Basket& basket) {
    if (!command.delivery_date && !command.delivery_time) return std::optional<Preview::Time>();
    const auto handover = resolve(connection, context, shop, command, basket);
    if (!handover) {
        const Error& refusal = handover.error();
        if (refusal.code != ErrorCode::delivery_time_impossible) return Refusal(refusal);
        return std::optional(
            Preview::Time{false, refusal.details.reason, refusal.details.earliest});
    }
    const auto earliest = shop::earliest_handover(
        connection, shop, basket, command.delivery_type == DeliveryType::delivery, context.now_ms);
    return std::optional(
        Preview::Time{true, "ok", earliest ? shop.rfc3339(*earliest) : std::string()});
}

}  // namespace

Result<Preview> preview(storage::Connection& connection, const CallContext& context,
                        const PreviewCost& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    const auto basket = basket_of(connection, *shop, command.items);
    if (!basket) return Refusal(basket.error());
    if (auto offered = check_delivery_type(*shop, command.delivery_type); !offered) {
        return Refusal(offered.error());
    }
    auto time = judge_time(connection, context, *shop, command, basket->preparation);
    if (!time) return Refusal(time.error());

    Preview preview{std::move(*shop)};
    judge_stock(connection, context, *basket, preview);
    price(*basket, command.delivery_type == DeliveryType::delivery, preview);
    preview.time = std::move(*time);
    return preview;
}

}  // namespace shopkeeper::orders
