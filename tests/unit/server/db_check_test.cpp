// One small shop in which everything agrees, and for each rule a row that breaks it. Rows are
// written behind the verbs' backs: that is how such faults come about.
#include "server/db_check.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "storage/migrate.hpp"

namespace shopkeeper::server {
namespace {

constexpr UnixMs kNow = 1795000000000;

constexpr std::string_view kSoundShop = R"sql(
INSERT INTO shop (id, name, created_ms, updated_ms) VALUES (8, 'Roses', 1, 1), (9, 'Tulips', 1, 1);
INSERT INTO staff_user (id, shop_id, name, phone, role, password_hash, created_ms, updated_ms) VALUES
    (1, 8, 'Director', '+77000000001', 'director', '!', 1, 1),
    (2, 9, 'Other', '+77000000002', 'director', '!', 1, 1);
INSERT INTO warehouse_item (id, shop_id, name, name_folded, quantity, created_ms, updated_ms) VALUES
    (1, 8, 'Rose', 'rose', 7, 1, 1), (2, 8, 'Ribbon', 'ribbon', 0, 1, 1);
INSERT INTO stock_operation (id, shop_id, warehouse_item_id, operation_type, quantity_change, balance_after,
                             description, actor_kind, created_ms) VALUES
    (1, 8, 1, 'delivery', 10, 10, 'd', 'staff', 1), (2, 8, 1, 'writeoff', -3, 7, 'w', 'staff', 2);
INSERT INTO product (id, shop_id, name, name_folded, price_minor, created_ms, updated_ms) VALUES
    (1, 8, 'Bouquet', 'bouquet', 500, 1, 1);
INSERT INTO search_posting (shop_id, stem, product_id, field, tf) VALUES (8, 'bouquet', 1, 'name', 1);
INSERT INTO client (id, shop_id, phone, name, created_ms, updated_ms) VALUES (1, 8, '+77000000011', 'Client', 1, 1);
INSERT INTO order_counter (shop_id, value) VALUES (8, 1);
INSERT INTO slot_load (shop_id, slot_start_ms, booked) VALUES (8, 1000, 1);
INSERT INTO orders (id, shop_id, tracking_id, order_number, client_id, customer_name, phone, sender_phone,
                    recipient_name, recipient_phone, delivery_type,
                    time_precision, slot_start_ms, currency, subtotal_minor, delivery_cost_minor, total_minor, status,
                    fingerprint, created_ms, updated_ms)
VALUES (1, 8, '100000001', '#00001', 1, 'A', '+77000000011', '+77000000011', 'B', '+77000000012', 'delivery',
        'exact', 1000, 'KZT', 1000, 200, 1200, 'accepted', 'f', 1, 1);
INSERT INTO order_line (id, shop_id, order_id, product_id, product_name, unit_price_minor, quantity, line_total_minor)
VALUES (1, 8, 1, 1, 'Bouquet', 500, 2, 1000);
INSERT INTO order_history (id, shop_id, order_id, at_ms, actor_kind, principal, source, field, old_value, new_value)
VALUES (1, 8, 1, 1, 'customer', 'guest:local', 'mcp', 'status', NULL, 'new'),
       (2, 8, 1, 2, 'staff', 'staff:1', 'mcp', 'status', 'new', 'accepted'),
       (3, 8, 1, 3, 'staff', 'staff:1', 'mcp', 'notes', NULL, 'x');
INSERT INTO reservation (id, shop_id, order_id, warehouse_item_id, reserved_quantity, created_ms, updated_ms)
VALUES (1, 8, 1, 1, 7, 1, 1);
INSERT INTO idempotency_keys (scope, key, request_hash, state, response_json, created_ms, expires_ms)
VALUES ('8:guest:local:create_order', 'k', 'h', 'done', '{}', 1, 2);
)sql";

struct Books {
    std::unique_ptr<storage::Database> database = storage::open_sqlite({.path = ":memory:"});

    Books() {
        storage::migrate(*database, storage::read_migrations(embedded::migrations()), 1);
        run(kSoundShop);
    }
    void run(std::string_view sql) {
        database->write([&](storage::Connection& connection) { connection.run_script(sql); });
    }
    CheckReport check() { return check_database(*database, kNow); }
};

std::string names(const CheckReport& report) {
    std::string text;
    for (const Finding& finding : report.findings) text += finding.check + " ";
    return text;
}

TEST_CASE("B3: a sound shop passes every check", "[server]") {
    Books books;

    const CheckReport report = books.check();

    INFO(names(report));
    CHECK(report.findings.empty());
    CHECK(report.checks == invariants().size() + 3);  // the file, its references, the audit chain
}

struct Fault {
    std::string_view check;
    std::string_view table;
    std::string_view sql;
    std::vector<std::string> ids;
};

TEST_CASE("B3: each fault is found by name, table and id", "[server]") {
    const auto fault = GENERATE(values<Fault>({
        {"stock.ledger_sum",
         "warehouse_item",
         "UPDATE warehouse_item SET quantity = 8 WHERE id = 1",
         {"1"}},
        {"stock.last_balance",
         "warehouse_item",
         "UPDATE warehouse_item SET quantity = 8 WHERE id = 1",
         {"1"}},
        {"stock.running_balance",
         "stock_operation",
         "INSERT INTO stock_operation (id, shop_id, warehouse_item_id, operation_type, "
         "quantity_change, balance_after, "
         "description, actor_kind, created_ms) VALUES (3, 8, 1, 'delivery', 1, 7, 'd', 'staff', 3)",
         {"3"}},
        {"stock.promised", "warehouse_item", "UPDATE reservation SET reserved_quantity = 8", {"1"}},
        {"reservations.state", "reservation", "UPDATE reservation SET state = 'consumed'", {"1"}},
        {"reservations.state", "reservation", "UPDATE orders SET status = 'delivered'", {"1"}},
        {"orders.lines",
         "orders",
         "UPDATE orders SET subtotal_minor = 900, total_minor = 1100",
         {"1"}},
        {"orders.lines", "orders", "DELETE FROM order_line", {"1"}},
        {"orders.total", "orders", "UPDATE orders SET delivery_type = 'pickup'", {"1"}},
        {"orders.history_last", "orders", "UPDATE orders SET status = 'paid'", {"1"}},
        {"orders.counter", "order_counter", "UPDATE orders SET order_number = '#00002'", {"1"}},
        {"orders.counter", "order_counter", "DELETE FROM order_counter", {"1"}},
        {"orders.payment", "orders", "UPDATE orders SET payment_status = 'paid'", {"1"}},
        {"orders.payment", "orders", "UPDATE orders SET amount_paid_minor = 5", {"1"}},
        {"orders.staff", "orders", "UPDATE orders SET courier_id = 2", {"1"}},
        {"slots.booked", "slot_load", "UPDATE slot_load SET booked = 2", {"1000"}},
        {"inventory.applied",
         "inventory_check",
         "INSERT INTO inventory_check (id, shop_id, conducted_by, status, created_by, created_ms, "
         "updated_ms) "
         "VALUES (5, 8, 'x', 'applied', 1, 1, 1)",
         {"5"}},
        {"products.index", "product", "DELETE FROM search_posting", {"1"}},
        {"idempotency.done",
         "idempotency_keys",
         "UPDATE idempotency_keys SET state = 'in_progress'",
         {"8:guest:local:create_order"}},
        {"staff.director", "shop", "UPDATE staff_user SET role = 'florist' WHERE id = 2", {"9"}},
        {"audit.chain",
         "audit_log",
         "INSERT INTO audit_log (id, ts_ms, shop_id, actor_kind, actor, tool, args_hash, outcome, "
         "request_id, prev_hash, "
         "hash) VALUES (4, 1, 8, 'staff', 'staff:1', 'x', 'h', 'ok', 'r', '', 'forged')",
         {"4"}},
    }));
    Books books;
    books.run(fault.sql);

    const CheckReport report = books.check();

    INFO(fault.sql << "\nfound: " << names(report));
    const auto found =
        std::find_if(report.findings.begin(), report.findings.end(),
                     [&](const Finding& finding) { return finding.check == fault.check; });
    REQUIRE(found != report.findings.end());
    CHECK(found->table == fault.table);
    CHECK(found->ids == fault.ids);
    CHECK_FALSE(found->says.empty());
}

TEST_CASE("B3: an order whose history does not begin with its creation is found", "[server]") {
    Books books;
    books.run(
        "INSERT INTO order_counter (shop_id, value) VALUES (9, 1);"
        "INSERT INTO client (id, shop_id, phone, name, created_ms, updated_ms) VALUES (2, 9, "
        "'+77000000013', 'C', 1, 1);"
        "INSERT INTO orders (id, shop_id, tracking_id, order_number, client_id, customer_name, "
        "phone, sender_phone,"
        " recipient_name, recipient_phone, delivery_type, time_precision,"
        " currency, subtotal_minor, delivery_cost_minor, total_minor, fingerprint, created_ms, "
        "updated_ms)"
        " VALUES (2, 9, '100000002', '#00001', 2, 'A', 'p', 'p', 'B', 'p', 'pickup', 'asap', "
        "'KZT', 0, 0, 0,"
        " 'f', 1, 1)");

    const std::string found = names(books.check());

    INFO(found);
    CHECK(found.find("orders.history_first") != std::string::npos);
    CHECK(found.find("orders.history_last") != std::string::npos);
}

TEST_CASE("B3: what was taken by force, counted away or has expired is no broken promise",
          "[server]") {
    Books books;
    books.run("UPDATE reservation SET reserved_quantity = 8");
    REQUIRE_FALSE(books.check().findings.empty());

    SECTION("forced") {
        books.run(
            "INSERT INTO stock_operation (id, shop_id, warehouse_item_id, operation_type, "
            "quantity_change, balance_after,"
            " description, actor_kind, forced, created_ms) VALUES (3, 8, 1, 'writeoff', -1, 6, "
            "'w', 'staff', TRUE, 3);"
            "UPDATE warehouse_item SET quantity = 6 WHERE id = 1");
    }
    SECTION("counted") {
        books.run(
            "INSERT INTO stock_operation (id, shop_id, warehouse_item_id, operation_type, "
            "quantity_change, balance_after,"
            " description, actor_kind, created_ms) VALUES (3, 8, 1, 'inventory', -1, 6, 'i', "
            "'staff', 3);"
            "UPDATE warehouse_item SET quantity = 6 WHERE id = 1");
    }
    SECTION("expired") {
        books.run("UPDATE reservation SET expires_ms = 1794999999999");
    }

    INFO(names(books.check()));
    CHECK(books.check().findings.empty());
}

TEST_CASE("B3: looking changes nothing", "[server]") {
    Books books;
    const auto changes = [&] {
        return books.database->read([](storage::Connection& connection) {
            return connection.query("SELECT total_changes()").front().get<std::int64_t>(0);
        });
    };
    const auto before = changes();

    books.check();

    CHECK(changes() == before);
}

}  // namespace
}  // namespace shopkeeper::server
