#include "domains/products/sales.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "domains/products/revision.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::products {
namespace {

/// The spans of product_sale: each is 32 of the one before.
constexpr std::array<std::int64_t, 4> kSpansMs = {900'000, 28'800'000, 921'600'000, 29'491'200'000};

/// Where a window is cut into the fewest sums: each span begins where it can and ends where the
/// next larger one takes over.
std::array<std::int64_t, kSpansMs.size()> cuts(UnixMs since_ms) {
    std::array<std::int64_t, kSpansMs.size()> from_ms;
    std::int64_t at = since_ms;
    for (std::size_t i = 0; i < kSpansMs.size(); ++i) {
        at = (at + kSpansMs[i] - 1) / kSpansMs[i] * kSpansMs[i];
        from_ms[i] = at;
    }
    return from_ms;
}

constexpr std::string_view kUnits = R"sql(
    SELECT s.product_id, CAST(SUM(s.units) AS BIGINT), p.enabled
    FROM (SELECT product_id, units FROM product_sale
          WHERE shop_id = $1 AND span_ms = 900000 AND start_ms >= $2 AND start_ms < $3
          UNION ALL
          SELECT product_id, units FROM product_sale
          WHERE shop_id = $1 AND span_ms = 28800000 AND start_ms >= $3 AND start_ms < $4
          UNION ALL
          SELECT product_id, units FROM product_sale
          WHERE shop_id = $1 AND span_ms = 921600000 AND start_ms >= $4 AND start_ms < $5
          UNION ALL
          SELECT product_id, units FROM product_sale
          WHERE shop_id = $1 AND span_ms = 29491200000 AND start_ms >= $5) s
    JOIN product p ON p.shop_id = $1 AND p.id = s.product_id
    GROUP BY s.product_id, p.enabled
    HAVING SUM(s.units) > 0
    ORDER BY s.product_id)sql";

/// Few products: the one index that begins with them serves all spans.
constexpr std::string_view kUnitsBefore = R"sql(
    SELECT product_id, CAST(SUM(units) AS BIGINT)
    FROM product_sale
    WHERE shop_id = $1
      AND ((span_ms = 900000 AND start_ms >= $2 AND start_ms < $3)
           OR (span_ms = 28800000 AND start_ms >= $3 AND start_ms < $4)
           OR (span_ms = 921600000 AND start_ms >= $4 AND start_ms < $5)
           OR (span_ms = 29491200000 AND start_ms >= $5))
      AND product_id IN ()sql";
constexpr std::string_view kUnitsAfter = R"sql()
    GROUP BY product_id
    HAVING SUM(units) > 0
    ORDER BY product_id)sql";

constexpr std::string_view kMore = R"sql(
    INSERT INTO product_sale (shop_id, product_id, span_ms, start_ms, units)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (shop_id, product_id, span_ms, start_ms)
    DO UPDATE SET units = product_sale.units + $5)sql";
constexpr std::string_view kLess = R"sql(
    UPDATE product_sale
    SET units = units - $5
    WHERE shop_id = $1 AND product_id = $2 AND span_ms = $3 AND start_ms = $4)sql";

constexpr std::string_view kForget = "DELETE FROM product_sale WHERE shop_id = $1";
constexpr std::string_view kRecount = R"sql(
    INSERT INTO product_sale (shop_id, product_id, span_ms, start_ms, units)
    SELECT l.shop_id, l.product_id, CAST($2 AS BIGINT),
           o.created_ms - o.created_ms % CAST($2 AS BIGINT), CAST(SUM(l.quantity) AS BIGINT)
    FROM orders o
    JOIN order_line l ON l.shop_id = o.shop_id AND l.order_id = o.id
    WHERE o.shop_id = $1
      AND o.status IN ('paid', 'accepted', 'assembled', 'in_delivery', 'delivered')
    GROUP BY l.shop_id, l.product_id, o.created_ms - o.created_ms % CAST($2 AS BIGINT))sql";

storage::Rows units_since(storage::Connection& connection, std::int64_t shop_id, UnixMs since_ms) {
    const auto [quarter, hours, days, year] = cuts(since_ms);
    return connection.query(kUnits, {shop_id, quarter, hours, days, year});
}

std::vector<UnitsSold> sold_of(const storage::Rows& rows) {
    std::vector<UnitsSold> sold;
    sold.reserve(rows.size());
    for (const storage::Row row : rows)
        sold.push_back({row.get<std::int64_t>(0), row.get<std::int64_t>(1)});
    return sold;
}

void change(storage::Connection& connection, std::string_view sql, std::int64_t shop_id,
            UnixMs ordered_ms, std::span<const UnitsSold> sold) {
    std::vector<std::int64_t> product_ids;
    for (const UnitsSold& line : sold) {
        product_ids.push_back(line.product_id);
        for (const std::int64_t span : kSpansMs) {
            connection.execute(
                sql, {shop_id, line.product_id, span, ordered_ms - ordered_ms % span, line.units});
        }
    }
    mark_changed(connection, shop_id, Aspect::sales, product_ids);
}

}  // namespace

std::vector<UnitsSold> units_sold(storage::Connection& connection, std::int64_t shop_id,
                                  UnixMs since_ms) {
    std::vector<UnitsSold> sold;
    for (const storage::Row row : units_since(connection, shop_id, since_ms)) {
        if (row.get<bool>(2)) sold.push_back({row.get<std::int64_t>(0), row.get<std::int64_t>(1)});
    }
    std::stable_sort(sold.begin(), sold.end(),
                     [](const UnitsSold& a, const UnitsSold& b) { return a.units > b.units; });
    return sold;
}

std::vector<UnitsSold> units_by_product(storage::Connection& connection, std::int64_t shop_id,
                                        UnixMs since_ms) {
    return sold_of(units_since(connection, shop_id, since_ms));
}

std::vector<UnitsSold> units_of_products(storage::Connection& connection, std::int64_t shop_id,
                                         UnixMs since_ms,
                                         std::span<const std::int64_t> product_ids) {
    const auto [quarter, hours, days, year] = cuts(since_ms);
    return sold_of(storage::query_by_ids(connection, kUnitsBefore, product_ids, kUnitsAfter,
                                         {shop_id, quarter, hours, days, year}));
}

void count_sale(storage::Connection& connection, std::int64_t shop_id, UnixMs ordered_ms,
                std::span<const UnitsSold> sold) {
    change(connection, kMore, shop_id, ordered_ms, sold);
}

void take_back_sale(storage::Connection& connection, std::int64_t shop_id, UnixMs ordered_ms,
                    std::span<const UnitsSold> sold) {
    change(connection, kLess, shop_id, ordered_ms, sold);
}

void recount_sales(storage::Connection& connection, std::int64_t shop_id) {
    connection.execute(kForget, {shop_id});
    for (const std::int64_t span : kSpansMs) connection.execute(kRecount, {shop_id, span});
    mark_rebuilt(connection, shop_id);
}

}  // namespace shopkeeper::products
