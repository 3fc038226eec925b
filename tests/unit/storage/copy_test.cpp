// A shop with rows in every table, copied from one database into another.
#include "storage/copy/copy.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <stdexcept>

#include "storage/copy/row_stream.hpp"
#include "support/test_database.hpp"

using namespace shopkeeper;
using storage::CopyOptions;
using storage::CopyRefused;
using storage::CopyReport;
using storage::Table;

namespace {

constexpr UnixMs kNow = 1795000000000;

std::vector<storage::Migration> migrations() {
    return storage::read_migrations(embedded::migrations());
}

using Base = std::shared_ptr<storage::Database>;

/// A target of the engine that this run is for; the sources are SQLite's unless a test says more.
Base empty_database() {
    return test::migrated_database(0);
}

void run(const Base& database, std::string_view sql) {
    database->write([&](storage::Connection& connection) { connection.run_script(sql); });
}

constexpr std::string_view kShop = R"sql(
INSERT INTO shop (id, name, free_delivery_threshold_minor, created_ms, updated_ms)
VALUES (8, 'Розы "и" ''друзья''', NULL, 1, 1), (9, 'Тюльпаны', 0, 9007199254740993, 2);
INSERT INTO staff_user (id, shop_id, name, phone, role, password_hash, created_ms, updated_ms)
VALUES (1, 8, 'Director', '+77000000001', 'director', '!', 1, 1);
INSERT INTO warehouse_item (id, shop_id, name, name_folded, quantity, created_ms, updated_ms)
VALUES (1, 8, 'Роза', 'роза', 7, 1, 1);
INSERT INTO stock_operation (id, shop_id, warehouse_item_id, operation_type, quantity_change,
                             balance_after, description, actor_kind, forced, created_ms)
VALUES (1, 8, 1, 'delivery', 10, 10, 'd', 'staff', FALSE, 1),
       (2, 8, 1, 'writeoff', -3, 7, 'w', 'staff', TRUE, 2);
INSERT INTO product (id, shop_id, name, name_folded, price_minor, created_ms, updated_ms)
VALUES (1, 8, 'Букет', 'букет', 500, 1, 1), (3, 8, 'Bouquet', 'bouquet', 501, 1, 1),
       (40, 8, 'Third', 'third', 501, 1, 1);
INSERT INTO catalogue_size (shop_id, enabled, products) VALUES (8, TRUE, 3), (8, FALSE, 0);
INSERT INTO search_posting (shop_id, stem, product_id, field, tf)
VALUES (8, 'букет', 1, 'name', 1), (8, 'bouquet', 3, 'name', 1), (8, 'Z', 3, 'name', 1),
       (8, 'third', 40, 'name', 1), (8, 'é', 40, 'facet', 1);
INSERT INTO order_counter (shop_id, value) VALUES (8, 1);
INSERT INTO idempotency_keys (scope, key, request_hash, state, response_json, created_ms, expires_ms)
VALUES ('8:guest:local:create_order', 'k', 'h', 'done', '{"a": "line\nbreak"}', 1, 2);
INSERT INTO outbox (id, shop_id, kind, dedupe_key, partition_key, payload_json, next_at_ms, trace_id,
                    created_ms)
VALUES (1, 8, 'telegram.send', 'd', 'order:1', '', 1, 't', 1);
)sql";

Base on_sqlite() {
    return storage::open_sqlite({.path = ":memory:"});
}

Base shop_database(Base database = on_sqlite()) {
    storage::migrate(*database, migrations(), 1);
    run(database, kShop);
    return database;
}

CopyReport copy(const Base& source, const Base& target, const CopyOptions& options = {}) {
    return storage::copy_database(*source, *target, migrations(), kNow, options);
}

std::int64_t rows_of(const CopyReport& report, std::string_view table) {
    const auto found =
        std::find_if(report.tables.begin(), report.tables.end(),
                     [&](const storage::TableDigest& each) { return each.table == table; });
    return found == report.tables.end() ? -1 : found->rows;
}

std::int64_t count(const Base& database, const std::string& table) {
    return database->read([&](storage::Connection& connection) {
        return connection.query("SELECT COUNT(*) FROM " + table).front().get<std::int64_t>(0);
    });
}

/// What ends a process in the middle of a copy, at a step of its own choosing.
struct Killed : std::runtime_error {
    Killed() : std::runtime_error("killed") {}
};

CopyOptions dies_at(int step) {
    return {.rows_per_batch = 1, .on_step = [step, seen = 0](const storage::CopyStep&) mutable {
                if (++seen == step) throw Killed();
            }};
}

CopyOptions dies_before_comparing() {
    return {.on_step = [](const storage::CopyStep& step) {
        if (step.doing == "comparing") throw Killed();
    }};
}

}  // namespace

TEST_CASE("B10: no table that a migration makes is left out of a copy", "[sqlite][storage][copy]") {
    std::set<std::string> made;
    for (const storage::Migration& migration : migrations()) {
        const std::string sql(migration.sql);
        constexpr std::string_view kCreate = "CREATE TABLE ";
        for (std::size_t at = sql.find(kCreate); at != std::string::npos;
             at = sql.find(kCreate, at + 1)) {
            const std::size_t name = at + kCreate.size();
            made.insert(sql.substr(name, sql.find_first_of(" (", name) - name));
        }
    }

    std::set<std::string> covered;
    for (const Table& table : storage::tables_of(migrations())) covered.insert(table.name);

    CHECK(made.size() > 20);
    CHECK(covered == made);
}

TEST_CASE("B10: parents come before what refers to them", "[sqlite][storage][copy]") {
    std::vector<std::string> names;
    for (const Table& table : storage::tables_of(migrations())) names.push_back(table.name);
    const auto place = [&](std::string_view name) {
        return std::find(names.begin(), names.end(), name) - names.begin();
    };

    CHECK(place("shop") < place("staff_user"));
    CHECK(place("client") < place("orders"));
    CHECK(place("orders") < place("order_line"));
    CHECK(place("product") < place("order_line"));
    CHECK(place("inventory_check") < place("stock_operation"));
    CHECK(place("review") < place("review_photo"));
}

TEST_CASE("B10: a migration whose table cannot be copied is refused", "[sqlite][storage][copy]") {
    const auto tables = [](std::string_view sql) {
        const EmbeddedFile file{"0001_first.sql", sql};
        return storage::tables_of(storage::read_migrations({&file, 1}));
    };

    CHECK_THROWS_WITH(tables("CREATE TABLE keyless (a BIGINT);"), Catch::Contains("keyless"));
    CHECK_THROWS_WITH(tables("CREATE TABLE odd (id {{identity}}, picture BLOB);"),
                      Catch::Contains("BLOB"));
    CHECK_THROWS_WITH(tables("CREATE TABLE a (id {{identity}}, b BIGINT REFERENCES b (id));"
                             "CREATE TABLE b (id {{identity}}, a BIGINT REFERENCES a (id));"),
                      Catch::Contains("circle"));
}

TEST_CASE("B10: a copy holds every row of the source and nothing else", "[storage][copy]") {
    const Base source = shop_database();
    const Base target = test::empty_database();

    const CopyReport report = copy(source, target);

    CHECK_FALSE(report.resumed);
    CHECK(report.rows_copied == 19);
    CHECK(rows_of(report, "shop") == 2);
    CHECK(rows_of(report, "stock_operation") == 2);
    CHECK(rows_of(report, "search_posting") == 5);
    CHECK(rows_of(report, "orders") == 0);
    CHECK(report.digest.size() == 64);
    CHECK_FALSE(storage::is_unfinished_copy(*target));
    const auto name = target->read([](storage::Connection& connection) {
        return connection.query("SELECT name, created_ms FROM shop WHERE id = 8")
            .front()
            .get<std::string>(0);
    });
    CHECK(name == "Розы \"и\" 'друзья'");
    // The new rows of the target go on behind the old ones.
    run(target,
        "INSERT INTO product (shop_id, name, name_folded, price_minor, created_ms, "
        "updated_ms) VALUES (8, 'x', 'x', 1, 1, 1)");
    CHECK(count(target, "product WHERE id = 41") == 1);
}

TEST_CASE("B10: a shop comes back from the other engine as it went there", "[storage][copy]") {
    const Base source = shop_database();
    const Base there = empty_database();
    const Base back = on_sqlite();
    const std::string digest = copy(source, there).digest;

    CHECK(copy(there, back).digest == digest);
    CHECK(copy(there, empty_database()).digest == digest);
}

TEST_CASE("B10: the same rows have the same digest, in batches of any size",
          "[sqlite][storage][copy]") {
    const Base source = shop_database();
    const auto digest = [&](std::size_t rows_per_batch) {
        return copy(source, on_sqlite(), {.rows_per_batch = rows_per_batch}).digest;
    };
    const std::string in_one = digest(1000);

    CHECK(digest(1) == in_one);
    CHECK(digest(2) == in_one);
    run(source, "UPDATE shop SET name = 'Lilies' WHERE id = 9");
    CHECK(digest(1000) != in_one);
}

TEST_CASE("B10: a copy that ends at any step and is run again ends right",
          "[sqlite][storage][copy]") {
    const Base source = shop_database();
    const std::string expected = copy(source, on_sqlite()).digest;
    int steps = 0;
    copy(source, on_sqlite(),
         {.rows_per_batch = 1, .on_step = [&](const storage::CopyStep&) { ++steps; }});
    REQUIRE(steps > 19);

    for (int step = 1; step <= steps; ++step) {
        INFO("killed at step " << step);
        const Base target = on_sqlite();
        CHECK_THROWS_AS(copy(source, target, dies_at(step)), Killed);
        CHECK(storage::is_unfinished_copy(*target));

        const CopyReport report = copy(source, target, {.rows_per_batch = 2});

        CHECK(report.resumed);
        CHECK(report.digest == expected);
        CHECK_FALSE(storage::is_unfinished_copy(*target));
    }
}

TEST_CASE("B10: a copy that is killed behind each row in turn ends right", "[storage][copy]") {
    const Base source = shop_database();
    const CopyReport expected = copy(source, on_sqlite());
    const Base target = empty_database();
    // A run copies the next row and dies; when there is none left it dies at its first comparison.
    std::int64_t rows = 0;
    for (bool copying = true; copying;) {
        const auto dies = [&](const storage::CopyStep& step) {
            copying = step.doing == "copying";
            throw Killed();
        };
        CHECK_THROWS_AS(copy(source, target, {.rows_per_batch = 1, .on_step = dies}), Killed);
        rows += copying ? 1 : 0;
    }
    CHECK(rows == expected.rows_copied);
    for (int table = 1; table <= static_cast<int>(expected.tables.size()); ++table)
        CHECK_THROWS_AS(copy(source, target, dies_at(table)), Killed);
    CHECK(storage::is_unfinished_copy(*target));

    const CopyReport last = copy(source, target);

    CHECK(last.resumed);
    CHECK(last.rows_copied == 0);
    CHECK(last.digest == expected.digest);
    CHECK_FALSE(storage::is_unfinished_copy(*target));
}

TEST_CASE("B10: a finished copy that is run again is found to be in order", "[storage][copy]") {
    const Base source = shop_database();
    const Base target = empty_database();
    const CopyReport first = copy(source, target);

    const CopyReport second = copy(source, target);

    CHECK(second.rows_copied == 0);
    CHECK(second.digest == first.digest);
}

TEST_CASE("B10: a target with other data is refused and keeps it", "[storage][copy]") {
    const Base source = shop_database();
    const Base target = shop_database(empty_database());
    run(target, "UPDATE product SET price_minor = 499 WHERE id = 3");

    CHECK_THROWS_WITH(copy(source, target),
                      Catch::Contains("product, row id=3") && Catch::Contains("price_minor"));
    CHECK_THROWS_AS(copy(source, target, {.restart = true}), CopyRefused);

    CHECK(count(target, "product WHERE price_minor = 499") == 1);
    CHECK_FALSE(storage::is_unfinished_copy(*target));
}

TEST_CASE("B10: an unfinished copy of another shop goes only with --restart", "[storage][copy]") {
    const Base source = shop_database();
    const Base other = shop_database();
    run(other, "UPDATE shop SET created_ms = 77 WHERE id = 8");
    const Base target = empty_database();
    CHECK_THROWS_AS(copy(other, target, dies_at(9)), Killed);

    CHECK_THROWS_WITH(copy(source, target), Catch::Contains("--restart"));
    CHECK(storage::is_unfinished_copy(*target));

    const CopyReport report = copy(source, target, {.restart = true});
    CHECK_FALSE(report.resumed);
    CHECK(report.digest == copy(source, on_sqlite()).digest);
}

TEST_CASE("B10: a source that went on selling between two runs is found", "[storage][copy]") {
    const Base source = shop_database();
    const Base target = empty_database();
    CHECK_THROWS_AS(copy(source, target, dies_before_comparing()), Killed);
    std::string place;

    SECTION("a row that was copied has changed") {
        run(source, "UPDATE warehouse_item SET quantity = 6");
        place = "warehouse_item, row id=1";
    }
    SECTION("a row that was copied is gone") {
        run(source, "DELETE FROM catalogue_size WHERE enabled = FALSE");
        place = "catalogue_size, row shop_id=8 enabled=false: is in the target only";
    }
    SECTION("a row came before those that were copied") {
        run(source,
            "INSERT INTO product (id, shop_id, name, name_folded, price_minor, created_ms, "
            "updated_ms) VALUES (2, 8, 'Late', 'late', 1, 1, 1)");
        place = "product, row id=2: is in the source only";
    }

    CHECK_THROWS_WITH(copy(source, target), Catch::Contains(place) && Catch::Contains("--restart"));
    CHECK(storage::is_unfinished_copy(*target));
    CHECK_NOTHROW(copy(source, target, {.restart = true}));
}

TEST_CASE("B10: rows that refer to what came too late end with the same advice",
          "[storage][copy]") {
    const Base source = shop_database();
    const Base target = empty_database();
    CHECK_THROWS_AS(copy(source, target, dies_before_comparing()), Killed);
    run(source,
        "INSERT INTO product (id, shop_id, name, name_folded, price_minor, created_ms, updated_ms) "
        "VALUES (2, 8, 'Late', 'late', 1, 1, 1);"
        "INSERT INTO review (id, shop_id, target, product_id, author_name, rating, text, "
        "text_folded, status, verified_purchase, principal, created_ms, updated_ms) VALUES "
        "(1, 8, 'product', 2, 'A', 5, 't', 't', 'pending', FALSE, 'p', 1, 1)");

    CHECK_THROWS_WITH(copy(source, target),
                      Catch::Contains("review") && Catch::Contains("--restart"));
}

TEST_CASE("B10: a source that is not up to date or not finished is refused", "[storage][copy]") {
    CHECK_THROWS_WITH(copy(on_sqlite(), on_sqlite()), Catch::Contains("db migrate"));

    const Base half = empty_database();
    CHECK_THROWS_AS(copy(shop_database(), half, dies_at(3)), Killed);
    CHECK_THROWS_WITH(copy(half, on_sqlite()), Catch::Contains("unfinished"));
}

TEST_CASE("B10: an older target that holds a shop is refused and not migrated", "[storage][copy]") {
    const auto known = migrations();
    const std::vector<storage::Migration> old(known.begin(), known.begin() + 1);
    const Base target = test::empty_database();
    storage::migrate(*target, old, 1);

    SECTION("with a shop") {
        run(target, "INSERT INTO shop (id, name, created_ms, updated_ms) VALUES (1, 'Mine', 1, 1)");
        CHECK_THROWS_AS(copy(shop_database(), target), CopyRefused);
        CHECK(storage::schema_state(*target, known).current == 1);
    }
    SECTION("without one") {
        CHECK(copy(shop_database(), target).rows_copied == 19);
    }
}
