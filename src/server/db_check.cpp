#include "server/db_check.hpp"

#include "journal/audit.hpp"

namespace shopkeeper::server {
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
    {"stock.promised", "warehouse_item",
     "no more is reserved than is on hand, unless a forced or counted loss took it (W13)", R"sql(
SELECT i.id
FROM warehouse_item i
WHERE i.quantity < (SELECT COALESCE(SUM(r.reserved_quantity), 0)
                    FROM reservation r
                    WHERE r.shop_id = i.shop_id AND r.warehouse_item_id = i.id AND r.state = 'active'
                      AND (r.expires_ms IS NULL OR r.expires_ms > $1))
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
    {"order_lines.total", "order_line", "a line's total is price times quantity (M6)", R"sql(
SELECT id
FROM order_line
WHERE line_total_minor <> unit_price_minor * quantity
ORDER BY id)sql"},
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
    {"orders.counter", "order_counter",
     "no order has a number that the counter has not reached (O19)", R"sql(
SELECT o.id
FROM orders o
LEFT JOIN order_counter c ON c.shop_id = o.shop_id
WHERE CAST(SUBSTR(o.order_number, 2) AS BIGINT) > COALESCE(c.value, 0)
ORDER BY o.id)sql"},
    {"orders.payment", "orders", "a paid order has an amount paid, an unpaid one has none (O1)",
     R"sql(
SELECT id
FROM orders
WHERE (payment_status = 'paid' AND amount_paid_minor = 0 AND total_minor > 0)
   OR (payment_status = 'unpaid' AND amount_paid_minor <> 0)
ORDER BY id)sql"},
    {"orders.staff", "orders", "couriers and florists of an order belong to its shop (T3)", R"sql(
SELECT o.id
FROM orders o
JOIN staff_user u ON u.id = o.courier_id OR u.id = o.florist_id
WHERE u.shop_id <> o.shop_id
ORDER BY o.id)sql"},
    {"slots.booked", "slot_load", "a slot's count is that of the orders in it (D20)", R"sql(
SELECT s.slot_start_ms
FROM slot_load s
WHERE s.booked <> (SELECT COUNT(*)
                   FROM orders o
                   WHERE o.shop_id = s.shop_id AND o.slot_start_ms = s.slot_start_ms AND o.status <> 'cancelled')
ORDER BY s.slot_start_ms)sql"},
    {"inventory.applied", "inventory_check", "an applied count says when and by whom (W12)", R"sql(
SELECT id
FROM inventory_check
WHERE (status = 'applied') <> (applied_ms IS NOT NULL AND applied_by IS NOT NULL)
ORDER BY id)sql"},
    {"products.index", "product", "every enabled product is in the search index (F5)", R"sql(
SELECT p.id
FROM product p
WHERE p.enabled
  AND NOT EXISTS (SELECT s.stem
                  FROM search_posting s
                  WHERE s.shop_id = p.shop_id AND s.product_id = p.id)
ORDER BY p.id)sql"},
    {"idempotency.done", "idempotency_keys", "no call is kept half done (I4)", R"sql(
SELECT scope
FROM idempotency_keys
WHERE state <> 'done' OR response_json IS NULL
ORDER BY scope)sql"},
    {"staff.director", "shop", "an active shop with staff has an active director (A18)", R"sql(
SELECT s.id
FROM shop s
WHERE s.is_active
  AND EXISTS (SELECT u.id FROM staff_user u WHERE u.shop_id = s.id)
  AND NOT EXISTS (SELECT u.id
                  FROM staff_user u
                  WHERE u.shop_id = s.id AND u.is_active AND u.role IN ('director', 'admin'))
ORDER BY s.id)sql"},
};

/// An id is a number in most tables and text in some.
std::string id_of(const storage::Row& row) {
    try {
        return std::to_string(row.get<std::int64_t>(0));
    } catch (const std::logic_error&) {
        return row.get<std::string>(0);
    }
}

class Checker {
public:
    Checker(storage::Connection& connection, UnixMs now_ms)
        : connection_(connection), now_ms_(now_ms) {}

    CheckReport run(std::string_view engine) {
        if (engine == "sqlite") check_file();
        for (const Invariant& invariant : kInvariants) check(invariant);
        check_audit();
        return std::move(report_);
    }

private:
    void found(std::string_view check, std::string_view table, std::string_view says,
               std::vector<std::string> ids) {
        ++report_.checks;
        if (ids.empty()) return;
        report_.findings.push_back(
            {std::string(check), std::string(table), std::string(says), std::move(ids)});
    }

    /// The engine's own opinion of its file; includes every CHECK and NOT NULL of the schema.
    void check_file() {
        std::vector<std::string> damage;
        for (const storage::Row row : connection_.query("PRAGMA integrity_check")) {
            if (auto text = row.get<std::string>(0); text != "ok")
                damage.push_back(std::move(text));
        }
        found("file.integrity", "(file)", "the file is sound and every row keeps its constraints",
              std::move(damage));

        std::vector<std::string> orphans;
        for (const storage::Row row : connection_.query("PRAGMA foreign_key_check")) {
            orphans.push_back(row.get<std::string>(0) + ":" +
                              std::to_string(row.get<std::optional<std::int64_t>>(1).value_or(0)));
        }
        found("file.foreign_keys", "(file)", "every reference finds its row (T2)",
              std::move(orphans));
    }

    void check(const Invariant& invariant) {
        const auto rows = invariant.asks_now ? connection_.query(invariant.sql, {now_ms_})
                                             : connection_.query(invariant.sql);
        std::vector<std::string> ids;
        for (const storage::Row row : rows) ids.push_back(id_of(row));
        found(invariant.name, invariant.table, invariant.says, std::move(ids));
    }

    void check_audit() {
        std::vector<std::string> broken;
        for (const storage::Row row :
             connection_.query("SELECT DISTINCT shop_id FROM audit_log ORDER BY shop_id")) {
            const std::int64_t first =
                journal::first_broken_audit_row(connection_, row.get<std::int64_t>(0));
            if (first != 0) broken.push_back(std::to_string(first));
        }
        found("audit.chain", "audit_log", "each audit row fits the one before it (B7)",
              std::move(broken));
    }

    storage::Connection& connection_;
    const UnixMs now_ms_;
    CheckReport report_;
};

}  // namespace

std::span<const Invariant> invariants() {
    return kInvariants;
}

CheckReport check_database(storage::Database& database, UnixMs now_ms) {
    const std::string_view engine = database.engine();
    return database.read(
        [&](storage::Connection& connection) { return Checker(connection, now_ms).run(engine); });
}

}  // namespace shopkeeper::server
