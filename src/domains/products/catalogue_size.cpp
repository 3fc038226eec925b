#include "domains/products/catalogue_size.hpp"

namespace shopkeeper::products {
namespace {

constexpr std::string_view kOnSale =
    "SELECT CAST(COALESCE(SUM(products), 0) AS BIGINT) FROM catalogue_size WHERE shop_id = $1 AND "
    "enabled = TRUE";
constexpr std::string_view kInAll =
    "SELECT CAST(COALESCE(SUM(products), 0) AS BIGINT) FROM catalogue_size WHERE shop_id = $1";

constexpr std::string_view kMore = R"sql(
    INSERT INTO catalogue_size (shop_id, enabled, products)
    VALUES ($1, $2, 1)
    ON CONFLICT (shop_id, enabled) DO UPDATE SET products = catalogue_size.products + 1)sql";
constexpr std::string_view kLess = R"sql(
    UPDATE catalogue_size
    SET products = products - 1
    WHERE shop_id = $1 AND enabled = $2)sql";

constexpr std::string_view kForget = "DELETE FROM catalogue_size WHERE shop_id = $1";
constexpr std::string_view kRecount = R"sql(
    INSERT INTO catalogue_size (shop_id, enabled, products)
    SELECT shop_id, enabled, COUNT(*)
    FROM product
    WHERE shop_id = $1
    GROUP BY shop_id, enabled)sql";

std::int64_t number(storage::Connection& connection, std::string_view sql, std::int64_t shop_id) {
    return connection.query(sql, {shop_id}).front().get<std::int64_t>(0);
}

}  // namespace

std::int64_t products_on_sale(storage::Connection& connection, std::int64_t shop_id) {
    return number(connection, kOnSale, shop_id);
}

std::int64_t products_in_all(storage::Connection& connection, std::int64_t shop_id) {
    return number(connection, kInAll, shop_id);
}

void count_in(storage::Connection& connection, std::int64_t shop_id, bool enabled) {
    connection.execute(kMore, {shop_id, enabled});
}

void count_out(storage::Connection& connection, std::int64_t shop_id, bool enabled) {
    connection.execute(kLess, {shop_id, enabled});
}

void recount_catalogue(storage::Connection& connection, std::int64_t shop_id) {
    connection.execute(kForget, {shop_id});
    connection.execute(kRecount, {shop_id});
}

}  // namespace shopkeeper::products
