// What is SQLite's own behind the Database face: waiting for a turn, durability, bad files.
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "storage/database.hpp"
#include "support/temp_folder.hpp"

using namespace shopkeeper;
using storage::Connection;

namespace {

std::unique_ptr<storage::Database> open_with_table(const std::string& path) {
    auto database = storage::open_sqlite({.path = path});
    database->write(
        [](Connection& c) { c.run_script("CREATE TABLE item (id INTEGER PRIMARY KEY)"); });
    return database;
}

std::int64_t count(storage::Database& database) {
    return database.read([](Connection& c) {
        return c.query("SELECT COUNT(*) FROM item").front().get<std::int64_t>(0);
    });
}

}  // namespace

TEST_CASE("W20: a writer that does not get its turn in time is told, not left waiting",
          "[sqlite][storage]") {
    test::TempFolder folder;
    auto database = storage::open_sqlite(
        {.path = folder.file("shop.db"), .write_wait_max = std::chrono::milliseconds(20)});

    database->write([&](Connection&) {
        std::thread([&] {
            CHECK_THROWS_AS(database->write([](Connection&) {}), storage::Unavailable);
        }).join();
    });
    CHECK_NOTHROW(database->write([](Connection&) {}));
}

TEST_CASE("files that are missing, damaged or no database are refused with advice",
          "[sqlite][storage]") {
    test::TempFolder folder;
    CHECK_THROWS_WITH(storage::open_sqlite({.path = folder.file("none.db"), .create = false}),
                      Catch::Contains("init"));

    std::ofstream(folder.file("text.db")) << std::string(4096, 'x');
    CHECK_THROWS_AS(storage::open_sqlite({.path = folder.file("text.db")}), storage::Unusable);

    CHECK_THROWS_AS(storage::open_sqlite({.path = folder.file("text.db") + "/shop.db"}),
                    storage::Unavailable);
}

TEST_CASE("readers are opened when they are needed, up to their number", "[sqlite][storage]") {
    const test::TempFolder folder;
    const std::string path = folder.file("shop.db");
    open_with_table(path);
    const auto database = storage::open_sqlite({.path = path, .readers = 2, .create = false});
    const auto connections = [&] {
        std::ptrdiff_t open = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
            std::error_code closed;
            if (std::filesystem::read_symlink(entry.path(), closed) == path) ++open;
        }
        return open;
    };
    CHECK(connections() == 1);  // the writer
    for (int i = 0; i < 3; ++i) count(*database);
    CHECK(connections() == 2);
    for (int i = 0; i < 3; ++i) database->read([&](Connection&) { return count(*database); });
    CHECK(connections() == 3);

    // Both are busy: a third read gets its turn when one comes back, and opens nothing.
    std::atomic<bool> was_answered = false;
    std::thread third;
    database->read([&](Connection&) {
        return database->read([&](Connection&) {
            third = std::thread([&] {
                count(*database);
                was_answered = true;
            });
            return connections();
        });
    });
    third.join();
    CHECK(was_answered);
    CHECK(connections() == 3);
}

TEST_CASE("T9: every connection is durable and minds foreign keys", "[sqlite][storage]") {
    test::TempFolder folder;
    auto database = storage::open_sqlite({.path = folder.file("shop.db")});
    const auto check = [](Connection& c) {
        constexpr std::int64_t kFull = 2;
        CHECK(c.query("PRAGMA journal_mode").front().get<std::string>(0) == "wal");
        CHECK(c.query("PRAGMA synchronous").front().get<std::int64_t>(0) == kFull);
        CHECK(c.query("PRAGMA foreign_keys").front().get<std::int64_t>(0) == 1);
    };
    database->write(check);
    database->read(check);
}
