#include "domains/products/product_store.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "domains/products/catalogue_size.hpp"

namespace shopkeeper::products {
namespace {

constexpr std::string_view kLoad = R"sql(
    SELECT name, type, price_minor, description, enabled, is_featured, manufacturing_time_minutes,
           stem_count, width_cm, height_cm, shelf_life_days
    FROM product
    WHERE shop_id = $1 AND id = $2)sql";

constexpr std::string_view kLoadFacets = R"sql(
    SELECT kind, value
    FROM product_facet
    WHERE shop_id = $1 AND product_id = $2
    ORDER BY kind, value)sql";

constexpr std::string_view kLoadImages = R"sql(
    SELECT url
    FROM product_image
    WHERE shop_id = $1 AND product_id = $2
    ORDER BY is_primary DESC, display_order, id)sql";

constexpr std::string_view kLoadRecipe = R"sql(
    SELECT warehouse_item_id, quantity, is_optional
    FROM recipe_line
    WHERE shop_id = $1 AND product_id = $2
    ORDER BY id)sql";

constexpr std::string_view kInsert = R"sql(
    INSERT INTO product (shop_id, name, name_folded, type, price_minor, description, enabled, is_featured,
                         manufacturing_time_minutes, stem_count, width_cm, height_cm, shelf_life_days,
                         created_ms, updated_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
    RETURNING id)sql";

constexpr std::string_view kUpdate = R"sql(
    UPDATE product
    SET name = $3, name_folded = $4, type = $5, price_minor = $6, description = $7, enabled = $8,
        is_featured = $9, manufacturing_time_minutes = $10, stem_count = $11, width_cm = $12,
        height_cm = $13, shelf_life_days = $14, updated_ms = $15
    WHERE shop_id = $1 AND id = $2)sql";

constexpr std::string_view kDeleteFacets =
    "DELETE FROM product_facet WHERE shop_id = $1 AND product_id = $2";
constexpr std::string_view kInsertFacet = R"sql(
    INSERT INTO product_facet (shop_id, product_id, kind, value)
    VALUES ($1, $2, $3, $4))sql";

constexpr std::string_view kDeleteImages =
    "DELETE FROM product_image WHERE shop_id = $1 AND product_id = $2";
constexpr std::string_view kInsertImage = R"sql(
    INSERT INTO product_image (shop_id, product_id, url, display_order, is_primary)
    VALUES ($1, $2, $3, $4, $5))sql";

constexpr std::string_view kDeleteRecipe =
    "DELETE FROM recipe_line WHERE shop_id = $1 AND product_id = $2";
constexpr std::string_view kInsertRecipeLine = R"sql(
    INSERT INTO recipe_line (shop_id, product_id, warehouse_item_id, quantity, is_optional)
    VALUES ($1, $2, $3, $4, $5))sql";

void write_facets(storage::Connection& connection, std::int64_t shop_id, std::int64_t product_id,
                  const StoredProduct& product) {
    connection.execute(kDeleteFacets, {shop_id, product_id});
    for (const auto& value : product.colors)
        connection.execute(kInsertFacet, {shop_id, product_id, "color", value});
    for (const auto& value : product.occasions) {
        connection.execute(kInsertFacet, {shop_id, product_id, "occasion", value});
    }
    for (const auto& value : product.tags)
        connection.execute(kInsertFacet, {shop_id, product_id, "tag", value});
}

void write_images(storage::Connection& connection, std::int64_t shop_id, std::int64_t product_id,
                  const StoredProduct& product) {
    connection.execute(kDeleteImages, {shop_id, product_id});
    for (std::size_t i = 0; i < product.image_urls.size(); ++i) {
        connection.execute(kInsertImage, {shop_id, product_id, product.image_urls[i], i, i == 0});
    }
}

void write_recipe(storage::Connection& connection, std::int64_t shop_id, std::int64_t product_id,
                  const StoredProduct& product) {
    connection.execute(kDeleteRecipe, {shop_id, product_id});
    for (const RecipeEntry& line : product.recipe) {
        connection.execute(kInsertRecipeLine, {shop_id, product_id, line.warehouse_item_id,
                                               line.quantity, line.is_optional});
    }
}

bool same_facets(const StoredProduct& a, const StoredProduct& b) {
    return a.colors == b.colors && a.occasions == b.occasions && a.tags == b.tags;
}

/// Calls `visit(name, before, after)` for each member, under the name callers know it by.
template <class Visit>
void for_each_member(const StoredProduct& a, const StoredProduct& b, const Visit& visit) {
    visit("name", a.name, b.name);
    visit("type", a.type, b.type);
    visit("price", a.price_minor, b.price_minor);
    visit("description", a.description, b.description);
    visit("enabled", a.enabled, b.enabled);
    visit("is_featured", a.is_featured, b.is_featured);
    visit("manufacturing_time_minutes", a.manufacturing_time_minutes, b.manufacturing_time_minutes);
    visit("stem_count", a.stem_count, b.stem_count);
    visit("width_cm", a.width_cm, b.width_cm);
    visit("height_cm", a.height_cm, b.height_cm);
    visit("shelf_life_days", a.shelf_life_days, b.shelf_life_days);
    visit("colors", a.colors, b.colors);
    visit("occasions", a.occasions, b.occasions);
    visit("tags", a.tags, b.tags);
    visit("image_urls", a.image_urls, b.image_urls);
    visit("recipe", a.recipe, b.recipe);
}

void write_recipe(JsonWriter& out, const std::vector<RecipeEntry>& recipe) {
    out.begin_array();
    for (const RecipeEntry& line : recipe) {
        out.begin_object();
        out.field("warehouse_item_id", line.warehouse_item_id);
        out.field("quantity", line.quantity);
        out.field("is_optional", line.is_optional);
        out.end_object();
    }
    out.end_array();
}

}  // namespace

std::optional<StoredProduct> load_stored(storage::Connection& connection, std::int64_t shop_id,
                                         std::int64_t product_id) {
    const storage::Rows found = connection.query(kLoad, {shop_id, product_id});
    if (found.empty()) return std::nullopt;
    const storage::Row row = found.front();
    StoredProduct product;
    product.name = row.get<std::string>(0);
    product.type = row.get<std::string>(1);
    product.price_minor = row.get<std::int64_t>(2);
    product.description = row.get<std::optional<std::string>>(3);
    product.enabled = row.get<bool>(4);
    product.is_featured = row.get<bool>(5);
    product.manufacturing_time_minutes = row.get<std::optional<std::int64_t>>(6);
    product.stem_count = row.get<std::optional<std::int64_t>>(7);
    product.width_cm = row.get<std::optional<std::int64_t>>(8);
    product.height_cm = row.get<std::optional<std::int64_t>>(9);
    product.shelf_life_days = row.get<std::optional<std::int64_t>>(10);
    for (const storage::Row facet : connection.query(kLoadFacets, {shop_id, product_id})) {
        const auto kind = facet.get<std::string_view>(0);
        auto& list = kind == "color"      ? product.colors
                     : kind == "occasion" ? product.occasions
                                          : product.tags;
        list.push_back(facet.get<std::string>(1));
    }
    for (const storage::Row image : connection.query(kLoadImages, {shop_id, product_id})) {
        product.image_urls.push_back(image.get<std::string>(0));
    }
    for (const storage::Row line : connection.query(kLoadRecipe, {shop_id, product_id})) {
        product.recipe.push_back(
            {line.get<std::int64_t>(0), line.get<std::int64_t>(1), line.get<bool>(2)});
    }
    return product;
}

std::int64_t insert(storage::Connection& connection, std::int64_t shop_id,
                    const StoredProduct& product, UnixMs now_ms) {
    const std::string folded = text::fold(product.name);
    const std::int64_t id =
        connection
            .query(kInsert, {shop_id, product.name, folded, product.type, product.price_minor,
                             product.description, product.enabled, product.is_featured,
                             product.manufacturing_time_minutes, product.stem_count,
                             product.width_cm, product.height_cm, product.shelf_life_days, now_ms})
            .front()
            .get<std::int64_t>(0);
    count_in(connection, shop_id, product.enabled);
    write_facets(connection, shop_id, id, product);
    write_images(connection, shop_id, id, product);
    write_recipe(connection, shop_id, id, product);
    return id;
}

void save(storage::Connection& connection, std::int64_t shop_id, std::int64_t product_id,
          const StoredProduct& before, const StoredProduct& after, UnixMs now_ms) {
    const std::string folded = text::fold(after.name);
    connection.execute(
        kUpdate,
        {shop_id, product_id, after.name, folded, after.type, after.price_minor, after.description,
         after.enabled, after.is_featured, after.manufacturing_time_minutes, after.stem_count,
         after.width_cm, after.height_cm, after.shelf_life_days, now_ms});
    if (before.enabled != after.enabled) {
        count_out(connection, shop_id, before.enabled);
        count_in(connection, shop_id, after.enabled);
    }
    if (!same_facets(before, after)) write_facets(connection, shop_id, product_id, after);
    if (before.image_urls != after.image_urls) write_images(connection, shop_id, product_id, after);
    if (before.recipe != after.recipe) write_recipe(connection, shop_id, product_id, after);
}

std::vector<std::string> changed_fields(const StoredProduct& before, const StoredProduct& after) {
    std::vector<std::string> names;
    for_each_member(before, after,
                    [&](const char* name, const auto& old_value, const auto& new_value) {
                        if (old_value != new_value) names.emplace_back(name);
                    });
    return names;
}

std::string audit_json(const shop::Shop& shop, const StoredProduct& product) {
    JsonWriter out;
    out.begin_object();
    for_each_member(product, product, [&](std::string_view name, const auto& value, const auto&) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::vector<RecipeEntry>>) {
            out.key(name);
            write_recipe(out, value);
        } else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::int64_t>) {
            out.raw_field(name, shop.major(value));  // the price, the one plain integer
        } else {
            out.field(name, value);
        }
    });
    out.field("currency", shop.currency.code);
    out.end_object();
    return std::move(out).take();
}

}  // namespace shopkeeper::products
