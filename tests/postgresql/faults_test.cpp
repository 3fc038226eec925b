// What goes wrong between this program and a PostgreSQL server, and what a call sees of it.
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "journal/idempotency.hpp"
#include "storage/migrate.hpp"
#include "storage/postgresql.hpp"
#include "support/cutting_proxy.hpp"
#include "support/postgres_cluster.hpp"
#include "support/test_database.hpp"

using namespace shopkeeper;
using storage::Connection;
using test::CuttingProxy;
using test::PostgresCluster;

namespace {

std::unique_ptr<storage::Database> with_items(storage::PostgresqlOptions options,
                                              const std::string& url) {
    options.url = url;
    auto database = storage::open_postgresql(options);
    database->write([](Connection& c) {
        c.run_script("CREATE TABLE item (id BIGINT PRIMARY KEY, amount BIGINT)");
    });
    return database;
}

std::int64_t count_of(storage::Database& database) {
    return database.read([](Connection& c) {
        return c.query("SELECT COUNT(*) FROM item").front().get<std::int64_t>(0);
    });
}

/// A database of the test's own with a table of items.
struct Items {
    test::EmptyPlace place;
    std::unique_ptr<storage::Database> database;

    explicit Items(const storage::PostgresqlOptions& options = {})
        : database(with_items(options, place.url())) {}
    std::int64_t count() const { return count_of(*database); }
};

/// The same on a server that the test may stop.
struct OwnServer {
    PostgresCluster cluster;
    std::unique_ptr<storage::Database> database = with_items({}, cluster.url());

    std::int64_t count() const { return count_of(*database); }
};

void insert(Connection& connection, int id) {
    connection.execute("INSERT INTO item (id, amount) VALUES ($1, 0)", {id});
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    return text.replace(text.find(what), what.size(), by);
}

std::string port_of(const std::string& url) {
    const auto colon = url.rfind(':');
    return url.substr(colon + 1, url.rfind('/') - colon - 1);
}

std::string password_of(const std::string& url) {
    const auto begin = url.find("tester:") + 7;
    return url.substr(begin, url.find('@') - begin);
}

template <class Failure, class Work>
std::string message_of(Work&& work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.what();
    }
    FAIL("nothing was thrown");
    return {};
}

}  // namespace

TEST_CASE("a wrong password is refused without showing it", "[postgresql]") {
    const std::string url = PostgresCluster::shared().url();
    const std::string wrong = replaced(url, password_of(url), "not-the-password");

    const std::string message =
        message_of<storage::Unavailable>([&] { storage::open_postgresql({.url = wrong}); });

    CHECK_THAT(message, Catch::Contains("password authentication failed"));
    CHECK_THAT(message, Catch::Contains("tester@127.0.0.1"));
    CHECK_THAT(message, !Catch::Contains("not-the-password"));
}

TEST_CASE("a server that is down and a database that is not there are told", "[postgresql]") {
    const std::string url = PostgresCluster::shared().url();

    CHECK_THAT(message_of<storage::Unavailable>(
                   [&] { storage::open_postgresql({.url = replaced(url, port_of(url), "1")}); }),
               Catch::Contains("cannot connect to postgresql://tester@127.0.0.1:1/postgres"));
    CHECK_THAT(message_of<storage::Unavailable>([&] {
                   storage::open_postgresql({.url = PostgresCluster::shared().url("nowhere")});
               }),
               Catch::Contains("nowhere"));
}

TEST_CASE("a database of another encoding is refused", "[postgresql]") {
    PostgresCluster& cluster = PostgresCluster::shared();
    cluster.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    CHECK_THROWS_WITH(storage::open_postgresql({.url = cluster.url("latin")}),
                      Catch::Contains("UTF8"));
    cluster.execute("DROP DATABASE latin");
}

TEST_CASE("a server that crashes inside a write leaves nothing of it, and the next call reconnects",
          "[postgresql]") {
    OwnServer server;

    CHECK_THROWS_AS(server.database->write([&](Connection& c) {
        insert(c, 1);
        server.cluster.crash();
        insert(c, 2);
    }),
                    storage::Unavailable);
    CHECK_THROWS_AS(server.count(), storage::Unavailable);

    server.cluster.start();
    CHECK(server.count() == 0);
    server.database->write([](Connection& c) { insert(c, 3); });
    CHECK(server.count() == 1);
}

TEST_CASE("connections lost while they lay idle are replaced without a word", "[postgresql]") {
    OwnServer server;
    server.cluster.stop();
    server.cluster.start();

    int attempts = 0;
    server.database->write([&](Connection& c) {
        ++attempts;
        insert(c, 1);
    });

    CHECK(attempts == 1);
    CHECK(server.count() == 1);
}

TEST_CASE("a statement that is alone finds another connection for one that was lost",
          "[postgresql]") {
    OwnServer server;
    const auto count_alone = [&] {
        int runs = 0;
        const auto count = server.database->read([&](Connection& c) {
            ++runs;
            return c.query_alone("SELECT COUNT(*) FROM item").front().get<std::int64_t>(0);
        });
        CHECK(runs == 1);
        return count;
    };
    server.database->write([](Connection& c) { insert(c, 1); });
    CHECK(count_alone() == 1);

    server.cluster.stop();
    server.cluster.start();
    CHECK(count_alone() == 1);

    server.cluster.stop();
    CHECK_THROWS_AS(count_alone(), storage::Unavailable);
    server.cluster.start();
    CHECK(count_alone() == 1);
}

TEST_CASE("a statement that is alone changes nothing and leaves no setting behind",
          "[postgresql]") {
    Items items({.connections_max = 1});
    CHECK_THROWS_AS(items.database->read([](Connection& c) {
        c.query_alone("INSERT INTO item (id, amount) VALUES (1, 0) RETURNING id");
    }),
                    storage::Unavailable);
    const auto setting = items.database->write([](Connection& c) {
        return c.query("SELECT current_setting('transaction_read_only')")
            .front()
            .get<std::string>(0);
    });
    CHECK(setting == "off");
    CHECK(items.count() == 0);
}

TEST_CASE("W20: an exhausted pool is a bounded wait and then unavailable", "[postgresql]") {
    Items items({.connections_max = 1, .wait_max = std::chrono::milliseconds(20)});

    bool is_refused = false;
    items.database->write([&](Connection&) {
        CHECK(items.database->pool()->in_use == 1);
        CHECK(items.database->pool()->size_max == 1);
        std::thread([&] {
            try {
                items.count();
            } catch (const storage::Unavailable&) {
                is_refused = true;
            }
        }).join();
    });

    CHECK(is_refused);
    CHECK(items.database->pool()->in_use == 0);
    CHECK_NOTHROW(items.count());
}

TEST_CASE("T9: a statement beyond its limit is ended and nothing of its transaction is kept",
          "[postgresql]") {
    Items items({.statement_max = std::chrono::milliseconds(50)});

    CHECK_THROWS_AS(items.database->write([](Connection& c) {
        insert(c, 1);
        c.query("SELECT pg_sleep(60)");
    }),
                    storage::Unavailable);

    CHECK(items.count() == 0);
}

TEST_CASE("W20: a lock that does not come in time is told apart", "[postgresql]") {
    Items items({.wait_max = std::chrono::milliseconds(50)});
    items.database->write([](Connection& c) { insert(c, 1); });
    constexpr std::string_view kTouch = "UPDATE item SET amount = amount + 1 WHERE id = 1";

    bool is_told = false;
    items.database->write([&](Connection& c) {
        c.execute(kTouch);
        std::thread([&] {
            try {
                items.database->write([&](Connection& other) { other.execute(kTouch); });
            } catch (const storage::LockTimeout&) {
                is_told = true;
            }
        }).join();
    });

    CHECK(is_told);
}

TEST_CASE("W20: two writers who wait for each other both end well", "[postgresql]") {
    Items items;
    items.database->write([](Connection& c) {
        insert(c, 1);
        insert(c, 2);
    });
    std::latch both_hold_one(2);
    std::atomic<int> attempts = 0;
    const auto cross = [&](int first, int second) {
        bool is_first_attempt = true;
        items.database->write([&](Connection& c) {
            ++attempts;
            constexpr std::string_view kTouch = "UPDATE item SET amount = amount + 1 WHERE id = $1";
            c.execute(kTouch, {first});
            if (std::exchange(is_first_attempt, false)) both_hold_one.arrive_and_wait();
            c.execute(kTouch, {second});
        });
    };

    std::thread other([&] { cross(2, 1); });
    cross(1, 2);
    other.join();

    CHECK(attempts >= 3);  // one of the two was run again
    CHECK(items.database->read([](Connection& c) {
        return c.query("SELECT SUM(amount) FROM item").front().get<std::int64_t>(0);
    }) == 4);
}

TEST_CASE("a COMMIT whose answer is lost is in doubt and never run again", "[postgresql]") {
    Items items;
    const std::string url = items.place.url();
    CuttingProxy proxy(static_cast<std::uint16_t>(std::stoi(port_of(url))));
    const auto database = storage::open_postgresql(
        {.url = replaced(url, port_of(url), std::to_string(proxy.port()))});
    const bool arrives = GENERATE(true, false);
    constexpr std::string_view kWord("COMMIT\0", 7);  // and not READ COMMITTED
    proxy.cut_at(kWord, arrives ? CuttingProxy::Cut::after_passing_on
                                : CuttingProxy::Cut::before_passing_on);

    int attempts = 0;
    CHECK_THROWS_AS(database->write([&](Connection& c) {
        ++attempts;
        insert(c, 1);
    }),
                    storage::InDoubt);

    CHECK(attempts == 1);
    CHECK(items.count() == (arrives ? 1 : 0));
    CHECK(count_of(*database) == (arrives ? 1 : 0));  // the next call connects anew
}

TEST_CASE("W20: a shop has so many writers at once, and others of it wait for a bounded time",
          "[postgresql]") {
    Items items({.wait_max = std::chrono::milliseconds(20), .writers_of_shop_max = 2});
    const auto write_in = [&](std::int64_t shop_id, int id) {
        items.database->write([id](Connection& c) { insert(c, id); }, shop_id);
    };
    const auto inside = [&](const auto& work) {
        items.database->write([&](Connection&) { work(); }, 8);
    };

    inside([&] {
        CHECK_NOTHROW(write_in(8, 1));
        inside([&] {
            CHECK_THROWS_WITH(write_in(8, 2), Catch::Contains("20 ms"));
            CHECK_NOTHROW(write_in(9, 3));
            CHECK_NOTHROW(items.count());
        });
        CHECK_NOTHROW(write_in(8, 4));
    });

    CHECK(items.count() == 3);
}

TEST_CASE("T9: a write that returned is in the server's log on the disk", "[postgresql]") {
    Items items;
    const auto written = items.database->write([](Connection& c) {
        insert(c, 1);
        return c.query("SELECT CAST(pg_current_wal_insert_lsn() AS TEXT)")
            .front()
            .get<std::string>(0);
    });
    const auto flushed = [&](Connection& c) {
        return c.query("SELECT pg_current_wal_flush_lsn() > CAST($1 AS pg_lsn)", {written})
            .front()
            .get<bool>(0);
    };
    CHECK(items.database->read(flushed));
}

TEST_CASE("statements handed over and COMMIT travel in one message", "[postgresql]") {
    Items items;
    const std::string url = items.place.url();
    CuttingProxy proxy(static_cast<std::uint16_t>(std::stoi(port_of(url))));
    const auto database = storage::open_postgresql(
        {.url = replaced(url, port_of(url), std::to_string(proxy.port()))});
    // Had the row been inserted by a message of its own, its transaction could not be in doubt.
    proxy.cut_at("INSERT INTO item", CuttingProxy::Cut::after_passing_on);

    CHECK_THROWS_AS(database->write([](Connection& c) {
        c.execute_later("INSERT INTO item (id, amount) VALUES (1, 0)");
    }),
                    storage::InDoubt);
    CHECK(items.count() == 1);
}

TEST_CASE("a line that breaks before COMMIT is unavailable, not in doubt", "[postgresql]") {
    Items items;
    const std::string url = items.place.url();
    CuttingProxy proxy(static_cast<std::uint16_t>(std::stoi(port_of(url))));
    const auto database = storage::open_postgresql(
        {.url = replaced(url, port_of(url), std::to_string(proxy.port()))});
    proxy.cut_at("INSERT", CuttingProxy::Cut::after_passing_on);

    CHECK_THROWS_AS(database->write([](Connection& c) { insert(c, 1); }), storage::Unavailable);

    CHECK(items.count() == 0);
}

TEST_CASE("a failure that the work keeps to itself commits nothing", "[postgresql]") {
    Items items;
    CHECK_THROWS_AS(items.database->write([](Connection& c) {
        insert(c, 1);
        try {
            insert(c, 1);
        } catch (const storage::UniqueViolation&) {
        }
    }),
                    storage::Error);
    CHECK(items.count() == 0);
}

TEST_CASE("a read sees one state and changes nothing", "[postgresql]") {
    Items items;
    items.database->read([&](Connection& c) {
        const auto count = [&] {
            return c.query("SELECT COUNT(*) FROM item").front().get<std::int64_t>(0);
        };
        CHECK(count() == 0);
        items.database->write([](Connection& other) { insert(other, 1); });
        CHECK(count() == 0);
    });
    CHECK_THROWS_AS(items.database->read([](Connection& c) { insert(c, 2); }), storage::Error);
    CHECK(items.count() == 1);
}

TEST_CASE("behind a pooler prepared statements switch themselves off", "[postgresql]") {
    Items items;
    items.database->write([](Connection& c) { insert(c, 1); });
    // What a pooler in transaction mode does: the next transaction meets another server connection.
    items.database->write([](Connection& c) { c.run_script("DEALLOCATE ALL"); });

    items.database->write([](Connection& c) { insert(c, 2); });

    CHECK(items.count() == 2);
    CHECK(items.database->read([](Connection& c) {
        return c.query("SELECT COUNT(*) FROM pg_prepared_statements").front().get<std::int64_t>(0);
    }) == 0);
}

TEST_CASE("prepared statements can be off from the start", "[postgresql]") {
    Items items({.prepares = false});
    items.database->write([](Connection& c) { insert(c, 1); });
    CHECK(items.database->read([](Connection& c) {
        return c.query("SELECT COUNT(*) FROM pg_prepared_statements").front().get<std::int64_t>(0);
    }) == 0);
}

TEST_CASE("a text with a NUL character is refused, not cut short", "[postgresql]") {
    Items items;
    CHECK_THROWS_AS(items.database->read([](Connection& c) {
        return c.query("SELECT CAST($1 AS TEXT)", {std::string_view("a\0b", 3)}).size();
    }),
                    storage::CheckViolation);
}

TEST_CASE("two programs that start at once migrate one after the other", "[postgresql]") {
    auto database = test::empty_database();
    const auto migrations = storage::read_migrations(embedded::migrations());
    std::latch together(2);
    std::atomic<int> failures = 0;
    const auto migrate = [&] {
        together.arrive_and_wait();
        try {
            storage::migrate(*database, migrations, 1);
        } catch (const std::exception&) {
            ++failures;
        }
    };
    std::thread other(migrate);
    migrate();
    other.join();

    CHECK(failures == 0);
    CHECK(storage::schema_state(*database, migrations).current ==
          static_cast<std::int64_t>(migrations.size()));
}

TEST_CASE("a migration that is killed half-way is begun again as a whole", "[postgresql]") {
    OwnServer server;
    constexpr EmbeddedFile kFirst{"0001_first.sql", "CREATE TABLE first (id {{identity}});"};
    constexpr EmbeddedFile kSlow{"0002_second.sql",
                                 "CREATE TABLE second (id {{identity}}); SELECT pg_sleep(60);"};
    constexpr EmbeddedFile kQuick{"0002_second.sql", "CREATE TABLE second (id {{identity}});"};
    const EmbeddedFile slow[] = {kFirst, kSlow};
    const EmbeddedFile quick[] = {kFirst, kQuick};

    std::thread killed([&] {
        try {
            storage::migrate(*server.database, storage::read_migrations(slow), 1);
        } catch (const storage::Unavailable&) {
        }
    });
    while (!server.cluster.has_row(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND state = 'active'")) {
    }
    server.cluster.crash();
    killed.join();
    server.cluster.start();

    const auto migrations = storage::read_migrations(quick);
    CHECK(storage::schema_state(*server.database, migrations).current == 1);
    CHECK_NOTHROW(storage::migrate(*server.database, migrations, 2));
    CHECK(storage::schema_state(*server.database, migrations).current == 2);
}

TEST_CASE("I4: a call whose key is still in use is told so after a bounded wait", "[postgresql]") {
    test::EmptyPlace place;
    const auto database =
        storage::open_postgresql({.url = place.url(), .wait_max = std::chrono::milliseconds(50)});
    storage::migrate(*database, storage::read_migrations(embedded::migrations()), 1);
    const journal::IdempotencyKey key{"8:guest:create_order", "a key", "digest"};

    std::string reason;
    database->write([&](Connection& first) {
        REQUIRE(journal::claim(first, key, 1).has_value());
        std::thread([&] {
            const auto second =
                database->write([&](Connection& c) { return journal::claim(c, key, 1); });
            if (!second) reason = second.error().details.reason;
        }).join();
    });

    CHECK(reason == "idempotency_in_flight");
}
