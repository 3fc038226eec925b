#include "domains/products/availability.hpp"

#include <algorithm>
#include <map>

#include "base/money.hpp"
#include "domains/products/products.hpp"
#include "domains/shop/delivery_time.hpp"
#include "domains/warehouse/stock.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::products {
namespace {

constexpr std::string_view kOnHandBefore = R"sql(
    SELECT id, quantity
    FROM warehouse_item
    WHERE shop_id = $1 AND id IN ()sql";

constexpr std::string_view kFind = R"sql(
    SELECT name, enabled, manufacturing_time_minutes
    FROM product
    WHERE shop_id = $1 AND id = $2)sql";

std::vector<Warning> missing_optional(std::span<const ComponentStock> components,
                                      std::int64_t units) {
    std::vector<Warning> warnings;
    for (const ComponentStock& component : components) {
        if (!component.line.is_optional || component.is_enough_for(units)) continue;
        warnings.push_back(
            {"optional_component_missing", "The optional component \"" + component.line.item_name +
                                               "\" is short; the product can be sold without it."});
    }
    return warnings;
}

}  // namespace

bool ComponentStock::is_enough_for(std::int64_t units) const {
    return available >= money::multiply(line.quantity, units);
}

std::vector<ComponentStock> component_stock(storage::Connection& connection, std::int64_t shop_id,
                                            std::span<const RecipeLine> lines, UnixMs now_ms) {
    std::vector<std::int64_t> items;
    for (const RecipeLine& line : lines) items.push_back(line.warehouse_item_id);
    std::map<std::int64_t, std::int64_t> on_hand;
    for (const storage::Row row :
         storage::query_by_ids(connection, kOnHandBefore, items, ")", {shop_id})) {
        on_hand.emplace(row.get<std::int64_t>(0), row.get<std::int64_t>(1));
    }
    const auto available = warehouse::available(connection, shop_id, items, now_ms);
    std::vector<ComponentStock> components;
    for (const RecipeLine& line : lines) {
        components.push_back(
            {line, on_hand.at(line.warehouse_item_id), available.at(line.warehouse_item_id)});
    }
    return components;
}

Availability judge_availability(const shop::Shop& shop, const AvailabilityQuestion& question,
                                std::span<const ComponentStock> components) {
    const int manufacturing =
        static_cast<int>(question.manufacturing_time_minutes.value_or(shop.base_prep_minutes));
    const int ready = shop::prep_minutes(
        shop, {.units = question.units, .longest_manufacturing_minutes = manufacturing});
    if (!question.enabled) return {false, 0, false, false, "disabled", ready};

    std::optional<std::int64_t> max_quantity;
    for (const ComponentStock& component : components) {
        if (component.line.is_optional) continue;
        const std::int64_t units =
            std::max<std::int64_t>(0, component.available) / component.line.quantity;
        max_quantity = max_quantity ? std::min(*max_quantity, units) : units;
    }
    if (!max_quantity) return {true, std::nullopt, true, false, "no_recipe", ready};
    const bool enough = question.units <= *max_quantity;
    return {enough, max_quantity, false, true, enough ? "ok" : "insufficient_stock", ready};
}

Result<AvailabilityAnswer> check_availability(storage::Connection& connection,
                                              const CallContext& context,
                                              const CheckAvailability& command) {
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());

    const storage::Rows found = connection.query(kFind, {shop->id, command.product_id});
    if (found.empty()) return not_found("product", command.product_id);
    const storage::Row product = found.front();
    const AvailabilityQuestion question{
        .enabled = product.get<bool>(1),
        .manufacturing_time_minutes = product.get<std::optional<std::int64_t>>(2),
        .units = command.quantity};

    const std::int64_t ids[] = {command.product_id};
    auto components = component_stock(connection, shop->id, recipe_lines(connection, shop->id, ids),
                                      context.now_ms);
    const bool sees_all = context.caller.can(Permission::view_products);
    auto warnings = question.enabled || sees_all ? missing_optional(components, command.quantity)
                                                 : std::vector<Warning>{};
    return AvailabilityAnswer{.product_id = command.product_id,
                              .product_name = product.get<std::string>(0),
                              .quantity = command.quantity,
                              .availability = judge_availability(*shop, question, components),
                              .components = std::move(components),
                              .shows_stock = sees_all,
                              .warnings = std::move(warnings)};
}

}  // namespace shopkeeper::products
