#include "domains/orders/order_tally.hpp"

#include <vector>

namespace shopkeeper::orders {

namespace {

constexpr std::string_view kNumber = R"sql(
SELECT CAST(COALESCE(SUM(orders), 0) AS BIGINT)
FROM order_tally
WHERE shop_id = $1 AND span = $2 AND place >= $3 AND place <= $4
  AND (CAST($5 AS TEXT) IS NULL OR status = $5)
  AND (CAST($6 AS TEXT) IS NULL OR payment_status = $6)
)sql";

constexpr std::string_view kMoreBefore =
    "INSERT INTO order_tally (shop_id, status, payment_status, orders, span, place) VALUES ";
constexpr std::size_t kFirstPlace = 5;  ///< parameters of a statement with one place
constexpr std::string_view kMoreAfter = R"sql(
ON CONFLICT (shop_id, span, place, status, payment_status) DO UPDATE
SET orders = order_tally.orders + 1
)sql";

constexpr std::string_view kLess = R"sql(
UPDATE order_tally
SET orders = orders - 1
WHERE shop_id = $1 AND span = $2 AND place = $3 AND status = $4 AND payment_status = $5
  AND orders > 1
)sql";

/// No rows of zero: days long past would keep one for every status their orders went through.
constexpr std::string_view kLast = R"sql(
DELETE FROM order_tally
WHERE shop_id = $1 AND span = $2 AND place = $3 AND status = $4 AND payment_status = $5
  AND orders = 1
)sql";

constexpr std::string_view kForget = "DELETE FROM order_tally WHERE shop_id = $1";

constexpr std::string_view kRecount = R"sql(
INSERT INTO order_tally (shop_id, span, place, status, payment_status, orders)
SELECT shop_id, 'shop', 0, status, payment_status, COUNT(*)
FROM orders
WHERE shop_id = $1
GROUP BY shop_id, status, payment_status
UNION ALL
SELECT shop_id, 'created', created_ms / 86400000, status, payment_status, COUNT(*)
FROM orders
WHERE shop_id = $1
GROUP BY shop_id, created_ms / 86400000, status, payment_status
UNION ALL
SELECT shop_id, 'delivery', CAST(REPLACE(delivery_day, '-', '') AS BIGINT), status, payment_status,
    COUNT(*)
FROM orders
WHERE shop_id = $1 AND delivery_day IS NOT NULL
GROUP BY shop_id, delivery_day, status, payment_status
UNION ALL
SELECT shop_id, 'courier', courier_id, status, payment_status, COUNT(*)
FROM orders
WHERE shop_id = $1 AND courier_id IS NOT NULL
GROUP BY shop_id, courier_id, status, payment_status
UNION ALL
SELECT shop_id, 'untaken', 0, status, payment_status, COUNT(*)
FROM orders
WHERE shop_id = $1 AND courier_id IS NULL AND status = 'assembled' AND delivery_type = 'delivery'
GROUP BY shop_id, status, payment_status
)sql";

bool waits_for_courier(const Counted& order) {
    return !order.courier_id && order.status == Status::assembled &&
           order.delivery_type == DeliveryType::delivery;
}

/// Calls `visit(span, place)` for each place where the order is counted, in one sequence for all,
/// so that two transactions never wait for each other's rows crosswise.
template <class Visit>
void for_each_place(const Counted& order, Visit visit) {
    visit(Span::shop, 0);
    visit(Span::created, order.created_ms / kMsPerUtcDay);
    if (order.delivery_day) visit(Span::delivery, place_of(*order.delivery_day));
    if (order.courier_id) visit(Span::courier, *order.courier_id);
    if (waits_for_courier(order)) visit(Span::untaken, 0);
}

}  // namespace

std::string_view word(Span span) {
    switch (span) {
        case Span::shop:
            return "shop";
        case Span::created:
            return "created";
        case Span::delivery:
            return "delivery";
        case Span::courier:
            return "courier";
        case Span::untaken:
            return "untaken";
    }
    return "";
}

std::int64_t place_of(shop::LocalDate day) {
    const shop::CalendarDay parts = shop::calendar_day(day);
    return (std::int64_t{parts.year} * 100 + parts.month) * 100 + parts.day;
}

Counted counted(const Order& order) {
    return {order.status,        order.payment_status, order.handover.day,
            order.delivery_type, order.courier_id,     order.created_ms};
}

void count_in(storage::Connection& connection, std::int64_t shop_id, const Counted& order) {
    std::string sql(kMoreBefore);
    std::vector<storage::Value> values = {shop_id, word(order.status), word(order.payment_status)};
    for_each_place(order, [&](Span span, std::int64_t place) {
        values.emplace_back(word(span));
        values.emplace_back(place);
        sql += values.size() == kFirstPlace ? "" : ", ";
        sql += "($1, $2, $3, 1, $" + std::to_string(values.size() - 1) + ", $" +
               std::to_string(values.size()) + ")";
    });
    sql += kMoreAfter;
    connection.execute_later(sql, values);
}

void count_out(storage::Connection& connection, std::int64_t shop_id, const Counted& order) {
    for_each_place(order, [&](Span span, std::int64_t place) {
        const auto run = [&](std::string_view sql) {
            return connection.execute(
                sql, {shop_id, word(span), place, word(order.status), word(order.payment_status)});
        };
        // Between the two another order may have come in: then it was not the last.
        if (run(kLess) == 0 && run(kLast) == 0) run(kLess);
    });
}

std::int64_t number_of_orders(storage::Connection& connection, std::int64_t shop_id,
                              const Tally& tally) {
    const auto status = tally.status ? std::optional(word(*tally.status)) : std::nullopt;
    const auto payment =
        tally.payment_status ? std::optional(word(*tally.payment_status)) : std::nullopt;
    return connection
        .query(kNumber, {shop_id, word(tally.span), tally.first, tally.last, status, payment})
        .front()
        .get<std::int64_t>(0);
}

void recount_orders(storage::Connection& connection, std::int64_t shop_id) {
    connection.execute(kForget, {shop_id});
    connection.execute(kRecount, {shop_id});
}

}  // namespace shopkeeper::orders
