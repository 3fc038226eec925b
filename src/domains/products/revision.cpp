#include "domains/products/revision.hpp"

#include <string_view>

namespace shopkeeper::products {
namespace {

constexpr std::string_view kRevision =
    "SELECT revision, rebuilt FROM shelf_revision WHERE shop_id = $1";

constexpr std::string_view kChanges = R"sql(
    SELECT product_id, aspect
    FROM product_revision
    WHERE shop_id = $1 AND revision > $2
    ORDER BY product_id, aspect)sql";

constexpr std::string_view kGoodsChanged = R"sql(
    INSERT INTO shelf_revision (shop_id, revision, rebuilt, goods)
    VALUES ($1, 1, 0, 1)
    ON CONFLICT (shop_id)
    DO UPDATE SET revision = shelf_revision.revision + 1, goods = shelf_revision.revision + 1
    RETURNING revision)sql";
constexpr std::string_view kSalesChanged = R"sql(
    INSERT INTO shelf_revision (shop_id, revision, rebuilt)
    VALUES ($1, 1, 0)
    ON CONFLICT (shop_id) DO UPDATE SET revision = shelf_revision.revision + 1
    RETURNING revision)sql";
constexpr std::string_view kRebuilt = R"sql(
    INSERT INTO shelf_revision (shop_id, revision, rebuilt, goods)
    VALUES ($1, 1, 1, 1)
    ON CONFLICT (shop_id)
    DO UPDATE SET revision = shelf_revision.revision + 1, rebuilt = shelf_revision.revision + 1,
                  goods = shelf_revision.revision + 1)sql";
constexpr std::string_view kProductChanged = R"sql(
    INSERT INTO product_revision (shop_id, product_id, aspect, revision)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (shop_id, product_id, aspect) DO UPDATE SET revision = $4)sql";

std::string_view word(Aspect aspect) {
    return aspect == Aspect::goods ? "goods" : "sales";
}

}  // namespace

ShopRevision shop_revision(storage::Connection& connection, std::int64_t shop_id) {
    const storage::Rows rows = connection.query(kRevision, {shop_id});
    if (rows.empty()) return {};
    const storage::Row row = rows.front();
    return {row.get<std::int64_t>(0), row.get<std::int64_t>(1)};
}

std::vector<ProductChange> changes_since(storage::Connection& connection, std::int64_t shop_id,
                                         std::int64_t revision) {
    std::vector<ProductChange> changes;
    for (const storage::Row row : connection.query(kChanges, {shop_id, revision})) {
        const bool is_goods = row.get<std::string_view>(1) == word(Aspect::goods);
        changes.push_back({row.get<std::int64_t>(0), is_goods ? Aspect::goods : Aspect::sales});
    }
    return changes;
}

void mark_changed(storage::Connection& connection, std::int64_t shop_id, Aspect aspect,
                  std::span<const std::int64_t> product_ids) {
    connection.show_only_durable();
    const auto raise = aspect == Aspect::goods ? kGoodsChanged : kSalesChanged;
    const auto revision = connection.query(raise, {shop_id}).front().get<std::int64_t>(0);
    for (const std::int64_t id : product_ids)
        connection.execute(kProductChanged, {shop_id, id, word(aspect), revision});
}

void mark_rebuilt(storage::Connection& connection, std::int64_t shop_id) {
    connection.show_only_durable();
    connection.execute(kRebuilt, {shop_id});
}

}  // namespace shopkeeper::products
