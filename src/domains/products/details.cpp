#include "domains/products/details.hpp"

namespace shopkeeper::products {
namespace {

/// The latest orders with the product decide: a best seller stands in more of them than anybody
/// wants to read for a hint.
constexpr std::string_view kBoughtTogether = R"sql(
    SELECT other.product_id, COUNT(*) AS together
    FROM (
        SELECT l.order_id
        FROM order_line l
        JOIN orders o ON o.shop_id = l.shop_id AND o.id = l.order_id
        WHERE l.shop_id = $1 AND l.product_id = $2 AND o.status = 'delivered'
        ORDER BY l.order_id DESC
        LIMIT 2000
    ) mine
    CROSS JOIN order_line other
    CROSS JOIN product p
    WHERE other.shop_id = $1 AND other.order_id = mine.order_id AND other.product_id <> $2
      AND p.shop_id = $1 AND p.id = other.product_id AND p.enabled = TRUE
    GROUP BY other.product_id
    ORDER BY together DESC, other.product_id
    LIMIT 5)sql";

constexpr std::string_view kPickupPlaces = R"sql(
    SELECT address, landmark
    FROM pickup_location
    WHERE shop_id = $1 AND enabled = TRUE
    ORDER BY display_order, id)sql";

std::vector<std::int64_t> bought_together(storage::Connection& connection, std::int64_t shop_id,
                                          std::int64_t product_id) {
    std::vector<std::int64_t> ids;
    for (const storage::Row row : connection.query(kBoughtTogether, {shop_id, product_id})) {
        ids.push_back(row.get<std::int64_t>(0));
    }
    return ids;
}

std::vector<PickupPlace> pickup_places(storage::Connection& connection, std::int64_t shop_id) {
    std::vector<PickupPlace> places;
    for (const storage::Row row : connection.query(kPickupPlaces, {shop_id})) {
        places.push_back({row.get<std::string>(0), row.get<std::optional<std::string>>(1)});
    }
    return places;
}

}  // namespace

ProductDetail detail_of(storage::Connection& connection, const CallContext& context,
                        const shop::Shop& shop, Product product) {
    const std::int64_t ids[] = {product.id};
    auto composition = component_stock(connection, shop.id, recipe_lines(connection, shop.id, ids),
                                       context.now_ms);
    const Availability availability = judge_availability(
        shop, {product.enabled, product.manufacturing_time_minutes, /*units=*/1}, composition);
    return ProductDetail{
        .shop = shop,
        .product = std::move(product),
        .composition = std::move(composition),
        .shows_stock = context.caller.can(Permission::view_products),
        .availability = availability,
        .rating = shop::rating_of_product(connection, shop.id, ids[0]),
        .frequently_bought = load_products(
            connection, shop.id, bought_together(connection, shop.id, ids[0]), context.now_ms),
        .pickup_locations = pickup_places(connection, shop.id)};
}

Result<ProductDetail> get(storage::Connection& connection, const CallContext& context,
                          const GetProduct& command) {
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());

    const std::int64_t ids[] = {command.product_id};
    auto found = load_products(connection, shop->id, ids, context.now_ms);
    const bool hidden =
        !found.empty() && !found.front().enabled && !context.caller.can(Permission::view_products);
    if (found.empty() || hidden) return not_found("product", command.product_id);
    return detail_of(connection, context, *shop, std::move(found.front()));
}

}  // namespace shopkeeper::products
