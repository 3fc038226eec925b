// What the schema itself promises, whatever code asks of it. It is read back from SQLite's own
// tables; the other engine is made from the same text.
#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "storage/errors.hpp"
#include "support/whole_shop.hpp"

using namespace shopkeeper;
using test::ShopFixture;
using test::Who;

namespace {

struct Column {
    std::string table;
    std::string name;
    std::string type;
};

std::vector<Column> columns(ShopFixture& shop) {
    std::vector<Column> all;
    const storage::Rows rows = shop.rows(
        "SELECT t.name, c.name, c.type FROM sqlite_master t, pragma_table_info(t.name) c "
        "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid");
    for (const storage::Row row : rows)
        all.push_back({row.get<std::string>(0), row.get<std::string>(1), row.get<std::string>(2)});
    return all;
}

struct Enumerated {
    std::string table;
    std::string column;
    std::string words;
};

/// Every `column IN ('a', 'b')` that a table checks.
std::vector<Enumerated> enumerated(ShopFixture& shop) {
    const std::regex list(R"((\w+) IN\s*\(('[^)]*)\))");
    std::vector<Enumerated> all;
    const storage::Rows rows =
        shop.rows("SELECT name, sql FROM sqlite_master WHERE type = 'table'");
    for (const storage::Row row : rows) {
        const auto sql = row.get<std::optional<std::string>>(1).value_or("");
        for (std::sregex_iterator found(sql.begin(), sql.end(), list), end; found != end; ++found)
            all.push_back({row.get<std::string>(0), (*found)[1], (*found)[2]});
    }
    return all;
}

/// A shop with a row in most tables: stock, a product, an order, a review.
void live_in(ShopFixture& shop) {
    const auto done = [&](const char* tool, Json arguments, Who who) {
        const auto reply = shop.call(tool, std::move(arguments), who);
        INFO(tool << reply.error);
        REQUIRE(reply.ok());
        return reply.result;
    };
    const Json item =
        done("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 50}}, Who::manager);
    const Json product =
        done("create_product",
             {{"name", "Одна роза"},
              {"type", "flowers"},
              {"price", 500},
              {"recipe", {{{"warehouse_item_id", item["item"]["id"]}, {"quantity", 1}}}}},
             Who::manager);
    done("create_order",
         {{"customer_name", "Покупатель"},
          {"customer_phone", "+77000002001"},
          {"items", {{{"product_id", product["id"]}, {"quantity", 1}}}},
          {"delivery_type", "pickup"},
          {"delivery_date", "завтра"},
          {"delivery_time", "15:00"}},
         Who::guest);
    done("create_inventory_check",
         {{"items", {{{"warehouse_item_id", item["item"]["id"]}, {"actual_quantity", 49}}}}},
         Who::manager);
    done("create_review",
         {{"target", "company"}, {"rating", 5}, {"text", "Спасибо"}, {"author_name", "Алия"}},
         Who::guest);
}

}  // namespace

TEST_CASE("T1: instants, money, JSON and flags have one type each, by their names",
          "[sqlite][schema]") {
    auto shop = test::whole_shop();
    const auto all = columns(shop);
    REQUIRE(all.size() > 200);
    const std::set<std::string> kTypes = {"BIGINT", "INTEGER", "TEXT", "BOOLEAN"};

    for (const Column& column : all) {
        if (column.table == "schema_migration") continue;
        CAPTURE(column.table, column.name);
        CHECK(kTypes.count(column.type) == 1);
        const auto ends = [&](const char* suffix) { return column.name.ends_with(suffix); };
        if (ends("_ms") || ends("_minor")) CHECK(column.type == "BIGINT");
        if (ends("_json") || ends("_day")) CHECK(column.type == "TEXT");
        if (column.name.starts_with("is_")) CHECK(column.type == "BOOLEAN");
    }
}

TEST_CASE("T2: every list of words is in lower case, and no other word is taken",
          "[sqlite][schema]") {
    auto shop = test::whole_shop();
    live_in(shop);
    const auto lists = enumerated(shop);
    REQUIRE(lists.size() > 20);
    const std::set<std::string> kAppendOnly = {"order_history", "stock_operation", "audit_log"};

    int tried = 0;
    for (const Enumerated& list : lists) {
        CAPTURE(list.table, list.column);
        CHECK(std::none_of(list.words.begin(), list.words.end(),
                           [](unsigned char c) { return std::isupper(c) != 0; }));
        const bool is_empty = shop.number("SELECT COUNT(*) FROM " + list.table) == 0;
        if (is_empty || kAppendOnly.count(list.table) == 1) continue;
        CHECK_THROWS_AS(shop.execute("UPDATE " + list.table + " SET " + list.column + " = 'NEW'"),
                        storage::CheckViolation);
        ++tried;
    }
    CHECK(tried >= 14);
}

TEST_CASE("T2: what one row can promise, the database holds it to", "[schema]") {
    auto shop = test::whole_shop();
    live_in(shop);
    const auto* change = GENERATE(
        "UPDATE shop SET slot_minutes = 29", "UPDATE shop SET max_days_ahead = 366",
        "UPDATE shop SET weekday_start = weekday_end",
        "UPDATE shop SET pickup_available = FALSE, delivery_available = FALSE",
        "UPDATE shop SET prepay_minutes = 4", "UPDATE warehouse_item SET quantity = -1",
        "UPDATE product SET price_minor = 0", "UPDATE orders SET total_minor = total_minor + 1",
        "UPDATE orders SET discount_minor = subtotal_minor + 1",
        "UPDATE orders SET customer_name = ''", "UPDATE order_line SET quantity = 0",
        "UPDATE reservation SET reserved_quantity = 0", "UPDATE review SET rating = 6");
    CAPTURE(change);

    CHECK_THROWS_AS(shop.execute(change), storage::CheckViolation);
}

TEST_CASE("T2: foreign keys are on", "[schema]") {
    auto shop = test::whole_shop();
    live_in(shop);

    CHECK_THROWS_AS(shop.execute("UPDATE order_line SET product_id = 9999"),
                    storage::ForeignKeyViolation);
    CHECK_THROWS_AS(shop.execute("UPDATE reservation SET warehouse_item_id = 9999"),
                    storage::ForeignKeyViolation);
    CHECK_THROWS_AS(shop.execute("DELETE FROM client"), storage::ForeignKeyViolation);
}

TEST_CASE(
    "T6: what is changed says when it was made and when it was changed, by the server's clock",
    "[schema]") {
    auto shop = test::whole_shop();
    live_in(shop);
    const UnixMs made_ms = shop.clock.now_ms();
    for (const char* table : {"product", "warehouse_item", "orders", "reservation", "client",
                              "inventory_check", "review"}) {
        CAPTURE(table);
        const std::string from = std::string(" FROM ") + table;
        CHECK(shop.number("SELECT MIN(created_ms)" + from) == made_ms);
        CHECK(shop.number("SELECT MAX(updated_ms)" + from) == made_ms);
    }

    shop.clock.advance_minutes(7);
    REQUIRE(shop.call("update_product", {{"product_id", 1}, {"price", 600}}, Who::director).ok());
    REQUIRE(shop.call("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 1}}, Who::manager)
                .ok());
    REQUIRE(
        shop.call("update_order_status", {{"order_id", 1}, {"status", "accepted"}}, Who::director)
            .ok());
    for (const char* table : {"product", "warehouse_item", "orders", "reservation"}) {
        CAPTURE(table);
        const std::string from = std::string(" FROM ") + table + " WHERE id = 1";
        CHECK(shop.number("SELECT created_ms" + from) == made_ms);
        CHECK(shop.number("SELECT updated_ms" + from) == made_ms + 7 * 60'000);
    }
}

TEST_CASE("T7: orders, products, clients and items outlive what is done to them", "[schema]") {
    auto shop = test::whole_shop();
    live_in(shop);
    REQUIRE(
        shop.call("update_product", {{"product_id", 1}, {"enabled", false}}, Who::director).ok());
    REQUIRE(shop.call("cancel_order", {{"order_id", 1}, {"reason", "other"}}, Who::director).ok());

    for (const char* table : {"orders", "order_line", "product", "client", "warehouse_item"}) {
        CAPTURE(table);
        CHECK(shop.number(std::string("SELECT COUNT(*) FROM ") + table) == 1);
    }
}
