#include "server/checks/checks.hpp"

namespace shopkeeper::server::checks {
namespace {

constexpr Invariant kInvariants[] = {
    {"orders.lines", "orders", "an order has lines, and its subtotal is their sum (M6)", R"sql(
SELECT o.id
FROM orders o
WHERE o.subtotal_minor <> (SELECT COALESCE(SUM(l.line_total_minor), -1)
                           FROM order_line l
                           WHERE l.shop_id = o.shop_id AND l.order_id = o.id)
ORDER BY o.id)sql"},
    {"orders.total", "orders", "total = subtotal + delivery - discount (M6)", R"sql(
SELECT id
FROM orders
WHERE total_minor <> subtotal_minor + delivery_cost_minor - discount_minor
   OR (delivery_type = 'pickup' AND delivery_cost_minor <> 0)
ORDER BY id)sql"},
    {"orders.numbers", "orders", "order numbers are # and five digits or more, without a gap (O17)",
     R"sql(
WITH numbered AS (
    SELECT id, shop_id, order_number,
           CASE WHEN LENGTH(order_number) BETWEEN 6 AND 19 AND SUBSTR(order_number, 1, 1) = '#'
                     AND LTRIM(SUBSTR(order_number, 2), '0123456789') = ''
                THEN CAST(SUBSTR(order_number, 2) AS BIGINT) END AS number
    FROM orders),
in_turn AS (
    SELECT id, order_number, number,
           LAG(number, 1, 0) OVER (PARTITION BY shop_id ORDER BY number) AS before_it
    FROM numbered)
SELECT id
FROM in_turn
WHERE number IS NULL
   OR number <> before_it + 1
   OR order_number <> '#' || CASE WHEN number < 100000 THEN SUBSTR(CAST(100000 + number AS TEXT), 2)
                                  ELSE CAST(number AS TEXT) END
ORDER BY id)sql"},
    {"orders.counter", "order_counter", "the counter of a shop's orders is at their number (O17)",
     R"sql(
SELECT s.id
FROM shop s
LEFT JOIN order_counter c ON c.shop_id = s.id
LEFT JOIN (SELECT shop_id, COUNT(*) AS orders FROM orders GROUP BY shop_id) o ON o.shop_id = s.id
WHERE COALESCE(c.value, 0) <> COALESCE(o.orders, 0)
ORDER BY s.id)sql"},
    {"orders.tracking", "orders", "a tracking id is nine digits without a leading zero (O18)",
     R"sql(
SELECT id
FROM orders
WHERE LTRIM(tracking_id, '0123456789') <> '' OR SUBSTR(tracking_id, 1, 1) = '0'
ORDER BY id)sql"},
    {"orders.tally", "order_tally",
     "the numbers of orders kept for lists are those of the orders (C7)", R"sql(
SELECT CAST(shop_id AS TEXT) || ':' || span || ':' || CAST(place AS TEXT) || ':' || status || ':' ||
       payment_status
FROM (SELECT shop_id, 'shop' AS span, 0 AS place, status, payment_status, COUNT(*) AS n
      FROM orders
      GROUP BY shop_id, status, payment_status
      UNION ALL
      SELECT shop_id, 'created', created_ms / 86400000, status, payment_status, COUNT(*)
      FROM orders
      GROUP BY shop_id, created_ms / 86400000, status, payment_status
      UNION ALL
      SELECT shop_id, 'delivery', CAST(REPLACE(delivery_day, '-', '') AS BIGINT), status,
             payment_status, COUNT(*)
      FROM orders
      WHERE delivery_day IS NOT NULL
      GROUP BY shop_id, delivery_day, status, payment_status
      UNION ALL
      SELECT shop_id, 'courier', courier_id, status, payment_status, COUNT(*)
      FROM orders
      WHERE courier_id IS NOT NULL
      GROUP BY shop_id, courier_id, status, payment_status
      UNION ALL
      SELECT shop_id, 'untaken', 0, status, payment_status, COUNT(*)
      FROM orders
      WHERE courier_id IS NULL AND status = 'assembled' AND delivery_type = 'delivery'
      GROUP BY shop_id, status, payment_status
      UNION ALL
      SELECT shop_id, span, place, status, payment_status, -orders
      FROM order_tally) counted
GROUP BY shop_id, span, place, status, payment_status
HAVING SUM(n) <> 0
ORDER BY shop_id, span, place, status, payment_status)sql"},
    {"orders.payment", "orders",
     "a paid order has an amount and a moment, an unpaid one neither (O7)", R"sql(
SELECT id
FROM orders
WHERE (payment_status = 'paid' AND amount_paid_minor = 0 AND total_minor > 0)
   OR (payment_status = 'unpaid' AND amount_paid_minor <> 0)
   OR (payment_status <> 'unpaid') <> (paid_ms IS NOT NULL)
ORDER BY id)sql"},
    {"orders.refund", "orders",
     "money is due back, or went back, for cancelled orders only, and they keep none (O8)", R"sql(
SELECT id
FROM orders
WHERE (status = 'cancelled' AND payment_status = 'paid')
   OR (status <> 'cancelled' AND payment_status IN ('refund_required', 'refunded'))
ORDER BY id)sql"},
    {"orders.cancelled", "orders", "a cancelled order has a reason, another one none (O42)", R"sql(
SELECT id
FROM orders
WHERE (status = 'cancelled') <> (cancel_code IS NOT NULL)
ORDER BY id)sql"},
    {"orders.address", "orders", "an order says where it goes, or that this will be asked (O13)",
     R"sql(
SELECT id
FROM orders
WHERE (delivery_type = 'delivery' AND delivery_address IS NULL AND NOT ask_delivery_address)
   OR (delivery_type = 'pickup') <> (pickup_address IS NOT NULL)
ORDER BY id)sql"},
    {"orders.time", "orders",
     "an order's instant and window are what its precision says (O22, O36)", R"sql(
SELECT id
FROM orders
WHERE (time_precision = 'unspecified') <> (delivery_at_ms IS NULL)
   OR (time_precision = 'window') <> (window_start_ms IS NOT NULL)
   OR (window_start_ms IS NULL) <> (window_end_ms IS NULL)
   OR (delivery_at_ms IS NOT NULL AND delivery_day IS NULL)
   OR delivery_at_ms < window_start_ms
   OR delivery_at_ms > window_end_ms
ORDER BY id)sql"},
    {"orders.staff", "orders", "couriers and florists of an order belong to its shop (T3)", R"sql(
SELECT o.id
FROM orders o
JOIN staff_user u ON u.id = o.courier_id OR u.id = o.florist_id
WHERE u.shop_id <> o.shop_id
ORDER BY o.id)sql"},
    {"slots.booked", "slot_load", "a slot's count is that of the orders in it (D20)", R"sql(
WITH lived AS (
    SELECT shop_id, slot_start_ms, COUNT(*) AS orders
    FROM orders
    WHERE slot_start_ms IS NOT NULL AND status <> 'cancelled'
    GROUP BY shop_id, slot_start_ms)
SELECT s.slot_start_ms
FROM slot_load s
LEFT JOIN lived l ON l.shop_id = s.shop_id AND l.slot_start_ms = s.slot_start_ms
WHERE s.booked <> COALESCE(l.orders, 0)
UNION
SELECT l.slot_start_ms
FROM lived l
LEFT JOIN slot_load s ON s.shop_id = l.shop_id AND s.slot_start_ms = l.slot_start_ms
WHERE s.booked IS NULL
ORDER BY 1)sql"},
};

}  // namespace

std::span<const Invariant> orders() {
    return kInvariants;
}

}  // namespace shopkeeper::server::checks
