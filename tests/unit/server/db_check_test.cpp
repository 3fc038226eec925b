// One small shop in which everything agrees, and for each rule a row that breaks it. Rows are
// written behind the verbs' backs: that is how such faults come about.
#include "server/db_check.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "base/result.hpp"
#include "storage/migrate.hpp"
#include "support/test_database.hpp"

namespace shopkeeper::server {
namespace {

constexpr UnixMs kNow = 1795000000000;
constexpr int kBeforeSums = 6;  ///< migrations without order_tally and warehouse_item.reserved

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
INSERT INTO catalogue_size (shop_id, enabled, products) VALUES (8, TRUE, 1);
INSERT INTO search_posting (shop_id, stem, product_id, field, tf) VALUES (8, 'bouquet', 1, 'name', 1);
INSERT INTO client (id, shop_id, phone, name, created_ms, updated_ms) VALUES (1, 8, '+77000000011', 'Client', 1, 1);
INSERT INTO order_counter (shop_id, value) VALUES (8, 1);
INSERT INTO slot_load (shop_id, slot_start_ms, booked) VALUES (8, 1000, 1);
INSERT INTO orders (id, shop_id, tracking_id, order_number, client_id, customer_name, phone, sender_phone,
                    recipient_name, recipient_phone, names_folded, delivery_type, delivery_address,
                    time_precision, delivery_day, delivery_at_ms, slot_start_ms, currency, subtotal_minor,
                    delivery_cost_minor, total_minor, status, fingerprint, accepted_ms, created_ms, updated_ms)
VALUES (1, 8, '100000001', '#00001', 1, 'A', '+77000000011', '+77000000011', 'B', '+77000000012', 'a
b', 'delivery', 'Street 1', 'exact', '2026-11-20', 1500, 1000, 'KZT', 1000, 200, 1200, 'accepted', 'f', 2, 1, 1);
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
    std::shared_ptr<storage::Database> database = test::empty_database();

    /// The rows are older than the sums kept beside them: the migration has to fill those.
    Books() {
        const auto all = storage::read_migrations(embedded::migrations());
        storage::migrate(*database, {all.begin(), all.begin() + kBeforeSums}, 1);
        run(kSoundShop);
        storage::migrate(*database, all, 1);
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
    // Beside the queries: the audit chain and folded names; of a file also itself and its
    // references.
    CHECK(report.checks == invariants().size() + (test::on_postgresql() ? 2 : 4));
}

struct Fault {
    std::string_view check;
    std::string_view table;
    std::string_view sql;
    std::vector<std::string> ids;
};

const std::vector<Fault>& faults() {
    static const std::vector<Fault> all = {
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
        {"stock.reserved",
         "warehouse_item",
         "UPDATE warehouse_item SET reserved = 6 WHERE id = 1",
         {"1"}},
        {"orders.tally",
         "order_tally",
         "UPDATE order_tally SET orders = 2 WHERE span = 'created'",
         {"8:created:0:accepted:unpaid"}},
        {"orders.tally",
         "order_tally",
         "DELETE FROM order_tally WHERE span = 'shop'",
         {"8:shop:0:accepted:unpaid"}},
        {"reservations.state", "reservation", "UPDATE reservation SET state = 'consumed'", {"1"}},
        {"reservations.state", "reservation", "UPDATE orders SET status = 'delivered'", {"1"}},
        {"orders.lines",
         "orders",
         "UPDATE orders SET subtotal_minor = 900, total_minor = 1100",
         {"1"}},
        {"orders.lines", "orders", "DELETE FROM order_line", {"1"}},
        {"orders.total", "orders", "UPDATE orders SET delivery_type = 'pickup'", {"1"}},
        {"orders.history_last", "orders", "UPDATE orders SET status = 'paid'", {"1"}},
        {"orders.counter", "order_counter", "DELETE FROM order_counter", {"8"}},
        {"orders.counter", "order_counter", "UPDATE order_counter SET value = 2", {"8"}},
        {"orders.numbers", "orders", "UPDATE orders SET order_number = '#00002'", {"1"}},
        {"orders.numbers", "orders", "UPDATE orders SET order_number = '#000001'", {"1"}},
        {"orders.numbers", "orders", "UPDATE orders SET order_number = '#0001a'", {"1"}},
        {"orders.tracking", "orders", "UPDATE orders SET tracking_id = '012345678'", {"1"}},
        {"orders.tracking", "orders", "UPDATE orders SET tracking_id = '12345678x'", {"1"}},
        {"orders.payment",
         "orders",
         "UPDATE orders SET payment_status = 'paid', amount_paid_minor = 1200",
         {"1"}},
        {"orders.payment", "orders", "UPDATE orders SET paid_ms = 5", {"1"}},
        {"orders.refund", "orders", "UPDATE orders SET payment_status = 'refunded'", {"1"}},
        {"orders.refund",
         "orders",
         "UPDATE orders SET status = 'cancelled', payment_status = 'paid'",
         {"1"}},
        {"orders.cancelled", "orders", "UPDATE orders SET cancel_code = 'other'", {"1"}},
        {"orders.cancelled", "orders", "UPDATE orders SET status = 'cancelled'", {"1"}},
        {"orders.address", "orders", "UPDATE orders SET delivery_address = NULL", {"1"}},
        {"orders.address", "orders", "UPDATE orders SET pickup_address = 'x'", {"1"}},
        {"orders.time", "orders", "UPDATE orders SET delivery_at_ms = NULL", {"1"}},
        {"orders.time", "orders", "UPDATE orders SET delivery_day = NULL", {"1"}},
        {"orders.time", "orders", "UPDATE orders SET time_precision = 'window'", {"1"}},
        {"orders.time",
         "orders",
         "UPDATE orders SET time_precision = 'window', window_start_ms = 1, window_end_ms = 2",
         {"1"}},
        {"orders.stamps", "orders", "UPDATE orders SET accepted_ms = 3", {"1"}},
        {"orders.stamps", "orders", "UPDATE orders SET delivered_ms = 3", {"1"}},
        {"orders.history_chain",
         "order_history",
         "INSERT INTO order_history (id, shop_id, order_id, at_ms, actor_kind, principal, source, "
         "field, old_value, new_value) VALUES (4, 8, 1, 4, 'staff', 's', 'mcp', 'status', 'paid', "
         "'accepted')",
         {"4"}},
        {"orders.history_chain",
         "order_history",
         "INSERT INTO order_history (id, shop_id, order_id, at_ms, actor_kind, principal, source, "
         "field, old_value, new_value) VALUES (4, 8, 1, 4, 'staff', 's', 'mcp', 'status', "
         "'accepted', 'delivered')",
         {"4"}},
        {"orders.history_payment", "orders", "UPDATE orders SET payment_status = 'paid'", {"1"}},
        {"orders.history_staff", "orders", "UPDATE orders SET courier_id = 1", {"1"}},
        {"orders.history_staff", "orders", "UPDATE orders SET florist_id = 1", {"1"}},
        {"orders.history_photos",
         "orders",
         "INSERT INTO order_photo (id, shop_id, order_id, url, kind, uploaded_ms) VALUES (1, 8, 1, "
         "'https://example.org/a.jpg', 'assembly', 1)",
         {"1"}},
        {"orders.stock",
         "orders",
         "INSERT INTO stock_operation (id, shop_id, warehouse_item_id, operation_type, "
         "quantity_change, balance_after, description, order_id, actor_kind, created_ms) VALUES "
         "(3, 8, 1, 'sale', -1, 6, 's', 1, 'staff', 3)",
         {"1"}},
        {"orders.stock",
         "orders",
         "INSERT INTO stock_operation (id, shop_id, warehouse_item_id, operation_type, "
         "quantity_change, balance_after, description, order_id, actor_kind, created_ms) VALUES "
         "(3, 8, 1, 'return', 1, 8, 's', 1, 'staff', 3)",
         {"1"}},
        {"reservations.ledger",
         "reservation",
         "UPDATE reservation SET state = 'consumed'; UPDATE orders SET status = 'assembled'",
         {"1"}},
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
        {"inventory.ledger",
         "inventory_check",
         "INSERT INTO inventory_check (id, shop_id, conducted_by, status, applied_ms, applied_by, "
         "created_by, created_ms, updated_ms) VALUES (5, 8, 'x', 'applied', 1, 1, 1, 1, 1);"
         "INSERT INTO inventory_check_line (id, shop_id, check_id, warehouse_item_id, item_name, "
         "current_quantity, actual_quantity, difference) VALUES (1, 8, 5, 1, 'Rose', 7, 5, -2)",
         {"5"}},
        {"inventory.ledger",
         "inventory_check",
         "INSERT INTO inventory_check (id, shop_id, conducted_by, created_by, created_ms, "
         "updated_ms) VALUES (5, 8, 'x', 1, 1, 1);"
         "INSERT INTO stock_operation (id, shop_id, warehouse_item_id, operation_type, "
         "quantity_change, balance_after, description, inventory_check_id, actor_kind, created_ms) "
         "VALUES (3, 8, 1, 'inventory', 1, 8, 'i', 5, 'staff', 3)",
         {"5"}},
        {"slots.booked", "slot_load", "DELETE FROM slot_load", {"1000"}},
        {"catalogue.size", "catalogue_size", "UPDATE catalogue_size SET products = 2", {"8"}},
        {"catalogue.size", "catalogue_size", "DELETE FROM catalogue_size", {"8"}},
        {"catalogue.size", "catalogue_size", "UPDATE product SET enabled = FALSE", {"8"}},
        {"reviews.verified",
         "review",
         "INSERT INTO review (id, shop_id, target, author_name, rating, text, text_folded, status, "
         "verified_purchase, order_id, principal, created_ms, updated_ms) VALUES "
         "(1, 8, 'company', 'A', 5, 't', 't', 'published', TRUE, 1, 'p', 1, 1)",
         {"1"}},
        {"reviews.verified",
         "review",
         "INSERT INTO review (id, shop_id, target, author_name, rating, text, text_folded, status, "
         "verified_purchase, principal, created_ms, updated_ms) VALUES "
         "(1, 8, 'company', 'A', 5, 't', 't', 'published', TRUE, 'p', 1, 1)",
         {"1"}},
        {"reviews.verified",
         "review",
         "UPDATE orders SET status = 'delivered';"
         "INSERT INTO product (id, shop_id, name, name_folded, price_minor, created_ms, "
         "updated_ms) "
         "VALUES (2, 8, 'Other', 'other', 1, 1, 1);"
         "INSERT INTO review (id, shop_id, target, product_id, author_name, rating, text, "
         "text_folded, status, verified_purchase, order_id, principal, created_ms, updated_ms) "
         "VALUES (1, 8, 'product', 2, 'A', 5, 't', 't', 'published', TRUE, 1, 'p', 1, 1)",
         {"1"}},
        {"reviews.reply",
         "review",
         "INSERT INTO review (id, shop_id, target, author_name, rating, text, text_folded, status, "
         "verified_purchase, principal, reply_text, created_ms, updated_ms) VALUES "
         "(1, 8, 'company', 'A', 5, 't', 't', 'pending', FALSE, 'p', 'thanks', 1, 1)",
         {"1"}},
        {"stock.staff",
         "stock_operation",
         "INSERT INTO stock_operation (id, shop_id, warehouse_item_id, operation_type, "
         "quantity_change, balance_after, description, user_id, actor_kind, created_ms) VALUES "
         "(3, 8, 1, 'delivery', 1, 8, 'd', 2, 'staff', 3)",
         {"3"}},
        {"inventory.staff",
         "inventory_check",
         "INSERT INTO inventory_check (id, shop_id, conducted_by, created_by, created_ms, "
         "updated_ms) VALUES (5, 8, 'x', 2, 1, 1)",
         {"5"}},
        {"reviews.staff",
         "review",
         "INSERT INTO review (id, shop_id, target, author_name, rating, text, text_folded, status, "
         "verified_purchase, principal, moderated_by, created_ms, updated_ms) VALUES "
         "(1, 8, 'company', 'A', 5, 't', 't', 'pending', FALSE, 'p', 2, 1, 1)",
         {"1"}},
        {"keys.staff",
         "api_key",
         "INSERT INTO api_key (id, shop_id, user_id, name, key_hash, scopes, created_ms, "
         "updated_ms) VALUES (1, 8, 2, 'k', 'h', 'tools:read', 1, 1)",
         {"1"}},
        {"idempotency.shop",
         "idempotency_keys",
         "UPDATE idempotency_keys SET scope = '88:guest:local:create_order'",
         {"88:guest:local:create_order"}},
        {"idempotency.expiry",
         "idempotency_keys",
         "UPDATE idempotency_keys SET expires_ms = 1",
         {"8:guest:local:create_order"}},
        {"events.shop",
         "events",
         "INSERT INTO events (id, ts_ms, shop_id, topic, type, subject_kind, subject_id, trace_id, "
         "data_json) VALUES (1, 1, 77, 't', 't', 's', '1', 'r', '{}')",
         {"1"}},
        {"outbox.shop",
         "outbox",
         "INSERT INTO outbox (id, shop_id, kind, dedupe_key, partition_key, payload_json, "
         "next_at_ms, trace_id, created_ms) VALUES (1, 77, 'k', 'd', 'p', '{}', 1, 't', 1)",
         {"1"}},
        {"outbox.state",
         "outbox",
         "INSERT INTO outbox (id, shop_id, kind, dedupe_key, partition_key, payload_json, state, "
         "next_at_ms, trace_id, created_ms) VALUES (1, 8, 'k', 'd', 'p', '{}', 'done', 1, 't', 1)",
         {"1"}},
        {"outbox.state",
         "outbox",
         "INSERT INTO outbox (id, shop_id, kind, dedupe_key, partition_key, payload_json, state, "
         "next_at_ms, trace_id, created_ms) VALUES (1, 8, 'k', 'd', 'p', '{}', 'leased', 1, 't', "
         "1)",
         {"1"}},
        {"names.folded",
         "(several)",
         "UPDATE product SET name = 'Tulip'; UPDATE orders SET recipient_name = 'C'",
         {"product:1", "orders:1"}},
        {"names.folded",
         "(several)",
         "UPDATE warehouse_item SET name_folded = 'x' WHERE id = 2;"
         "INSERT INTO review (id, shop_id, target, author_name, rating, text, text_folded, status, "
         "verified_purchase, principal, created_ms, updated_ms) VALUES "
         "(1, 8, 'company', 'A', 5, 'T', 'T', 'pending', FALSE, 'p', 1, 1)",
         {"warehouse_item:2", "review:1"}},
        {"orders.history_first",
         "orders",
         "INSERT INTO orders (id, shop_id, tracking_id, order_number, client_id, customer_name, "
         "phone, sender_phone, recipient_name, recipient_phone, delivery_type, time_precision, "
         "currency, subtotal_minor, delivery_cost_minor, total_minor, fingerprint, created_ms, "
         "updated_ms) VALUES (2, 8, '100000002', '#00002', 1, 'A', 'p', 'p', 'B', 'p', 'pickup', "
         "'asap', 'KZT', 0, 0, 0, 'f', 1, 1)",
         {"2"}},
        {"products.index", "product", "DELETE FROM search_posting", {"1"}},
        {"products.sales",
         "product",
         "UPDATE product_sale SET units = 3 WHERE span_ms = 921600000",
         {"1"}},
        {"products.sales", "product", "DELETE FROM product_sale WHERE span_ms = 900000", {"1"}},
        {"products.sales", "product", "UPDATE orders SET status = 'cancelled'", {"1"}},
        {"maintenance.over",
         "maintenance",
         "INSERT INTO maintenance (guarded) VALUES ('order_history')",
         {"order_history"}},
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
    };
    return all;
}

TEST_CASE("B3: every check has a fault that shows it", "[server]") {
    std::set<std::string_view> shown;
    for (const Fault& fault : faults()) shown.insert(fault.check);

    for (const Invariant& invariant : invariants()) {
        INFO(invariant.name);
        CHECK(shown.contains(invariant.name));
    }
}

/// What a check says of the shop with this fault in it; the shop itself stays sound.
CheckReport report_with(Books& books, const Fault& fault) {
    CheckReport report;
    const auto undone = books.database->write([&](storage::Connection& connection) -> Result<void> {
        connection.run_script(fault.sql);
        report = check_database(connection, books.database->engine(), kNow);
        return conflict("fault", "this must not stay");
    });
    REQUIRE_FALSE(undone);
    return report;
}

TEST_CASE("B3: each fault is found by name, table and id", "[server]") {
    Books books;
    for (const Fault& fault : faults()) {
        const CheckReport report = report_with(books, fault);

        INFO(fault.sql << "\nfound: " << names(report));
        const auto found =
            std::find_if(report.findings.begin(), report.findings.end(),
                         [&](const Finding& finding) { return finding.check == fault.check; });
        REQUIRE(found != report.findings.end());
        CHECK(found->table == fault.table);
        CHECK(found->ids == fault.ids);
        CHECK_FALSE(found->says.empty());
    }
    CHECK(books.check().findings.empty());
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
    books.run(
        "UPDATE reservation SET reserved_quantity = 8;"
        "UPDATE warehouse_item SET reserved = 8 WHERE id = 1");
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

TEST_CASE("B3: looking changes nothing", "[sqlite][server]") {
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
