// How a process comes to its database, and on which side of the wall between shops.
#include "server/open_database.hpp"

#include <catch2/catch.hpp>

#include "support/fakes.hpp"
#include "support/postgres_login.hpp"
#include "support/temp_folder.hpp"
#include "support/test_database.hpp"

namespace shopkeeper::server {
namespace {

using Catch::Contains;
using storage::Connection;

constexpr std::int64_t kShop = 8;

/// The options of a shop in a place of its own, on this run's engine.
struct Configured {
    test::TempFolder folder;
    test::FakeClock clock{1795000000000};
    Options options;

    Configured() { options.database.file = folder.file("shop.db"); }
    explicit Configured(const std::string& url) { options.database.url = url; }

    void add_shops() {
        open_database(options, WhenMissing::create, clock)->write([](Connection& connection) {
            connection.run_script(
                "INSERT INTO shop (id, name, created_ms, updated_ms) VALUES (8, 'S', 1, 1), (9, "
                "'T', 1, 1); INSERT INTO pickup_location (shop_id, address, created_ms, "
                "updated_ms) VALUES (8, 'A', 1, 1), (9, 'B', 1, 1)");
        });
    }
};

std::int64_t places(storage::Database& database, std::optional<std::int64_t> shop_id = {}) {
    return database.read(
        [](Connection& connection) {
            return connection.query("SELECT COUNT(*) FROM pickup_location")
                .front()
                .get<std::int64_t>(0);
        },
        shop_id);
}

TEST_CASE("on SQLite serving opens the file and nothing else", "[server][sqlite]") {
    Configured shop;
    shop.add_shops();
    const Serving serving = open_for_serving(shop.options, shop.clock);
    CHECK(places(*serving.database, kShop) == 2);
    CHECK_FALSE(serving.database->inspect_wall());
}

TEST_CASE("who serves on PostgreSQL sees one shop, and only by entering it", "[server]") {
    if (!test::on_postgresql()) return;
    const test::EmptyPlace place;
    Configured shop(place.url());
    CHECK(places(*open_for_serving(shop.options, shop.clock).database) == 0);  // made whole by it
    shop.add_shops();

    const Serving serving = open_for_serving(shop.options, shop.clock);
    CHECK(serving.place.reach == storage::Reach::one_shop);
    CHECK(places(*serving.database) == 0);
    CHECK(places(*serving.database, kShop) == 1);
    CHECK(places(*open_place(serving.place, /*create=*/false)) == 0);
    CHECK(places(*open_database(shop.options, WhenMissing::refuse, shop.clock)) == 2);

    shop.options.database.has_wall = false;
    CHECK(places(*open_for_serving(shop.options, shop.clock).database) == 2);
}

TEST_CASE("an owner who may make no roles serves behind the policies", "[server]") {
    if (!test::on_postgresql()) return;
    const test::PostgresLogin owner;
    const test::EmptyPlace place;
    owner.own(place.url());
    Configured shop(owner.at(place.url()));
    shop.options.database.serving_role = test::PostgresLogin::unused_role();
    shop.add_shops();

    const Serving serving = open_for_serving(shop.options, shop.clock);
    CHECK(serving.place.reach == storage::Reach::one_shop_as_login);
    CHECK(places(*serving.database) == 0);
    CHECK(places(*serving.database, kShop) == 1);
}

TEST_CASE("nobody serves from above the policies unless told to", "[server]") {
    if (!test::on_postgresql()) return;
    const test::PostgresLogin owner("BYPASSRLS");
    const test::EmptyPlace place;
    owner.own(place.url());
    Configured shop(owner.at(place.url()));
    shop.options.database.serving_role = test::PostgresLogin::unused_role();
    shop.add_shops();

    CHECK_THROWS_WITH(
        open_for_serving(shop.options, shop.clock),
        Contains("CREATE ROLE") && Contains("SHOPKEEPER_DB_WALL=0") && !Contains(":x@"));
    shop.options.database.has_wall = false;
    CHECK(places(*open_for_serving(shop.options, shop.clock).database) == 2);
}

TEST_CASE("a login that owns nothing serves what its owner has brought up to date", "[server]") {
    if (!test::on_postgresql()) return;
    const test::EmptyPlace place;
    Configured owner(place.url());
    owner.add_shops();
    const test::PostgresLogin web(std::string("IN ROLE ") + storage::kServingRole);
    Configured shop(web.at(place.url()));

    const Serving serving = open_for_serving(shop.options, shop.clock);
    CHECK(serving.place.reach == storage::Reach::one_shop);
    CHECK(places(*serving.database, kShop) == 1);
    CHECK_THROWS_WITH(open_database(shop.options, WhenMissing::refuse, shop.clock),
                      Contains("the login that owns the tables"));

    const auto whole = open_database(owner.options, WhenMissing::refuse, owner.clock);
    whole->write([](Connection& connection) {
        connection.run_script(
            "CREATE TABLE unfinished_copy (source TEXT NOT NULL, started_ms BIGINT NOT NULL)");
        connection.run_script("DELETE FROM schema_migration WHERE version > 10");
    });
    CHECK_THROWS_WITH(open_for_serving(shop.options, shop.clock),
                      Contains("db migrate") && Contains(web.name()));
    whole->change_schema([&](Connection& connection) { whole->raise_wall(connection); });
    CHECK_THROWS_WITH(open_for_serving(shop.options, shop.clock), Contains("unfinished copy"));
}

}  // namespace
}  // namespace shopkeeper::server
