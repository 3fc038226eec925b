#include "storage/migrate.hpp"

#include <catch2/catch.hpp>

#include "support/test_database.hpp"

using namespace shopkeeper;

namespace {

constexpr EmbeddedFile kFirst{"0001_first.sql",
                              "CREATE TABLE first (id {{identity}}); {{append_only first}}"};
constexpr EmbeddedFile kSecond{"0002_second.sql", "CREATE TABLE second (id {{identity}});"};
constexpr EmbeddedFile kBroken{
    "0002_second.sql", "CREATE TABLE second (id {{identity}}); SELECT nonsense FROM nowhere;"};
constexpr EmbeddedFile kChanged{"0001_first.sql",
                                "CREATE TABLE first (id {{identity}}, more TEXT);"};

std::vector<storage::Migration> read(std::initializer_list<EmbeddedFile> files) {
    return storage::read_migrations({files.begin(), files.size()});
}

}  // namespace

TEST_CASE("migrations are applied once, in order, and can be repeated", "[storage]") {
    auto database = test::empty_database();

    storage::migrate(*database, read({kFirst}), 1);
    storage::migrate(*database, read({kFirst, kSecond}), 2);
    storage::migrate(*database, read({kFirst, kSecond}), 3);

    const auto state = storage::schema_state(*database, read({kFirst, kSecond}));
    CHECK(state.current == 2);
    CHECK(state.expected == 2);
}

TEST_CASE("a migration that fails leaves nothing of itself behind", "[storage]") {
    auto database = test::empty_database();

    CHECK_THROWS_AS(storage::migrate(*database, read({kFirst, kBroken}), 1), storage::Error);

    CHECK(storage::schema_state(*database, read({kFirst, kBroken})).current == 1);
    CHECK_NOTHROW(storage::migrate(*database, read({kFirst, kSecond}), 2));
}

TEST_CASE("a newer database and a changed file stop the start", "[storage]") {
    auto database = test::empty_database();
    storage::migrate(*database, read({kFirst, kSecond}), 1);

    CHECK_THROWS_WITH(storage::migrate(*database, read({kFirst}), 2), Catch::Contains("newer"));
    CHECK_THROWS_WITH(storage::migrate(*database, read({kChanged, kSecond}), 2),
                      Catch::Contains("0001_first.sql"));
}

TEST_CASE("T5: an append-only table refuses UPDATE and DELETE", "[storage]") {
    auto database = test::empty_database();
    storage::migrate(*database, read({kFirst}), 1);
    database->write([](storage::Connection& c) { c.execute("INSERT INTO first (id) VALUES (1)"); });

    CHECK_THROWS_AS(database->write([](storage::Connection& c) { c.execute("DELETE FROM first"); }),
                    storage::CheckViolation);
    CHECK_THROWS_AS(
        database->write([](storage::Connection& c) { c.execute("UPDATE first SET id = 2"); }),
        storage::CheckViolation);
}

TEST_CASE("the numbers of migration files have no gaps", "[storage]") {
    CHECK_THROWS_AS(read({kSecond}), std::logic_error);
}

TEST_CASE("the shop's own migrations apply to an empty database", "[storage]") {
    auto database = test::empty_database();
    const auto migrations = storage::read_migrations(embedded::migrations());

    storage::migrate(*database, migrations, 1);

    CHECK(storage::schema_state(*database, migrations).current ==
          static_cast<std::int64_t>(migrations.size()));
}
