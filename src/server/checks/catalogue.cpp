#include "server/checks/checks.hpp"

namespace shopkeeper::server::checks {
namespace {

constexpr Invariant kInvariants[] = {
    {"products.sales", "product",
     "the units summed up by time are those of the paid orders, in every span (P7)", R"sql(
SELECT DISTINCT wrong.product_id
FROM (SELECT both_sides.product_id
      FROM (SELECT shop_id, product_id, span_ms, start_ms, units
            FROM product_sale
            UNION ALL
            SELECT l.shop_id, l.product_id, s.span_ms, o.created_ms - o.created_ms % s.span_ms, -l.quantity
            FROM orders o
            JOIN order_line l ON l.shop_id = o.shop_id AND l.order_id = o.id
            CROSS JOIN (SELECT 900000 AS span_ms
                        UNION ALL SELECT 28800000
                        UNION ALL SELECT 921600000
                        UNION ALL SELECT 29491200000) s
            WHERE o.status IN ('paid', 'accepted', 'assembled', 'in_delivery', 'delivered')) both_sides
      GROUP BY both_sides.shop_id, both_sides.product_id, both_sides.span_ms, both_sides.start_ms
      HAVING SUM(both_sides.units) <> 0) wrong
ORDER BY wrong.product_id)sql"},
    {"products.index", "product", "every enabled product is in the search index (F5)", R"sql(
SELECT p.id
FROM product p
WHERE p.enabled
  AND NOT EXISTS (SELECT s.stem
                  FROM search_posting s
                  WHERE s.shop_id = p.shop_id AND s.product_id = p.id)
ORDER BY p.id)sql"},
    {"catalogue.size", "catalogue_size", "the catalogue's size is the number of its products (C7)",
     R"sql(
WITH counted AS (
    SELECT shop_id, enabled, COUNT(*) AS products
    FROM product
    GROUP BY shop_id, enabled)
SELECT z.shop_id
FROM catalogue_size z
LEFT JOIN counted c ON c.shop_id = z.shop_id AND c.enabled = z.enabled
WHERE z.products <> COALESCE(c.products, 0)
UNION
SELECT c.shop_id
FROM counted c
LEFT JOIN catalogue_size z ON z.shop_id = c.shop_id AND z.enabled = c.enabled
WHERE z.products IS NULL
ORDER BY 1)sql"},
    {"reviews.verified", "review",
     "a verified review is of a delivered order, and of a product in it (R2)", R"sql(
SELECT r.id
FROM review r
LEFT JOIN orders o ON o.shop_id = r.shop_id AND o.id = r.order_id
WHERE r.verified_purchase <> (r.order_id IS NOT NULL)
   OR (r.order_id IS NOT NULL AND o.status <> 'delivered')
   OR (r.order_id IS NOT NULL AND r.product_id IS NOT NULL
       AND NOT EXISTS (SELECT l.id
                       FROM order_line l
                       WHERE l.shop_id = r.shop_id AND l.order_id = r.order_id
                         AND l.product_id = r.product_id))
ORDER BY r.id)sql"},
    {"reviews.reply", "review", "a reply has a moment, and a moment a reply (R5)", R"sql(
SELECT id
FROM review
WHERE (reply_text IS NULL) <> (replied_ms IS NULL)
ORDER BY id)sql"},
};

}  // namespace

std::span<const Invariant> catalogue() {
    return kInvariants;
}

}  // namespace shopkeeper::server::checks
