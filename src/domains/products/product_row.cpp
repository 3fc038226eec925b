#include "domains/products/product_row.hpp"

#include <unordered_map>

#include "domains/products/product.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::products {
namespace {

constexpr std::string_view kImagesBefore = R"sql(
    SELECT product_id, url, is_primary
    FROM product_image
    WHERE shop_id = $1 AND product_id IN ()sql";
constexpr std::string_view kImagesAfter = R"sql()
    ORDER BY product_id, display_order, id)sql";

constexpr std::string_view kFacetsBefore = R"sql(
    SELECT product_id, kind, value
    FROM product_facet
    WHERE shop_id = $1 AND product_id IN ()sql";
constexpr std::string_view kFacetsAfter = R"sql()
    ORDER BY product_id, kind, value)sql";

std::vector<std::string>& facet_list(Product& product, std::string_view kind) {
    if (kind == "color") return product.colors;
    if (kind == "occasion") return product.occasions;
    return product.tags;
}

/// The products of a page, to be found by their ids.
struct Products {
    explicit Products(std::span<Product> page) {
        ids.reserve(page.size());
        for (Product& product : page) {
            ids.push_back(product.id);
            by_id.emplace(product.id, &product);
        }
    }
    std::vector<std::int64_t> ids;
    std::unordered_map<std::int64_t, Product*> by_id;
};

}  // namespace

Product product_of(const storage::Row& row) {
    Product product;
    product.id = row.get<std::int64_t>(0);
    product.name = row.get<std::string>(1);
    product.type = row.get<std::string>(2);
    product.price_minor = row.get<std::int64_t>(3);
    product.description = row.get<std::optional<std::string>>(4);
    product.enabled = row.get<bool>(5);
    product.is_featured = row.get<bool>(6);
    product.stem_count = row.get<std::optional<std::int64_t>>(7);
    product.manufacturing_time_minutes = row.get<std::optional<std::int64_t>>(8);
    product.width_cm = row.get<std::optional<std::int64_t>>(9);
    product.height_cm = row.get<std::optional<std::int64_t>>(10);
    product.shelf_life_days = row.get<std::optional<std::int64_t>>(11);
    product.created_ms = row.get<std::int64_t>(12);
    product.updated_ms = row.get<std::int64_t>(13);
    return product;
}

void describe(storage::Connection& connection, std::int64_t shop_id, std::span<Product> page) {
    const Products products(page);
    const auto& [ids, by_id] = products;
    for (const storage::Row row :
         storage::query_by_ids(connection, kImagesBefore, ids, kImagesAfter, {shop_id})) {
        by_id.at(row.get<std::int64_t>(0))
            ->images.push_back({row.get<std::string>(1), row.get<bool>(2)});
    }
    for (const storage::Row row :
         storage::query_by_ids(connection, kFacetsBefore, ids, kFacetsAfter, {shop_id})) {
        facet_list(*by_id.at(row.get<std::int64_t>(0)), row.get<std::string_view>(1))
            .push_back(row.get<std::string>(2));
    }
}

void complete(storage::Connection& connection, std::int64_t shop_id, std::span<Product> page,
              UnixMs now_ms) {
    describe(connection, shop_id, page);
    const Products products(page);
    const auto& [ids, by_id] = products;
    for (const Limit& limit : max_quantities(connection, shop_id, ids, now_ms)) {
        by_id.at(limit.product_id)->available = !limit.max_quantity || *limit.max_quantity >= 1;
    }
}

std::vector<Product> load_products(storage::Connection& connection, std::int64_t shop_id,
                                   std::span<const std::int64_t> ids, UnixMs now_ms) {
    static const std::string before = "SELECT " + std::string(kProductColumns) +
                                      " FROM product p WHERE p.shop_id = $1 AND p.id IN (";
    std::unordered_map<std::int64_t, Product> found;
    for (const storage::Row row : storage::query_by_ids(connection, before, ids, ")", {shop_id})) {
        found.emplace(row.get<std::int64_t>(0), product_of(row));
    }
    std::vector<Product> products;
    products.reserve(ids.size());
    for (const std::int64_t id : ids) {
        const auto product = found.find(id);
        if (product != found.end()) products.push_back(std::move(product->second));
    }
    complete(connection, shop_id, products, now_ms);
    return products;
}

}  // namespace shopkeeper::products
