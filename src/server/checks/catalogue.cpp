#include "server/checks/checks.hpp"

namespace shopkeeper::server::checks {
namespace {

constexpr Invariant kInvariants[] = {
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
