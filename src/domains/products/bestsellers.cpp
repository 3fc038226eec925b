#include <algorithm>
#include <span>

#include "domains/products/catalogue_size.hpp"
#include "domains/products/products.hpp"
#include "domains/products/sales.hpp"

namespace shopkeeper::products {
namespace {

constexpr std::string_view kFeaturedIds = R"sql(
    SELECT id
    FROM product
    WHERE shop_id = $1 AND enabled = TRUE AND is_featured = TRUE
    ORDER BY created_ms DESC, id DESC
    LIMIT $2)sql";

constexpr std::string_view kNewestIds = R"sql(
    SELECT id
    FROM product
    WHERE shop_id = $1 AND enabled = TRUE
    ORDER BY created_ms DESC, id DESC
    LIMIT $2)sql";

constexpr std::string_view kCountFeatured =
    "SELECT COUNT(*) FROM product WHERE shop_id = $1 AND enabled = TRUE AND is_featured = TRUE";

/// Product ids in the order of the list, with what was sold of each.
struct Ranking {
    std::string_view basis;
    std::vector<UnitsSold> top;
    std::int64_t total;
};

Ranking by_sales(std::string_view basis, std::vector<UnitsSold> sold, std::int64_t limit) {
    const auto total = static_cast<std::int64_t>(sold.size());
    sold.resize(static_cast<std::size_t>(std::min(total, limit)));
    return {basis, std::move(sold), total};
}

std::vector<UnitsSold> unsold(const storage::Rows& ids) {
    std::vector<UnitsSold> out;
    for (const storage::Row row : ids) out.push_back({row.get<std::int64_t>(0), 0});
    return out;
}

std::int64_t count(storage::Connection& connection, std::string_view sql, std::int64_t shop_id) {
    return connection.query(sql, {shop_id}).front().get<std::int64_t>(0);
}

/// P7: the first basis that has anything.
Ranking rank(storage::Connection& connection, const shop::Shop& shop, const GetBestsellers& command,
             UnixMs now_ms) {
    const UnixMs since =
        shop.zone.start_of(shop.zone.today(now_ms) + (1 - static_cast<int>(command.days)));
    if (auto sold = units_sold(connection, shop.id, since); !sold.empty()) {
        return by_sales("recent", std::move(sold), command.limit);
    }
    if (auto sold = units_sold(connection, shop.id, 0); !sold.empty()) {
        return by_sales("all_time", std::move(sold), command.limit);
    }
    if (auto ids = unsold(connection.query(kFeaturedIds, {shop.id, command.limit})); !ids.empty()) {
        return {"featured", std::move(ids), count(connection, kCountFeatured, shop.id)};
    }
    return {"newest", unsold(connection.query(kNewestIds, {shop.id, command.limit})),
            products_on_sale(connection, shop.id)};
}

std::vector<std::int64_t> ids_of(std::span<const UnitsSold> ranked) {
    std::vector<std::int64_t> ids;
    for (const UnitsSold& entry : ranked) ids.push_back(entry.product_id);
    return ids;
}

}  // namespace

Result<BestsellerPage> bestsellers(storage::Connection& connection, const CallContext& context,
                                   const GetBestsellers& command) {
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());

    const Ranking ranking = rank(connection, *shop, command, context.now_ms);
    BestsellerPage answer{
        .page = {.shop = *shop,
                 .items = load_products(connection, shop->id, ids_of(ranking.top), context.now_ms),
                 .total = ranking.total,
                 .skip = 0,
                 .limit = command.limit},
        .basis = std::string(ranking.basis),
        .sold_counts = {}};
    for (const UnitsSold& entry : ranking.top) answer.sold_counts.push_back(entry.units);
    return answer;
}

Result<ProductPage> featured(storage::Connection& connection, const CallContext& context,
                             const GetFeatured& command) {
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());

    const auto ids = ids_of(unsold(connection.query(kFeaturedIds, {shop->id, command.limit})));
    return ProductPage{.shop = *shop,
                       .items = load_products(connection, shop->id, ids, context.now_ms),
                       .total = count(connection, kCountFeatured, shop->id),
                       .skip = 0,
                       .limit = command.limit};
}

}  // namespace shopkeeper::products
