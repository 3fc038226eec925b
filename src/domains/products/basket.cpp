#include <algorithm>
#include <map>

#include "domains/products/product.hpp"
#include "domains/products/recipe.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::products {
namespace {

constexpr std::string_view kBasketBefore = R"sql(
    SELECT id, name, price_minor, enabled, manufacturing_time_minutes
    FROM product
    WHERE shop_id = $1 AND id IN ()sql";

BasketProduct basket_product(const storage::Row& row) {
    return BasketProduct{
        .id = row.get<std::int64_t>(0),
        .name = row.get<std::string>(1),
        .price_minor = row.get<std::int64_t>(2),
        .enabled = row.get<bool>(3),
        .manufacturing_time_minutes = row.get<std::optional<std::int64_t>>(4),
    };
}

std::vector<warehouse::Need> sorted_needs(const std::map<std::int64_t, std::int64_t>& sums) {
    std::vector<warehouse::Need> needs;
    needs.reserve(sums.size());
    for (const auto& [item_id, quantity] : sums) needs.push_back({item_id, quantity});
    return needs;
}

}  // namespace

Result<std::vector<BasketProduct>> find_for_basket(storage::Connection& connection,
                                                   const shop::Shop& shop,
                                                   std::span<const std::int64_t> product_ids) {
    std::map<std::int64_t, BasketProduct> found;
    for (const storage::Row row :
         storage::query_by_ids(connection, kBasketBefore, product_ids, ")", {shop.id})) {
        found.emplace(row.get<std::int64_t>(0), basket_product(row));
    }
    std::vector<BasketProduct> basket;
    basket.reserve(product_ids.size());
    for (const std::int64_t id : product_ids) {
        const auto product = found.find(id);
        if (product == found.end()) return not_found("product", id);
        basket.push_back(product->second);
    }
    return basket;
}

shop::Basket basket_of(const shop::Shop& shop, std::span<const BasketProduct> products,
                       std::span<const BasketLine> lines) {
    if (lines.empty()) return {};
    shop::Basket basket{.units = 0, .longest_manufacturing_minutes = std::nullopt};
    for (const BasketLine& line : lines) basket.units = money::add(basket.units, line.quantity);
    int longest = 0;
    for (const BasketProduct& product : products) {
        longest =
            std::max(longest, product.manufacturing_time_minutes.value_or(shop.base_prep_minutes));
    }
    basket.longest_manufacturing_minutes = longest;
    return basket;
}

BasketNeeds needs_of(storage::Connection& connection, std::int64_t shop_id,
                     std::span<const BasketLine> lines) {
    std::map<std::int64_t, std::int64_t> units;
    for (const BasketLine& line : lines)
        units[line.product_id] = money::add(units[line.product_id], line.quantity);
    std::vector<std::int64_t> ids;
    for (const auto& [id, _] : units) ids.push_back(id);

    std::map<std::int64_t, std::int64_t> required;
    std::map<std::int64_t, std::int64_t> optional;
    for (const RecipeLine& line : recipe_lines(connection, shop_id, ids)) {
        auto& sum = (line.is_optional ? optional : required)[line.warehouse_item_id];
        sum = money::add(sum, money::multiply(line.quantity, units.at(line.product_id)));
    }
    return {sorted_needs(required), sorted_needs(optional)};
}

std::vector<Limit> max_quantities(storage::Connection& connection, std::int64_t shop_id,
                                  std::span<const std::int64_t> product_ids, UnixMs now_ms,
                                  std::int64_t except_order_id) {
    std::vector<RecipeLine> lines = recipe_lines(connection, shop_id, product_ids);
    std::erase_if(lines, [](const RecipeLine& line) { return line.is_optional; });
    std::vector<std::int64_t> items;
    for (const RecipeLine& line : lines) items.push_back(line.warehouse_item_id);
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    const auto available =
        warehouse::available(connection, shop_id, items, now_ms, except_order_id);

    std::map<std::int64_t, std::int64_t> limits;
    for (const RecipeLine& line : lines) {
        const auto stock = available.find(line.warehouse_item_id);
        const std::int64_t units =
            stock == available.end() ? 0 : std::max<std::int64_t>(0, stock->second) / line.quantity;
        const auto [limit, is_new] = limits.emplace(line.product_id, units);
        if (!is_new) limit->second = std::min(limit->second, units);
    }

    std::vector<Limit> out;
    out.reserve(product_ids.size());
    for (const std::int64_t id : product_ids) {
        const auto limit = limits.find(id);
        out.push_back({id, limit == limits.end() ? std::nullopt : std::optional(limit->second)});
    }
    return out;
}

}  // namespace shopkeeper::products
