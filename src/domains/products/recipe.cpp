#include "domains/products/recipe.hpp"

#include "storage/id_list.hpp"

namespace shopkeeper::products {
namespace {

/// `+ 0` keeps PostgreSQL from going the other way, from all components of a shop to the recipes
/// they are in: that looks cheap as long as a shop is thought to be as large as the average one.
constexpr std::string_view kLinesBefore = R"sql(
    SELECT r.product_id, r.warehouse_item_id, w.name, w.kind, r.quantity, r.is_optional
    FROM recipe_line r
    JOIN warehouse_item w ON w.shop_id = r.shop_id AND w.id = r.warehouse_item_id + 0
    WHERE r.shop_id = $1 AND r.product_id IN ()sql";
constexpr std::string_view kLinesAfter = R"sql()
    ORDER BY r.product_id, r.id)sql";

constexpr std::int64_t kStemCountMax = 1001;

}  // namespace

std::vector<RecipeLine> recipe_lines(storage::Connection& connection, std::int64_t shop_id,
                                     std::span<const std::int64_t> product_ids) {
    std::vector<RecipeLine> lines;
    for (const storage::Row row :
         storage::query_by_ids(connection, kLinesBefore, product_ids, kLinesAfter, {shop_id})) {
        lines.push_back(RecipeLine{
            .product_id = row.get<std::int64_t>(0),
            .warehouse_item_id = row.get<std::int64_t>(1),
            .item_name = row.get<std::string>(2),
            .item_kind = row.get<std::string>(3),
            .quantity = row.get<std::int64_t>(4),
            .is_optional = row.get<bool>(5),
        });
    }
    return lines;
}

std::optional<int> derived_stem_count(std::span<const RecipeLine> lines) {
    std::int64_t stems = 0;
    for (const RecipeLine& line : lines) {
        if (line.item_kind == "flower" && !line.is_optional) stems += line.quantity;
    }
    if (stems < 1 || stems > kStemCountMax) return std::nullopt;
    return static_cast<int>(stems);
}

}  // namespace shopkeeper::products
