#include "storage/sqlite_file.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "storage/database.hpp"
#include "support/temp_folder.hpp"

using namespace shopkeeper;
using Catch::Contains;

namespace {

constexpr int kRows = 20000;

/// A database in WAL mode with a table of many pages.
std::unique_ptr<storage::Database> long_table(const std::string& path) {
    auto database = storage::open_sqlite({.path = path});
    database->write([](storage::Connection& c) {
        c.run_script(
            "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
            "CREATE TABLE number (id INTEGER PRIMARY KEY, parent BIGINT REFERENCES parent (id), "
            "text TEXT)");
        for (int i = 1; i <= kRows; ++i)
            c.execute("INSERT INTO number (id, text) VALUES ($1, $2)", {i, std::string(100, 'x')});
    });
    return database;
}

std::int64_t rows_in(const std::string& path) {
    return storage::open_sqlite({.path = path, .create = false})->read([](storage::Connection& c) {
        return c.query("SELECT COUNT(*) FROM number").front().get<std::int64_t>(0);
    });
}

void run(const std::unique_ptr<storage::Database>& database, std::string_view sql) {
    database->write([&](storage::Connection& c) { c.run_script(sql); });
}

}  // namespace

TEST_CASE("B1: a file is copied as it was at one moment, while its owner goes on writing",
          "[sqlite][storage]") {
    const test::TempFolder folder;
    const auto database = long_table(folder.file("shop.db"));
    int steps = 0;

    storage::copy_sqlite_file(folder.file("shop.db"), folder.file("copy.db"),
                              [&](std::int64_t done, std::int64_t all) {
                                  CHECK(done <= all);
                                  if (++steps == 1)
                                      run(database, "DELETE FROM number WHERE id > 5");
                              });
    storage::seal_sqlite_file(folder.file("copy.db"));

    CHECK(steps > 1);
    CHECK(rows_in(folder.file("copy.db")) == kRows);
    CHECK(rows_in(folder.file("shop.db")) == 5);
}

TEST_CASE("B1: a sealed copy is one file", "[sqlite][storage]") {
    const test::TempFolder folder;
    const auto database = long_table(folder.file("shop.db"));
    storage::copy_sqlite_file(folder.file("shop.db"), folder.file("copy.db"));

    storage::seal_sqlite_file(folder.file("copy.db"));

    CHECK(std::filesystem::exists(folder.file("shop.db-wal")));
    CHECK_FALSE(std::filesystem::exists(folder.file("copy.db-wal")));
    CHECK_FALSE(std::filesystem::exists(folder.file("copy.db-journal")));
}

TEST_CASE("B1: copying a database that nobody has open leaves nothing beside it",
          "[sqlite][storage]") {
    const test::TempFolder folder;
    long_table(folder.file("shop.db"));

    storage::copy_sqlite_file(folder.file("shop.db"), folder.file("copy.db"));

    CHECK_FALSE(std::filesystem::exists(folder.file("shop.db-wal")));
    CHECK_FALSE(std::filesystem::exists(folder.file("shop.db-shm")));
}

TEST_CASE("B1: sealing finds damage and missing references", "[sqlite][storage]") {
    const test::TempFolder folder;
    const std::string path = folder.file("shop.db");
    long_table(path);
    SECTION("damage") {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(8 * 4096);
        file << std::string(4096, '\xA5');
        file.close();
        CHECK_THROWS_AS(storage::seal_sqlite_file(path), storage::Unusable);
    }
    SECTION("a reference to nothing") {
        run(storage::open_sqlite({.path = path}),
            "COMMIT; PRAGMA foreign_keys = OFF; BEGIN; UPDATE number SET parent = 7 WHERE id = 1");
        CHECK_THROWS_WITH(storage::seal_sqlite_file(path), Contains("number"));
    }
    SECTION("no database at all") {
        std::ofstream(folder.file("letter.txt")) << std::string(5000, 'x');
        CHECK_THROWS_AS(storage::seal_sqlite_file(folder.file("letter.txt")), storage::Unusable);
        CHECK_THROWS_AS(
            storage::copy_sqlite_file(folder.file("letter.txt"), folder.file("copy.db")),
            storage::Unusable);
    }
}

TEST_CASE("B2: a database that somebody has open cannot be held", "[sqlite][storage]") {
    const test::TempFolder folder;
    const std::string path = folder.file("shop.db");
    auto database = long_table(path);

    CHECK_THROWS_WITH(storage::SqliteFileHold(path), Contains("stop the server"));
    run(database, "DELETE FROM number");  // the attempt disturbed nobody

    database.reset();
    CHECK_NOTHROW(storage::SqliteFileHold(path));
}

TEST_CASE("B2: a database that is held cannot be opened", "[sqlite][storage]") {
    const test::TempFolder folder;
    const std::string path = folder.file("shop.db");
    long_table(path);
    const auto open = [&] {
        storage::open_sqlite({.path = path, .write_wait_max = std::chrono::milliseconds(1)});
    };
    {
        const storage::SqliteFileHold hold(path);
        CHECK_FALSE(std::filesystem::exists(path + "-wal"));
        CHECK_THROWS_AS(open(), storage::Unavailable);
    }
    CHECK_NOTHROW(open());
}
