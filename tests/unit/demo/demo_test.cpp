// The demo shop against the tables of domain section 10: what they promise is looked up in the
// database, and where a tool shows it, through that tool.
#include "server/demo.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <map>

#include "domains/auth/password.hpp"
#include "domains/products/product.hpp"
#include "domains/shop/rating.hpp"
#include "domains/warehouse/items.hpp"
#include "support/fakes.hpp"
#include "support/test_database.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;

namespace {

constexpr UnixMs kMondayTen = 1795410000000;  // 2026-11-23 10:00 in Almaty
constexpr UnixMs kHour = 3'600'000;
constexpr UnixMs kDay = 24 * kHour;

/// An empty database with the demo in it.
struct Demo {
    explicit Demo(UnixMs now_ms = kMondayTen) : clock(now_ms) {
        database = migrated_database(now_ms);
        report = load();
    }

    server::DemoReport load() {
        return server::load_demo(*database, clock, random, {.staff_password = "demo-password"});
    }

    storage::Rows rows(std::string_view sql, std::initializer_list<storage::Value> params = {}) {
        return database->read(
            [&](storage::Connection& connection) { return connection.query(sql, params); });
    }
    std::int64_t number(std::string_view sql, std::initializer_list<storage::Value> params = {}) {
        return rows(sql, params).front().get<std::int64_t>(0);
    }
    std::string text(std::string_view sql, std::initializer_list<storage::Value> params = {}) {
        return rows(sql, params).front().get<std::string>(0);
    }

    FakeClock clock;
    SeededRandom random;
    std::shared_ptr<storage::Database> database;
    server::DemoReport report;
};

/// Reads one column of small numbers as a list.
std::vector<std::int64_t> column(const storage::Rows& rows) {
    std::vector<std::int64_t> result;
    for (const storage::Row row : rows) result.push_back(row.get<std::int64_t>(0));
    return result;
}

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("X1: loading fills an empty database once, and quickly", "[demo]") {
    const auto started = std::chrono::steady_clock::now();
    Demo demo;
    const auto spent = std::chrono::steady_clock::now() - started;

    CHECK(demo.report.loaded);
    CHECK(spent < std::chrono::seconds(10));  // under 2 s in a release build, on an idle machine
    const auto events = demo.number("SELECT COUNT(*) FROM events");
    const auto operations = demo.number("SELECT COUNT(*) FROM stock_operation");

    const server::DemoReport again = demo.load();

    CHECK_FALSE(again.loaded);
    CHECK(again.staff.empty());
    CHECK(demo.number("SELECT COUNT(*) FROM shop") == 1);
    CHECK(demo.number("SELECT COUNT(*) FROM orders") == 39);
    CHECK(demo.number("SELECT COUNT(*) FROM events") == events);
    CHECK(demo.number("SELECT COUNT(*) FROM stock_operation") == operations);
}

TEST_CASE("X3, X4, X5: the shop and its people", "[demo]") {
    Demo demo;

    CHECK(demo.text("SELECT name FROM shop WHERE id = 8") == "Тестовый цветочный магазин");
    CHECK(demo.text("SELECT phone || ' ' || email || ' ' || address || ' ' || city FROM shop") ==
          "+77000000800 shop@example.com ул. Тестовая 1 Алматы");
    CHECK(demo.text("SELECT weekday_start || weekday_end || weekend_start || weekend_end "
                    "FROM shop") == "09:0021:0010:0020:00");
    CHECK(demo.number("SELECT delivery_cost_minor FROM shop") == 150000);
    CHECK(demo.number("SELECT free_delivery_threshold_minor FROM shop") == 1000000);
    CHECK(demo.text("SELECT address || ', ' || landmark FROM pickup_location") ==
          "ул. Тестовая 1, вход со двора");

    REQUIRE(demo.report.staff.size() == 4);
    const char* roles[] = {"director", "manager", "florist", "courier"};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& person = demo.report.staff[i];
        const auto found = demo.rows(
            "SELECT id, name, role, password_hash FROM staff_user "
            "WHERE phone = $1 AND shop_id = 8",
            {person.phone});
        REQUIRE(found.size() == 1);
        CHECK(person.phone == "+7700000080" + std::to_string(i + 1));
        CHECK(found.front().get<std::string>(1) == person.name);
        CHECK(found.front().get<std::string>(2) == roles[i]);
        CHECK(auth::verify_password(found.front().get<std::string>(3), person.password));
    }

    const char* names[] = {"Сауле", "Ержан",  "Марина", "Тимур",  "Камила", "Олег",
                           "Жанна", "Руслан", "Ирина",  "Бекзат", "Лаура",  "Виктор"};
    for (int i = 1; i <= 12; ++i) {
        const std::string phone = "+7700000" + std::to_string(1000 + i);
        CHECK(demo.text("SELECT name FROM client WHERE id = $1 AND phone = $2", {i, phone}) ==
              names[i - 1]);
    }
    CHECK(demo.number("SELECT COUNT(*) FROM client") == 12);
    CHECK(demo.text("SELECT telegram_user_id FROM client WHERE id = 1 AND phone_verified") ==
          "700000001");
    CHECK(demo.text("SELECT telegram_user_id FROM client WHERE id = 2 AND phone_verified") ==
          "700000002");
    CHECK(demo.number("SELECT COUNT(*) FROM client WHERE telegram_user_id IS NOT NULL") == 2);
    // Nobody invented is ever written to.
    CHECK(demo.number("SELECT COUNT(*) FROM outbox") == 0);
}

TEST_CASE("X1: without a given password everybody has one of their own", "[demo]") {
    FakeClock clock(kMondayTen);
    SeededRandom random;
    const auto database = migrated_database(kMondayTen);

    const auto report = server::load_demo(*database, clock, random);

    CHECK(report.staff[0].password.size() == 19);
    CHECK(report.staff[0].password != report.staff[1].password);
    const auto other = migrated_database(kMondayTen);
    CHECK_THROWS_AS(server::load_demo(*other, clock, random, {.staff_password = "short"}),
                    std::invalid_argument);
}

TEST_CASE("X2, 10.1: the warehouse holds what its table says, and its ledger sums up", "[demo]") {
    struct Row {
        const char* name;
        const char* kind;
        std::int64_t cost, retail, min_quantity, opening, out, other, on_hand, reserved;
    };
    const Row table[] = {{"Роза красная", "flower", 150, 270, 40, 558, 298, 0, 260, 49},
                         {"Роза розовая", "flower", 140, 180, 30, 192, 52, 0, 140, 0},
                         {"Роза белая", "flower", 165, 220, 30, 145, 25, 0, 120, 0},
                         {"Тюльпан микс", "flower", 120, 200, 30, 261, 75, -6, 180, 0},
                         {"Гербера микс", "flower", 200, 350, 20, 78, 18, 0, 60, 0},
                         {"Хризантема кустовая", "flower", 250, 300, 15, 27, 15, 0, 12, 0},
                         {"Альстромерия", "flower", 180, 260, 15, 70, 20, 0, 50, 0},
                         {"Лилия белая", "flower", 350, 450, 10, 42, 12, 0, 30, 4},
                         {"Пион", "flower", 900, 1300, 9, 36, 9, 0, 27, 0},
                         {"Орхидея (цветок)", "flower", 1200, 1500, 7, 25, 7, 0, 18, 0},
                         {"Эустома", "flower", 300, 420, 10, 50, 10, 0, 40, 0},
                         {"Эвкалипт (ветка)", "greenery", 100, 150, 30, 202, 52, 0, 150, 7},
                         {"Упаковка крафт", "packaging", 150, 300, 30, 238, 38, 0, 200, 3},
                         {"Лента атласная", "packaging", 30, 60, 20, 82, 0, -2, 80, 0},
                         {"Рафаэлло 150 г", "goods", 1900, 3000, 6, 32, 8, 0, 24, 1},
                         {"Ferrero Rocher 200 г", "goods", 3200, 4500, 6, 14, 2, 0, 12, 0},
                         {"Мишка плюшевый 40 см", "goods", 3000, 5000, 8, 8, 2, 0, 6, 0}};
    Demo demo;
    std::vector<std::int64_t> low;
    std::int64_t id = 0;
    for (const Row& row : table) {
        ++id;
        CAPTURE(id);
        const auto item = demo.database->read([&](storage::Connection& connection) {
            return warehouse::find_item(connection, 8, id, demo.clock.now_ms()).value();
        });
        CHECK(item.name == row.name);
        CHECK(item.kind == row.kind);
        CHECK(item.unit == (id == 12 ? "ветка" : "шт"));
        CHECK(item.cost_price_minor == row.cost * 100);
        CHECK(item.retail_price_minor == row.retail * 100);
        CHECK(item.min_quantity == row.min_quantity);
        CHECK(item.quantity == row.on_hand);
        CHECK(item.reserved_quantity == row.reserved);
        if (item.is_low_stock()) low.push_back(id);

        const auto sum = [&](const char* types) {
            return demo.number(std::string("SELECT COALESCE(SUM(quantity_change), 0) FROM "
                                           "stock_operation WHERE warehouse_item_id = $1 AND "
                                           "operation_type IN (") +
                                   types + ")",
                               {id});
        };
        CHECK(sum("'delivery'") == row.opening);
        CHECK(sum("'sale'") == -row.out);
        CHECK(sum("'writeoff', 'inventory'") == row.other);
        // W1, also when read in the order of the clock.
        CHECK(demo.number("SELECT SUM(quantity_change) FROM stock_operation "
                          "WHERE warehouse_item_id = $1",
                          {id}) == row.on_hand);
        CHECK(demo.number("SELECT balance_after FROM stock_operation WHERE warehouse_item_id = $1 "
                          "ORDER BY created_ms DESC, id DESC LIMIT 1",
                          {id}) == row.on_hand);
    }
    CHECK(demo.number("SELECT COUNT(*) FROM warehouse_item") == 17);
    CHECK(low == Numbers{6, 17});  // 10.1
    CHECK(demo.number("SELECT COUNT(*) FROM stock_operation WHERE operation_type = 'writeoff' AND "
                      "warehouse_item_id = 4 AND quantity_change = -6 AND user_id = 3") == 1);
    CHECK(demo.text("SELECT status FROM inventory_check") == "applied");
    CHECK(demo.number("SELECT created_by FROM inventory_check") == 3);
}

TEST_CASE("X1: days count from the local day of loading", "[demo]") {
    Demo demo;
    const UnixMs day0 = kMondayTen - 10 * kHour;

    CHECK(demo.number("SELECT MIN(created_ms) FROM stock_operation") ==
          day0 - 90 * kDay + 10 * kHour);
    CHECK(demo.number("SELECT created_ms FROM stock_operation WHERE operation_type = 'writeoff'") /
              kDay ==
          (day0 - 14 * kDay + 20 * kHour) / kDay);
    CHECK(demo.number("SELECT created_ms FROM orders WHERE id = 1") ==
          day0 - 87 * kDay + 11 * kHour);
    CHECK(demo.number("SELECT delivery_at_ms FROM orders WHERE id = 1") ==
          day0 - 86 * kDay + 12 * kHour);
    CHECK(demo.number("SELECT delivered_ms FROM orders WHERE id = 34") == day0 - kDay + 15 * kHour);
    CHECK(demo.number("SELECT COUNT(*) FROM orders WHERE created_ms = $1", {kMondayTen}) == 5);
    CHECK(demo.number("SELECT MAX(ts_ms) FROM events") == kMondayTen);
}

TEST_CASE("10.2, W14: the products, what they are made of and how many could be sold", "[demo]") {
    struct Row {
        std::int64_t price, stems, max_quantity;
        bool featured;
        const char* type;
        std::int64_t lines, optional_lines;
    };
    const Row table[] = {
        {9000, 7, 20, false, "flowers", 3, 1},  {8000, 15, 12, true, "flowers", 2, 1},
        {7000, 9, 6, false, "flowers", 2, 0},   {6000, 9, 2, false, "flowers", 3, 0},
        {15000, 15, 14, true, "flowers", 3, 1}, {18000, 13, 6, true, "flowers", 4, 1},
        {20000, 19, 8, false, "flowers", 6, 0}, {22000, 9, 3, false, "flowers", 3, 0},
        {30000, 25, 8, false, "flowers", 3, 1}, {55000, 51, 4, false, "flowers", 2, 0},
        {35000, 25, 4, true, "flowers", 3, 1},  {45000, 7, 2, false, "flowers", 3, 0},
        {3000, 0, 23, false, "sweets", 1, 0},   {4500, 0, 12, false, "sweets", 1, 0},
        {5000, 0, 6, false, "gifts", 1, 0}};
    Demo demo;
    std::vector<std::int64_t> ids;
    std::int64_t id = 0;
    for (const Row& row : table) {
        ids.push_back(++id);
        CAPTURE(id);
        CHECK(demo.number("SELECT price_minor FROM product WHERE id = $1", {id}) ==
              row.price * 100);
        CHECK(demo.number("SELECT COALESCE(stem_count, 0) FROM product WHERE id = $1", {id}) ==
              row.stems);
        CHECK(demo.text("SELECT type FROM product WHERE id = $1", {id}) == row.type);
        CHECK(demo.number("SELECT is_featured FROM product WHERE id = $1", {id}) ==
              (row.featured ? 1 : 0));
        CHECK(demo.number("SELECT COUNT(*) FROM recipe_line WHERE product_id = $1 AND "
                          "NOT is_optional",
                          {id}) == row.lines);
        CHECK(demo.number("SELECT COUNT(*) FROM recipe_line WHERE product_id = $1 AND "
                          "is_optional AND warehouse_item_id = 14",
                          {id}) == row.optional_lines);
        CHECK(demo.text("SELECT description FROM product WHERE id = $1", {id}).ends_with("."));
        CHECK(demo.number("SELECT COUNT(*) FROM product WHERE id = $1 AND "
                          "manufacturing_time_minutes IS NULL",
                          {id}) == 1);
    }
    CHECK(demo.number("SELECT COUNT(*) FROM product") == 15);
    const auto limits = demo.database->read([&](storage::Connection& connection) {
        return products::max_quantities(connection, 8, ids, demo.clock.now_ms());
    });
    for (std::size_t i = 0; i < ids.size(); ++i) {
        CAPTURE(i + 1);
        CHECK(limits[i].max_quantity == table[i].max_quantity);
    }
    const auto facets = [&](std::int64_t product, const char* kind) {
        std::string all;
        for (const storage::Row row : demo.rows("SELECT value FROM product_facet WHERE "
                                                "product_id = $1 AND kind = $2 ORDER BY value",
                                                {product, kind})) {
            all += row.get<std::string>(0) + " ";
        }
        return all;
    };
    CHECK(facets(6, "color") == "red white ");
    CHECK(facets(5, "occasion") == "anniversary birthday romantic valentine ");
    CHECK(facets(9, "tag") == "premium roses vip ");
    CHECK(facets(13, "color").empty());
    CHECK(demo.number("SELECT quantity FROM recipe_line WHERE product_id = 10 AND "
                      "warehouse_item_id = 13") == 2);
}

TEST_CASE("10.3: the delivered orders", "[demo]") {
    const std::int64_t totals[] = {15000, 10500, 8000,  33000, 8500,  18000, 12000, 18000, 15000,
                                   16000, 35000, 14000, 20000, 15000, 26500, 30000, 6000,  10500,
                                   30000, 21000, 55000, 7000,  15000, 45000, 12000, 9500,  20000,
                                   9000,  18000, 34500, 11000, 15000, 10500, 20000};
    const std::int64_t clients[] = {1, 2, 3, 4, 5,  1, 6,  7,  8, 9, 10, 2, 11, 12, 3, 4, 5,
                                    6, 7, 8, 9, 10, 1, 11, 12, 2, 3, 4,  5, 6,  7,  8, 9, 10};
    const Numbers pickups = {3, 7, 12, 17, 22, 28};
    Demo demo;
    std::int64_t id = 0;
    for (const std::int64_t total : totals) {
        ++id;
        CAPTURE(id);
        const auto found = demo.rows(
            "SELECT order_number, total_minor, client_id, delivery_type, status, payment_status, "
            "amount_paid_minor, payment_method, courier_id FROM orders WHERE id = $1",
            {id});
        const storage::Row order = found.front();
        const bool is_pickup = std::find(pickups.begin(), pickups.end(), id) != pickups.end();
        const char* methods[] = {"cash", "kaspi", "card"};
        CHECK(order.get<std::string>(0) == (id < 10 ? "#0000" : "#000") + std::to_string(id));
        CHECK(order.get<std::int64_t>(1) == total * 100);
        CHECK(order.get<std::int64_t>(2) == clients[id - 1]);
        CHECK(order.get<std::string>(3) == (is_pickup ? "pickup" : "delivery"));
        CHECK(order.get<std::string>(4) == "delivered");
        CHECK(order.get<std::string>(5) == "paid");
        CHECK(order.get<std::int64_t>(6) == total * 100);
        CHECK(order.get<std::string>(7) == methods[id % 3]);
        CHECK(order.get<std::optional<std::int64_t>>(8) ==
              (is_pickup ? std::nullopt : std::optional<std::int64_t>(4)));
        if (!is_pickup) {
            CHECK(demo.text("SELECT delivery_address FROM orders WHERE id = $1", {id}) ==
                  "ул. Примерная " + std::to_string(id) + ", кв. " +
                      std::to_string(clients[id - 1]));
        }
        // I8: created, moved to every status, paid; O4: each with its stamp.
        CHECK(demo.number("SELECT COUNT(*) FROM order_history WHERE order_id = $1 AND "
                          "field = 'status'",
                          {id}) >= (is_pickup ? 4 : 5));
        CHECK(demo.number("SELECT COUNT(*) FROM order_history WHERE order_id = $1 AND "
                          "field = 'payment_status' AND new_value = 'paid'",
                          {id}) == 1);
        CHECK(demo.number("SELECT COUNT(*) FROM orders WHERE id = $1 AND paid_ms IS NOT NULL AND "
                          "accepted_ms < assembled_ms AND assembled_ms < delivered_ms AND "
                          "delivered_ms = delivery_at_ms",
                          {id}) == 1);
    }
    CHECK(demo.number("SELECT SUM(total_minor) FROM orders WHERE status = 'delivered'") ==
          64350000);
    CHECK(demo.number("SELECT COUNT(*) FROM orders WHERE status = 'delivered'") == 34);
    CHECK(demo.number("SELECT value FROM order_counter") == 39);  // X2
}

TEST_CASE("10.3: the current orders", "[demo]") {
    struct Row {
        const char* status;
        const char* payment;
        std::int64_t client, total;
        int day, hour;
    };
    const Row table[] = {{"new", "unpaid", 11, 21000, 1, 14},
                         {"accepted", "paid", 1, 15000, 1, 11},
                         {"assembled", "paid", 2, 9000, 1, 12},
                         {"accepted", "unpaid", 3, 30000, 2, 18},
                         {"cancelled", "unpaid", 12, 22000, 3, 13}};
    // Any time of a day will do for a first run, also late on the evening before a weekend.
    const int hours_later = GENERATE(0, -10, 4, 13, 13 + 4 * 24, 12 + 5 * 24, 13 + 24 * 6);
    CAPTURE(hours_later);
    const UnixMs now_ms = kMondayTen + hours_later * kHour;
    Demo demo(now_ms);
    const UnixMs day0 = (now_ms + 5 * kHour) / kDay * kDay - 5 * kHour;
    std::int64_t id = 34;
    for (const Row& row : table) {
        ++id;
        CAPTURE(id);
        const auto found = demo.rows(
            "SELECT status, payment_status, client_id, total_minor, "
            "delivery_at_ms, tracking_id, order_number FROM orders "
            "WHERE id = $1",
            {id});
        const storage::Row order = found.front();
        CHECK(order.get<std::string>(0) == row.status);
        CHECK(order.get<std::string>(1) == row.payment);
        CHECK(order.get<std::int64_t>(2) == row.client);
        CHECK(order.get<std::int64_t>(3) == row.total * 100);
        CHECK(order.get<std::int64_t>(4) == day0 + row.day * kDay + row.hour * kHour);
        const auto& shown = demo.report.current_orders[static_cast<std::size_t>(id) - 35];
        CHECK(order.get<std::string>(5) == shown.tracking_id);
        CHECK(order.get<std::string>(6) == shown.order_number);
        CHECK(demo.number("SELECT created_ms FROM orders WHERE id = $1", {id}) >= day0);
    }
    CHECK(demo.number("SELECT COUNT(*) FROM reservation WHERE order_id = 35 AND state = 'active' "
                      "AND expires_ms = $1",
                      {now_ms + 72 * kHour}) == 5);
    CHECK(demo.text("SELECT recipient_phone FROM orders WHERE id = 38 AND ask_delivery_address") ==
          "+77000001090");
    CHECK(demo.text("SELECT cancel_code FROM orders WHERE id = 39") == "changed_mind");
    CHECK(demo.text("SELECT actor_kind FROM order_history WHERE order_id = 39 AND "
                    "new_value = 'cancelled'") == "customer");
    CHECK(demo.number("SELECT COUNT(*) FROM reservation WHERE order_id = 39 AND "
                      "state <> 'released'") == 0);
    CHECK(demo.number("SELECT SUM(booked) FROM slot_load") == 38);  // D20: one place each, but 39
}

TEST_CASE("10.3: the best sellers", "[demo]") {
    Demo demo;
    const std::map<std::int64_t, std::int64_t> expected = {
        {5, 10}, {13, 8}, {1, 6},  {2, 5}, {9, 4},  {4, 3},  {6, 3}, {3, 2},
        {7, 2},  {14, 2}, {15, 2}, {8, 1}, {10, 1}, {11, 1}, {12, 1}};
    std::map<std::int64_t, std::int64_t> sold;
    for (const storage::Row row :
         demo.rows("SELECT line.product_id, SUM(line.quantity) FROM order_line line "
                   "JOIN orders ON orders.id = line.order_id WHERE orders.status IN "
                   "('paid', 'accepted', 'assembled', 'in_delivery', 'delivered') GROUP BY 1")) {
        sold[row.get<std::int64_t>(0)] = row.get<std::int64_t>(1);
    }

    CHECK(sold == expected);
}

TEST_CASE("10.4: the questions are answered in their order", "[demo]") {
    Demo demo;

    CHECK(demo.number("SELECT COUNT(*) FROM kb_documents WHERE kind = 'faq' AND "
                      "status = 'published'") == 8);
    CHECK(demo.text("SELECT body FROM kb_documents WHERE display_order = 3") ==
          "Доставка стоит {delivery_cost}, а при заказе от {free_delivery_threshold} она "
          "бесплатна.");
    CHECK(demo.text("SELECT title || category FROM kb_documents WHERE display_order = 8") ==
          "Как можно оплатить?payment");
}

TEST_CASE("10.5: the reviews", "[demo]") {
    Demo demo;
    const auto company = demo.database->read(
        [](storage::Connection& connection) { return shop::rating_of_company(connection, 8); });
    CHECK(company.total_count == 6);
    CHECK(company.average_tenths == 47);
    CHECK(company.count_by_rating == std::array<std::int64_t, 5>{0, 0, 0, 2, 4});
    const auto roses = demo.database->read(
        [](storage::Connection& connection) { return shop::rating_of_product(connection, 8, 5); });
    CHECK(roses.total_count == 3);  // the pending one does not count

    CHECK(demo.number("SELECT COUNT(*) FROM review WHERE status = 'published' AND "
                      "verified_purchase AND flags = ''") == 14);
    CHECK(demo.number("SELECT COUNT(*) FROM review JOIN orders ON orders.id = review.order_id "
                      "WHERE review.created_ms / 86400000 = orders.delivered_ms / 86400000 + 1") ==
          14);
    CHECK(demo.text("SELECT author_name || status || flags FROM review WHERE order_id IS NULL") ==
          "Гостьpendinglink");
    CHECK(demo.text("SELECT author_name || ' ' || likes || ' ' || dislikes FROM review WHERE "
                    "target = 'company' AND order_id = 3") == "Марина 6 2");
    CHECK(demo.number("SELECT SUM(likes) FROM review") == 74);
    CHECK(demo.number("SELECT SUM(dislikes) FROM review") == 4);
}

TEST_CASE("X2: every row stands where the shop's life would have put it", "[demo]") {
    Demo demo;

    // M6 for every order, and lines that add up to it.
    CHECK(demo.number("SELECT COUNT(*) FROM orders WHERE subtotal_minor <> (SELECT "
                      "SUM(line_total_minor) FROM order_line WHERE order_id = orders.id)") == 0);
    CHECK(demo.number("SELECT COUNT(*) FROM orders WHERE delivery_cost_minor <> CASE WHEN "
                      "delivery_type = 'pickup' OR subtotal_minor >= 1000000 THEN 0 ELSE 150000 "
                      "END") == 0);
    // Ids grow with time: nothing was written into the past.
    for (const char* table : {"stock_operation", "order_history", "events"}) {
        CAPTURE(table);
        const std::string at = table == std::string("stock_operation") ? "created_ms"
                               : table == std::string("events")        ? "ts_ms"
                                                                       : "at_ms";
        CHECK(demo.number("SELECT COUNT(*) FROM " + std::string(table) + " a JOIN " + table +
                          " b ON b.id = a.id + 1 WHERE b." + at + " < a." + at) == 0);
    }
    // O24: what is consumed has been sold, to the piece.
    CHECK(demo.number("SELECT COUNT(*) FROM reservation r WHERE r.state = 'consumed' AND "
                      "r.reserved_quantity <> (SELECT -SUM(quantity_change) FROM stock_operation "
                      "op WHERE op.order_id = r.order_id AND op.warehouse_item_id = "
                      "r.warehouse_item_id)") == 0);
    CHECK(demo.number("SELECT COUNT(*) FROM events WHERE type = 'order.created'") == 39);
    CHECK(demo.number("SELECT COUNT(*) FROM events WHERE type = 'review.created'") == 15);
    // W19: item 6 became low on the way; item 17 came in at its minimum and crossed nothing.
    CHECK(column(demo.rows("SELECT CAST(subject_id AS BIGINT) FROM events WHERE type = "
                           "'stock.low'")) == Numbers{6});
    // X1: every phone is in the invented range.
    CHECK(demo.number("SELECT COUNT(*) FROM orders WHERE phone NOT LIKE '+7700000____' OR "
                      "sender_phone NOT LIKE '+7700000____' OR "
                      "recipient_phone NOT LIKE '+7700000____'") == 0);
}
