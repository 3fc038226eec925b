// The shop behind a real PgBouncer in transaction mode: each transaction may meet another server
// connection, which knows nothing of what the client said to the one before.
#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <stdexcept>
#include <thread>

#include "harness/local_shop.hpp"
#include "journal/audit.hpp"
#include "storage/migrate.hpp"
#include "storage/postgresql.hpp"
#include "support/pgbouncer.hpp"
#include "support/postgres_cluster.hpp"
#include "support/test_database.hpp"
#include "support/whole_shop.hpp"

using namespace shopkeeper;
using storage::Connection;
using test::PgBouncer;
using test::Who;

namespace {

/// An empty database, reached through the pooler.
struct Pooled {
    test::EmptyPlace place;
    std::string url() const {
        const std::string direct = place.url();
        return PgBouncer::shared().url(direct.substr(direct.rfind('/') + 1));
    }
    std::unique_ptr<storage::Database> open(storage::PostgresqlOptions options = {}) const {
        options.url = url();
        return storage::open_postgresql(options);
    }
};

/// Runs `transactions` reads of one statement, one after another, where the pooler has several
/// server connections to give them to. Returns how often their work was run.
int read_on_several_connections(storage::Database& database, int transactions) {
    // While one transaction is open another one needs a connection of its own.
    const auto nothing = [](Connection& c) { c.query("SELECT 1"); };
    database.read([&](Connection& held) {
        nothing(held);
        std::thread([&] { database.read(nothing); }).join();
    });
    int runs = 0;
    std::set<std::int64_t> met;
    for (int i = 0; i < transactions; ++i) {
        database.read([&](Connection& c) {
            ++runs;
            met.insert(c.query("SELECT pg_backend_pid()").front().get<std::int64_t>(0));
        });
    }
    CHECK(met.size() > 1);
    return runs;
}

/// The tests' shop, and the same database through the pooler.
struct PooledShop {
    test::ShopFixture direct = test::whole_shop();
    std::unique_ptr<storage::Database> database = storage::open_postgresql(
        {.url = PgBouncer::shared().url(direct.text("SELECT CAST(current_database() AS TEXT)"))});
    harness::LocalShop guest{*database, direct.clock, direct.random};
    harness::LocalShop director{*database, direct.clock, direct.random,
                                test::ShopFixture::phone_of(Who::director)};

    static Json ask(harness::LocalShop& shop, std::string_view tool, Json arguments) {
        const harness::Reply reply = shop.ask(tool, std::move(arguments));
        if (!reply.ok()) throw std::runtime_error(std::string(tool) + ": " + reply.outcome());
        return reply.result;
    }

    Json bouquet(std::int64_t roses) {
        const Json item =
            ask(director, "add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", roses}});
        const Json recipe = {{{"warehouse_item_id", item.at("item").at("id")}, {"quantity", 1}}};
        return ask(director, "create_product",
                   {{"name", "Роза"}, {"type", "flowers"}, {"price", 500}, {"recipe", recipe}})
            .at("id");
    }
    static Json order_of(const Json& product_id, int client) {
        return {{"customer_name", "Покупатель"},
                {"customer_phone", "+7700000" + std::to_string(2000 + client)},
                {"items", {{{"product_id", product_id}, {"quantity", 1}}}},
                {"delivery_type", "pickup"},
                {"delivery_date", "завтра"},
                {"delivery_time", "15:00"},
                {"allow_duplicate", true}};
    }
};

}  // namespace

TEST_CASE("the first prepared statement that meets another connection ends them", "[pgbouncer]") {
    const Pooled pooled;
    const auto database = pooled.open();
    // One of the transactions is run again, which is when it was found out.
    CHECK(read_on_several_connections(*database, 20) == 21);
    CHECK(read_on_several_connections(*database, 20) == 20);
}

TEST_CASE("with prepared statements off no transaction is run twice", "[pgbouncer]") {
    const Pooled pooled;
    const auto database = pooled.open({.prepares = false});
    CHECK(read_on_several_connections(*database, 20) == 20);
}

TEST_CASE("T9: the limit of a statement holds through the pooler and for nobody else",
          "[pgbouncer]") {
    const Pooled pooled;
    const auto database = pooled.open({.statement_max = std::chrono::milliseconds(50)});

    CHECK_THROWS_AS(database->read([](Connection& c) { c.query("SELECT pg_sleep(60)"); }),
                    storage::Unavailable);

    test::PostgresCluster another_client(pooled.url());
    for (int i = 0; i < 8; ++i) {
        CHECK(
            another_client.has_row("SELECT 1 WHERE current_setting('statement_timeout') = '0' AND "
                                   "current_setting('lock_timeout') = '0' AND "
                                   "current_setting('idle_in_transaction_session_timeout') = '0'"));
    }
}

TEST_CASE("a setting in the URL that the pooler does not pass on is refused by name",
          "[pgbouncer]") {
    const Pooled pooled;
    CHECK_THROWS_WITH(
        storage::open_postgresql({.url = pooled.url() + "?options=-c%20statement_timeout%3D5000"}),
        Catch::Contains("unsupported startup parameter: options"));
}

TEST_CASE("the schema is made through the pooler", "[pgbouncer]") {
    const Pooled pooled;
    const auto database = pooled.open();
    const auto migrations = storage::read_migrations(embedded::migrations());
    storage::migrate(*database, migrations, 1);
    CHECK(storage::schema_state(*database, migrations).current ==
          static_cast<std::int64_t>(migrations.size()));
}

TEST_CASE("an order is made, tracked, listed, paid and cancelled through the pooler",
          "[pgbouncer]") {
    PooledShop shop;
    const Json product = shop.bouquet(10);

    const Json order = shop.ask(shop.guest, "create_order", PooledShop::order_of(product, 1));
    const Json tracking = {{"tracking_id", order.at("tracking_id")}};
    CHECK(shop.ask(shop.guest, "track_order", tracking).at("order_number") == "#00001");
    const Json page = shop.ask(shop.director, "list_orders", {{"status", "new"}});
    CHECK(page.at("total") == 1);
    CHECK(page.at("items").at(0).at("id") == order.at("id"));
    shop.ask(shop.director, "update_order_status",
             {{"order_id", order.at("id")}, {"payment_status", "paid"}});
    const Json cancelled =
        shop.ask(shop.guest, "cancel_order",
                 {{"tracking_id", order.at("tracking_id")}, {"reason", "changed_mind"}});
    CHECK(cancelled.at("stock_effect") == "released");

    CHECK(shop.direct.text("SELECT status FROM orders") == "cancelled");
    CHECK(shop.direct.text("SELECT payment_status FROM orders") == "refund_required");
    CHECK(shop.direct.number("SELECT reserved FROM warehouse_item") == 0);
    CHECK(shop.direct.number("SELECT COUNT(*) FROM order_history") == 5);
}

TEST_CASE("a list that is kept in memory follows each change through the pooler", "[pgbouncer]") {
    PooledShop shop;
    const Json product = shop.bouquet(10);
    for (int price = 500; price < 510; ++price) {
        shop.ask(shop.director, "update_product", {{"product_id", product}, {"price", price}});
        std::vector<std::thread> guests;
        std::atomic<int> right = 0;
        for (int i = 0; i < 4; ++i) {
            guests.emplace_back([&] {
                const Json list = shop.ask(shop.guest, "list_products", Json::object());
                if (list.at("items").at(0).at("price") == price) ++right;
            });
        }
        for (std::thread& guest : guests) guest.join();
        CHECK(right == 4);
    }
}

TEST_CASE("W4: more clients than the pooler has connections sell what there is, and no more",
          "[pgbouncer]") {
    constexpr int kClients = 16;
    constexpr int kOrdersEach = 4;
    constexpr int kRoses = 40;
    PooledShop shop;
    const Json product = shop.bouquet(kRoses);

    std::atomic<int> sold = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> clients;
    for (int client = 0; client < kClients; ++client) {
        clients.emplace_back([&, client] {
            for (int n = 0; n < kOrdersEach; ++n) {
                const harness::Reply reply =
                    shop.guest.ask("create_order", PooledShop::order_of(product, client));
                sold += reply.ok();
                refused += reply.outcome() == "insufficient_stock";
            }
        });
    }
    for (auto& client : clients) client.join();

    CHECK(sold == kRoses);
    CHECK(refused == kClients * kOrdersEach - kRoses);
    CHECK(shop.direct.number("SELECT COUNT(DISTINCT order_number) FROM orders") == kRoses);
    CHECK(shop.direct.number("SELECT value FROM order_counter WHERE shop_id = 8") == kRoses);
    CHECK(shop.direct.number("SELECT reserved FROM warehouse_item") == kRoses);
    CHECK(shop.direct.database->read(
              [](Connection& c) { return journal::first_broken_audit_row(c, 8); }) == 0);
}
