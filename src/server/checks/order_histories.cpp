#include "server/checks/checks.hpp"

namespace shopkeeper::server::checks {
namespace {

constexpr Invariant kInvariants[] = {
    {"orders.history_first", "orders", "an order's history begins with the status new (O23)", R"sql(
SELECT o.id
FROM orders o
WHERE NOT EXISTS (SELECT h.id
                  FROM order_history h
                  WHERE h.shop_id = o.shop_id AND h.order_id = o.id
                    AND h.id = (SELECT MIN(f.id)
                                FROM order_history f
                                WHERE f.shop_id = o.shop_id AND f.order_id = o.id)
                    AND h.field = 'status' AND h.old_value IS NULL AND h.new_value = 'new')
ORDER BY o.id)sql"},
    {"orders.history_last", "orders", "the last status in an order's history is its status (I8)",
     R"sql(
SELECT o.id
FROM orders o
WHERE NOT EXISTS (SELECT h.id
                  FROM order_history h
                  WHERE h.shop_id = o.shop_id AND h.order_id = o.id
                    AND h.id = (SELECT MAX(l.id)
                                FROM order_history l
                                WHERE l.shop_id = o.shop_id AND l.order_id = o.id AND l.field = 'status')
                    AND h.new_value = o.status)
ORDER BY o.id)sql"},
    {"orders.history_chain", "order_history",
     "each change of status begins where the last one ended and is a step of O2 (O2, O4)", R"sql(
WITH chain AS (
    SELECT id, old_value, new_value,
           LAG(new_value) OVER (PARTITION BY shop_id, order_id ORDER BY id) AS before_it
    FROM order_history
    WHERE field = 'status')
SELECT id
FROM chain
WHERE COALESCE(old_value, '') <> COALESCE(before_it, '')
   OR (old_value IS NOT NULL AND old_value || '>' || new_value NOT IN
         ('new>paid', 'new>accepted', 'new>assembled',
          'new>cancelled', 'paid>accepted', 'paid>assembled',
          'paid>cancelled', 'accepted>assembled', 'accepted>cancelled',
          'assembled>accepted', 'assembled>in_delivery', 'assembled>delivered',
          'assembled>cancelled', 'in_delivery>assembled', 'in_delivery>delivered',
          'in_delivery>cancelled'))
ORDER BY id)sql"},
    {"orders.stamps", "orders", "the moment of each status is the last one in the history (O4)",
     R"sql(
SELECT o.id
FROM orders o
LEFT JOIN (SELECT shop_id, order_id,
                  MAX(CASE WHEN new_value = 'accepted' THEN at_ms END) AS accepted,
                  MAX(CASE WHEN new_value = 'assembled' THEN at_ms END) AS assembled,
                  MAX(CASE WHEN new_value = 'in_delivery' THEN at_ms END) AS in_delivery,
                  MAX(CASE WHEN new_value = 'delivered' THEN at_ms END) AS delivered,
                  MAX(CASE WHEN new_value = 'cancelled' THEN at_ms END) AS cancelled
           FROM order_history
           WHERE field = 'status'
           GROUP BY shop_id, order_id) h ON h.shop_id = o.shop_id AND h.order_id = o.id
WHERE COALESCE(o.accepted_ms, -1) <> COALESCE(h.accepted, -1)
   OR COALESCE(o.assembled_ms, -1) <> COALESCE(h.assembled, -1)
   OR COALESCE(o.in_delivery_ms, -1) <> COALESCE(h.in_delivery, -1)
   OR COALESCE(o.delivered_ms, -1) <> COALESCE(h.delivered, -1)
   OR COALESCE(o.cancelled_ms, -1) <> COALESCE(h.cancelled, -1)
ORDER BY o.id)sql"},
    {"orders.history_payment", "orders",
     "the last payment in an order's history is its payment status (I8)", R"sql(
SELECT o.id
FROM orders o
WHERE o.payment_status <>
      COALESCE((SELECT h.new_value
                FROM order_history h
                WHERE h.shop_id = o.shop_id AND h.order_id = o.id
                  AND h.id = (SELECT MAX(l.id)
                              FROM order_history l
                              WHERE l.shop_id = o.shop_id AND l.order_id = o.id
                                AND l.field = 'payment_status')), 'unpaid')
ORDER BY o.id)sql"},
    {"orders.history_staff", "orders", "who works on an order is who its history says (I8)", R"sql(
WITH last AS (
    SELECT shop_id, order_id, field, MAX(id) AS id
    FROM order_history
    WHERE field IN ('courier_id', 'florist_id')
    GROUP BY shop_id, order_id, field),
assigned AS (
    SELECT l.shop_id, l.order_id, l.field, h.new_value
    FROM last l
    JOIN order_history h ON h.id = l.id)
SELECT o.id
FROM orders o
LEFT JOIN assigned c ON c.shop_id = o.shop_id AND c.order_id = o.id AND c.field = 'courier_id'
LEFT JOIN assigned f ON f.shop_id = o.shop_id AND f.order_id = o.id AND f.field = 'florist_id'
WHERE COALESCE(CAST(o.courier_id AS TEXT), '') <> COALESCE(c.new_value, '')
   OR COALESCE(CAST(o.florist_id AS TEXT), '') <> COALESCE(f.new_value, '')
ORDER BY o.id)sql"},
    {"orders.history_photos", "orders", "each photo of an order is in its history (I8)", R"sql(
WITH photos AS (
    SELECT shop_id, order_id, COUNT(*) AS number
    FROM order_photo
    GROUP BY shop_id, order_id),
noted AS (
    SELECT shop_id, order_id, COUNT(*) AS number
    FROM order_history
    WHERE field = 'photo'
    GROUP BY shop_id, order_id)
SELECT o.id
FROM orders o
LEFT JOIN photos p ON p.shop_id = o.shop_id AND p.order_id = o.id
LEFT JOIN noted n ON n.shop_id = o.shop_id AND n.order_id = o.id
WHERE COALESCE(p.number, 0) <> COALESCE(n.number, 0)
ORDER BY o.id)sql"},
};

}  // namespace

std::span<const Invariant> order_histories() {
    return kInvariants;
}

}  // namespace shopkeeper::server::checks
