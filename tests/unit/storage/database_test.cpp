// What every engine behind the Database face does alike: transactions, errors by kind, values.
#include "storage/database.hpp"

#include <catch2/catch.hpp>
#include <latch>
#include <thread>
#include <utility>

#include "base/result.hpp"
#include "storage/ddl.hpp"
#include "storage/id_list.hpp"
#include "support/temp_folder.hpp"
#include "support/test_database.hpp"

using namespace shopkeeper;
using storage::Connection;

namespace {

std::shared_ptr<storage::Database> with_table(const std::string& path = ":memory:") {
    auto database = test::empty_database(path);
    database->change_schema([&](Connection& c) {
        c.run_script(storage::in_words_of(
            *database,
            "CREATE TABLE item (id {{identity}}, name TEXT UNIQUE, amount BIGINT CHECK (amount >= "
            "0), small INTEGER)"));
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
    auto database = with_table();
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

namespace {

constexpr std::string_view kInsert = "INSERT INTO item (name, amount) VALUES ($1, $2)";
constexpr std::string_view kRename = "UPDATE item SET name = $2 WHERE name = $1";

}  // namespace

TEST_CASE("what is handed over runs in its turn and answers when it is asked", "[storage]") {
    auto database = with_table();
    database->write([](Connection& c) {
        std::string name = "rose";
        const auto inserted = c.execute_later(kInsert, {name, 1});
        name = "gone";  // what was handed over has a copy
        const auto renamed = c.execute_later(kRename, {"rose", "lily"});
        const auto before = c.query_later("SELECT name FROM item");
        c.execute_later(kRename, {"lily", "iris"});

        CHECK(c.query("SELECT name FROM item").front().get<std::string>(0) == "iris");
        CHECK(before.get().front().get<std::string>(0) == "lily");
        CHECK(before.get().size() == 1);
        CHECK(renamed.get() == 1);
        CHECK(inserted.get() == 1);
        CHECK(c.execute_later(kRename, {"nobody", "x"}).get() == 0);
        c.execute_later(kInsert, {"tulip", 1});  // travels with COMMIT
    });
    CHECK(count(*database) == 2);
}

TEST_CASE("more statements than are sent at once are handed over like few", "[storage]") {
    auto database = with_table();
    constexpr int kMany = 200;
    database->write([](Connection& c) {
        for (int i = 0; i < kMany; ++i) c.execute_later(kInsert, {std::to_string(i), i});
    });
    CHECK(count(*database) == kMany);
}

TEST_CASE("a failure of what was handed over is told with what is waited for, or with the commit",
          "[storage]") {
    auto database = with_table();
    database->write([](Connection& c) { c.execute(kInsert, {"rose", 1}); });
    const auto insert_twice = [](Connection& c) { c.execute_later(kInsert, {"rose", 1}); };

    int attempts = 0;
    CHECK_THROWS_AS(database->write([&](Connection& c) {
        ++attempts;
        insert_twice(c);
        c.query("SELECT 1");
        FAIL_CHECK("went on behind a failure");
    }),
                    storage::UniqueViolation);
    CHECK(attempts == (database->writers_take_turns() ? 1 : 2));
    CHECK_THROWS_AS(database->write([&](Connection& c) {
        c.execute_later(kInsert, {"lily", 1});
        insert_twice(c);
    }),
                    storage::UniqueViolation);
    CHECK_THROWS_AS(database->write([&](Connection& c) {
        insert_twice(c);
        c.catch_up();
    }),
                    storage::UniqueViolation);
    CHECK(count(*database) == 1);
}

TEST_CASE("what was handed over goes with its transaction", "[storage]") {
    auto database = with_table();
    const Result<int> refused = database->write([&](Connection& c) -> Result<int> {
        c.vouch();
        c.execute_later(kInsert, {"rose", 1});
        return conflict("stock_changed", "no");
    });
    CHECK_FALSE(refused);
    CHECK(count(*database) == 0);
}

TEST_CASE("a refusal is one line of a log, however the statement was written", "[storage]") {
    auto database = with_table();

    CHECK_THROWS_WITH(
        database->read([](Connection& c) { c.query("SELECT name\n    FROM\tnowhere"); }),
        !Catch::Contains("\n") && Catch::Contains("SELECT name FROM nowhere"));
}

TEST_CASE("broken constraints are told apart", "[storage]") {
    auto database = with_table();
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
    auto database = with_table();
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
    auto database = with_table();
    const auto rows = database->read([](Connection& c) {
        return c.query(
            "SELECT CAST($1 AS BOOLEAN), CAST($2 AS BIGINT), CAST($3 AS TEXT), "
            "CAST($4 AS DOUBLE PRECISION), NULL, SUM(CAST($2 AS BIGINT))",
            {true, 7, "роза", 1.5});
    });
    const auto row = rows.front();

    CHECK(row.get<bool>(0));
    CHECK(row.get<std::int64_t>(1) == 7);
    CHECK(row.get<std::string_view>(2) == "роза");
    CHECK(row.get<double>(3) == 1.5);
    CHECK(row.get<std::optional<std::int64_t>>(4) == std::nullopt);
    CHECK(row.get<std::int64_t>(5) == 7);
    CHECK_THROWS_WITH(row.get<std::int64_t>(2), Catch::Contains("column 2"));
    CHECK_THROWS_WITH(row.get<std::string>(9), Catch::Contains("column 9"));
}

TEST_CASE("T1: text is ordered by its bytes and INTEGER holds 64 bits", "[storage]") {
    auto database = with_table();
    database->write([](Connection& c) {
        for (const char* name : {"b", "A", "я", "a", "Ё", "_", "B"})
            c.execute("INSERT INTO item (name, small) VALUES ($1, $2)", {name, INT64_MAX});
    });

    std::string order;
    database->read([&](Connection& c) {
        for (const storage::Row row : c.query("SELECT name, small FROM item ORDER BY name")) {
            order += row.get<std::string>(0);
            CHECK(row.get<std::int64_t>(1) == INT64_MAX);
        }
    });
    CHECK(order == "AB_abЁя");
}

TEST_CASE("after rows with ids of their own the next id is a free one", "[storage]") {
    auto database = with_table();
    const auto next = database->write([](Connection& c) {
        c.execute("INSERT INTO item (id) VALUES (40), (41)");
        c.continue_ids("item");
        return c.query("INSERT INTO item (name) VALUES ('rose') RETURNING id")
            .front()
            .get<std::int64_t>(0);
    });
    CHECK(next == 42);
}

TEST_CASE("readers see the last commit while a writer is at work, and no change is lost",
          "[storage]") {
    test::TempFolder folder;
    auto database = with_table(folder.file("shop.db"));

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

TEST_CASE("a statement that is to be alone sees the last commit, and one behind it the same state",
          "[storage]") {
    const test::TempFolder folder;
    auto database = with_table(folder.file("items.db"));
    constexpr std::string_view kCount = "SELECT COUNT(*) FROM item WHERE amount >= $1";
    const auto insert = [&] {
        database->write(
            [](Connection& c) { c.execute("INSERT INTO item (amount) VALUES ($1)", {5}); });
    };
    const auto alone = [&](Connection& c) {
        return c.query_alone(kCount, {5}).front().get<std::int64_t>(0);
    };
    CHECK(database->read(alone) == 0);
    insert();
    CHECK(database->read(alone) == 1);

    // Somebody else is quicker than the second statement.
    bool is_first_run = true;
    database->read([&](Connection& c) {
        const std::int64_t seen = alone(c);
        if (std::exchange(is_first_run, false)) insert();
        const auto next = c.query(kCount, {5}).front().get<std::int64_t>(0);
        CHECK(next == seen);
        const std::int64_t last = alone(c);
        CHECK(last == seen);
    });
    CHECK(database->read(alone) == 2);

    CHECK_THROWS_AS(
        database->read([](Connection& c) { c.query_alone("SELECT name FROM nowhere"); }),
        storage::Error);
    CHECK_THROWS_AS(database->read([&](Connection& c) {
        c.query_alone(kCount, {5, 6});
    }),
                    std::logic_error);
    CHECK(database->read(alone) == 2);
}

TEST_CASE("a named lock lets one transaction after the other read and then write", "[storage]") {
    test::TempFolder folder;
    auto database = with_table(folder.file("shop.db"));
    database->write(
        [](Connection& c) { c.execute("INSERT INTO item (id, amount) VALUES (1, 0)"); });
    constexpr int kThreads = 8;
    std::latch together(kThreads);

    std::vector<std::thread> writers;
    for (int i = 0; i < kThreads; ++i) {
        writers.emplace_back([&] {
            together.arrive_and_wait();
            database->write([](Connection& c) {
                c.lock("the amount");
                const auto amount =
                    c.query("SELECT amount FROM item WHERE id = 1").front().get<std::int64_t>(0);
                c.execute("UPDATE item SET amount = $1 WHERE id = 1", {amount + 1});
            });
        });
    }
    for (auto& writer : writers) writer.join();

    CHECK(database->read([](Connection& c) {
        return c.query("SELECT amount FROM item").front().get<std::int64_t>(0);
    }) == kThreads);
}

TEST_CASE("who looks and then inserts finds the row of a quicker one", "[storage]") {
    test::TempFolder folder;
    auto database = with_table(folder.file("shop.db"));
    constexpr int kThreads = 8;
    std::latch together(kThreads);
    std::atomic<int> made = 0;

    std::vector<std::thread> writers;
    for (int i = 0; i < kThreads; ++i) {
        writers.emplace_back([&] {
            together.arrive_and_wait();
            made += database->write([](Connection& c) -> int {
                if (!c.query("SELECT id FROM item WHERE name = 'rose'").empty()) return 0;
                c.execute("INSERT INTO item (name) VALUES ('rose')");
                return 1;
            });
        });
    }
    for (auto& writer : writers) writer.join();

    CHECK(made == 1);
    CHECK(count(*database) == 1);
}

TEST_CASE("a conflict is tried again, a limited number of times", "[storage]") {
    auto database = with_table();
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

TEST_CASE("id lists of any length find their rows with few statement texts", "[storage]") {
    auto database = with_table();
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
