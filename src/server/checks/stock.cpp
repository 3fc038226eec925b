#include "server/checks/checks.hpp"

namespace shopkeeper::server::checks {
namespace {

constexpr Invariant kInvariants[] = {
    {"stock.ledger_sum", "warehouse_item",
     "the quantity on hand is the sum of all stock operations (W1)", R"sql(
SELECT i.id
FROM warehouse_item i
WHERE i.quantity <> (SELECT COALESCE(SUM(o.quantity_change), 0)
                     FROM stock_operation o
                     WHERE o.shop_id = i.shop_id AND o.warehouse_item_id = i.id)
ORDER BY i.id)sql"},
    {"stock.last_balance", "warehouse_item",
     "the quantity on hand is the balance after the last operation (W1)", R"sql(
SELECT i.id
FROM warehouse_item i
JOIN stock_operation o ON o.shop_id = i.shop_id AND o.warehouse_item_id = i.id
WHERE o.id = (SELECT MAX(l.id)
              FROM stock_operation l
              WHERE l.shop_id = i.shop_id AND l.warehouse_item_id = i.id)
  AND o.balance_after <> i.quantity
ORDER BY i.id)sql"},
    {"stock.running_balance", "stock_operation",
     "each balance is the one before it plus the change (W1)", R"sql(
SELECT chain.id
FROM (SELECT id, balance_after, quantity_change,
             LAG(balance_after, 1, 0) OVER (PARTITION BY shop_id, warehouse_item_id ORDER BY id) AS before_it
      FROM stock_operation) chain
WHERE chain.balance_after <> chain.before_it + chain.quantity_change
ORDER BY chain.id)sql"},
    {"stock.reserved", "warehouse_item",
     "what is kept as reserved is the sum of the active reservations (W13)", R"sql(
SELECT i.id
FROM warehouse_item i
LEFT JOIN (SELECT shop_id, warehouse_item_id, SUM(reserved_quantity) AS promised
           FROM reservation
           WHERE state = 'active'
           GROUP BY shop_id, warehouse_item_id) r
       ON r.shop_id = i.shop_id AND r.warehouse_item_id = i.id
WHERE i.reserved <> COALESCE(r.promised, 0)
ORDER BY i.id)sql"},
    {"stock.promised", "warehouse_item",
     "no more is reserved than is on hand, unless a forced or counted loss took it (W13)", R"sql(
SELECT i.id
FROM warehouse_item i
JOIN (SELECT shop_id, warehouse_item_id, SUM(reserved_quantity) AS promised
      FROM reservation
      WHERE state = 'active' AND (expires_ms IS NULL OR expires_ms > $1)
      GROUP BY shop_id, warehouse_item_id) r
  ON r.shop_id = i.shop_id AND r.warehouse_item_id = i.id
WHERE i.quantity < r.promised
  AND NOT EXISTS (SELECT o.id
                  FROM stock_operation o
                  WHERE o.shop_id = i.shop_id AND o.warehouse_item_id = i.id
                    AND (o.forced OR (o.operation_type = 'inventory' AND o.quantity_change < 0)))
ORDER BY i.id)sql",
     true},
    {"reservations.state", "reservation",
     "an order's reservations stand where its status says (O24)", R"sql(
SELECT r.id
FROM reservation r
JOIN orders o ON o.shop_id = r.shop_id AND o.id = r.order_id
WHERE (r.state = 'active' AND o.status IN ('assembled', 'in_delivery', 'delivered', 'cancelled'))
   OR (r.state = 'consumed' AND o.status IN ('new', 'paid', 'accepted', 'cancelled'))
ORDER BY r.id)sql"},
    {"reservations.ledger", "reservation", "what an order consumed was taken from the shelf (O27)",
     R"sql(
SELECT r.id
FROM reservation r
LEFT JOIN (SELECT shop_id, order_id, warehouse_item_id, SUM(quantity_change) AS moved
           FROM stock_operation
           WHERE order_id IS NOT NULL
           GROUP BY shop_id, order_id, warehouse_item_id) m
       ON m.shop_id = r.shop_id AND m.order_id = r.order_id AND m.warehouse_item_id = r.warehouse_item_id
WHERE r.state = 'consumed' AND COALESCE(-m.moved, 0) < r.reserved_quantity
ORDER BY r.id)sql"},
    {"orders.stock", "orders",
     "an order that is not assembled, or is cancelled, has brought back what it took (O24)", R"sql(
SELECT DISTINCT o.id
FROM orders o
JOIN (SELECT shop_id, order_id, warehouse_item_id, SUM(quantity_change) AS moved
      FROM stock_operation
      WHERE order_id IS NOT NULL AND operation_type IN ('sale', 'return')
      GROUP BY shop_id, order_id, warehouse_item_id) m
  ON m.shop_id = o.shop_id AND m.order_id = o.id
WHERE m.moved > 0
   OR (m.moved <> 0 AND o.status IN ('new', 'paid', 'accepted', 'cancelled'))
ORDER BY o.id)sql"},
    {"inventory.applied", "inventory_check", "an applied count says when and by whom (W12)", R"sql(
SELECT id
FROM inventory_check
WHERE (status = 'applied') <> (applied_ms IS NOT NULL AND applied_by IS NOT NULL)
ORDER BY id)sql"},
    {"inventory.ledger", "inventory_check",
     "an applied count moved each difference once, another one nothing (W12)", R"sql(
SELECT c.id
FROM inventory_check c
WHERE EXISTS (SELECT l.id
              FROM inventory_check_line l
              WHERE l.shop_id = c.shop_id AND l.check_id = c.id
                AND CASE WHEN c.status = 'applied' THEN l.difference ELSE 0 END
                    <> (SELECT COALESCE(SUM(o.quantity_change), 0)
                        FROM stock_operation o
                        WHERE o.shop_id = l.shop_id AND o.warehouse_item_id = l.warehouse_item_id
                          AND o.inventory_check_id = c.id))
   OR EXISTS (SELECT o.id
              FROM stock_operation o
              WHERE o.shop_id = c.shop_id AND o.inventory_check_id = c.id
                AND NOT EXISTS (SELECT l.id
                                FROM inventory_check_line l
                                WHERE l.shop_id = c.shop_id AND l.check_id = c.id
                                  AND l.warehouse_item_id = o.warehouse_item_id))
ORDER BY c.id)sql"},
};

}  // namespace

std::span<const Invariant> stock() {
    return kInvariants;
}

}  // namespace shopkeeper::server::checks
