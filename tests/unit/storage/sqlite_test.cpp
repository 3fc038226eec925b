// The SQLite engine behind the Database face: transactions, errors by kind, waiting, bad files.
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/result.hpp"
#include "storage/database.hpp"
#include "storage/id_list.hpp"
#include "support/temp_folder.hpp"

using namespace shopkeeper;
using storage::Connection;

namespace {

std::unique_ptr<storage::Database> open_with_table(const std::string& path) {
    auto database = storage::open_sqlite({.path = path});
    database->write([](Connection& c) {
        c.run_script(
            "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE, amount BIGINT CHECK "
            "(amount >= 0))");
    });
    return database;
}

std::int64_t count(storage::Database& database) {
    return database.read([](Connection& c) {
        return c.query("SELECT COUNT(*) FROM item").front().get<std::int64_t>(0);
    });
}

}  // namespace

TEST_CASE("a transaction commits on a value and rolls back on an Error or a throw", "[storage]") {
    auto database = open_with_table(":memory:");
    const auto insert = [](Connection& c) {
        c.execute("INSERT INTO item (name, amount) VALUES ($1, 1)", {"rose"});
    };

    const Result<int> refused = database->write([&](Connection& c) -> Result<int> {
        insert(c);
        return conflict("stock_changed", "no");
    });
    CHECK_FALSE(refused);
    CHECK(count(*database) == 0);

    CHECK_THROWS_AS(database->write([&](Connection& c) {
        insert(c);
        throw std::runtime_error("a bug");
    }),
                    std::runtime_error);
    CHECK(count(*database) == 0);

    CHECK(database->write([&](Connection& c) -> Result<int> {
        insert(c);
        return 1;
    }));
    CHECK(count(*database) == 1);
}

TEST_CASE("broken constraints are told apart", "[storage]") {
    auto database = open_with_table(":memory:");
    const auto insert = [&](const char* name, int amount) {
        database->write([&](Connection& c) {
            c.execute("INSERT INTO item (name, amount) VALUES ($1, $2)", {name, amount});
        });
    };
    insert("rose", 1);

    CHECK_THROWS_AS(insert("rose", 1), storage::UniqueViolation);
    CHECK_THROWS_AS(insert("lily", -1), storage::CheckViolation);
    CHECK(count(*database) == 1);
}

TEST_CASE("parameters are positional, repeatable and counted", "[storage]") {
    auto database = open_with_table(":memory:");
    const auto sum = [&](std::initializer_list<storage::Value> params) {
        return database->read([&](Connection& c) {
            return c.query("SELECT $2 * 10 + $1 + $2", params).front().get<std::int64_t>(0);
        });
    };

    CHECK(sum({1, 2}) == 23);
    CHECK_THROWS_AS(sum({1}), std::logic_error);
    CHECK_THROWS_AS(database->read([](Connection& c) {
        return c.query("SELECT $1 + $3", {1, 2}).size();
    }),
                    std::logic_error);
}

TEST_CASE("values come back by type, and a wrong type names the column", "[storage]") {
    auto database = open_with_table(":memory:");
    const auto rows = database->read([](Connection& c) {
        return c.query("SELECT $1, $2, $3, $4, NULL", {true, 7, "роза", 1.5});
    });
    const auto row = rows.front();

    CHECK(row.get<bool>(0));
    CHECK(row.get<std::int64_t>(1) == 7);
    CHECK(row.get<std::string_view>(2) == "роза");
    CHECK(row.get<double>(3) == 1.5);
    CHECK(row.get<std::optional<std::int64_t>>(4) == std::nullopt);
    CHECK_THROWS_WITH(row.get<std::int64_t>(2), Catch::Contains("column 2"));
    CHECK_THROWS_WITH(row.get<std::string>(9), Catch::Contains("column 9"));
}

TEST_CASE("readers see the last commit while a writer is at work, and writers take turns",
          "[storage]") {
    test::TempFolder folder;
    auto database = open_with_table(folder.file("shop.db"));

    database->write([&](Connection& c) {
        c.execute("INSERT INTO item (name, amount) VALUES ('rose', 1)");
        CHECK(count(*database) == 0);
    });
    CHECK(count(*database) == 1);

    std::vector<std::thread> writers;
    for (int i = 0; i < 8; ++i) {
        writers.emplace_back([&] {
            for (int n = 0; n < 20; ++n) {
                database->write([](Connection& c) {
                    c.execute("UPDATE item SET amount = amount + 1 WHERE name = 'rose'");
                });
            }
        });
    }
    for (auto& writer : writers) writer.join();
    CHECK(database->read([](Connection& c) {
        return c.query("SELECT amount FROM item").front().get<std::int64_t>(0);
    }) == 161);
}

TEST_CASE("W20: a writer that does not get its turn in time is told, not left waiting",
          "[storage]") {
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

TEST_CASE("a conflict is tried again, a limited number of times", "[storage]") {
    auto database = open_with_table(":memory:");
    int attempts = 0;
    database->write([&](Connection&) {
        if (++attempts < 3) throw storage::Retryable("busy");
    });
    CHECK(attempts == 3);

    attempts = 0;
    CHECK_THROWS_AS(database->write([&](Connection&) {
        ++attempts;
        throw storage::Retryable("busy");
    }),
                    storage::Unavailable);
    CHECK(attempts == storage::Database::kAttemptsMax);
}

TEST_CASE("files that are missing, damaged or no database are refused with advice", "[storage]") {
    test::TempFolder folder;
    CHECK_THROWS_WITH(storage::open_sqlite({.path = folder.file("none.db"), .create = false}),
                      Catch::Contains("init"));

    std::ofstream(folder.file("text.db")) << std::string(4096, 'x');
    CHECK_THROWS_AS(storage::open_sqlite({.path = folder.file("text.db")}), storage::Unusable);

    CHECK_THROWS_AS(storage::open_sqlite({.path = folder.file("text.db") + "/shop.db"}),
                    storage::Unavailable);
}

TEST_CASE("readers are opened when they are needed, up to their number", "[storage]") {
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

TEST_CASE("T9: every connection is durable and minds foreign keys", "[storage]") {
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

TEST_CASE("id lists of any length find their rows with few statement texts", "[storage]") {
    auto database = open_with_table(":memory:");
    database->write([](Connection& c) {
        for (int i = 1; i <= 60; ++i)
            c.execute("INSERT INTO item (id, amount) VALUES ($1, $1)", {i});
    });
    for (const std::size_t size : {0, 1, 2, 5, 21, 60}) {
        std::vector<std::int64_t> ids;
        for (std::size_t i = 1; i <= size; ++i) ids.push_back(static_cast<std::int64_t>(i));
        const auto rows = database->read([&](Connection& c) {
            return storage::query_by_ids(c, "SELECT id FROM item WHERE amount >= $1 AND id IN (",
                                         ids, ") ORDER BY id", {0});
        });
        CHECK(rows.size() == size);
    }
}
