// A write is acknowledged when it is on the disk, and stands in nobody's way until then.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "storage/postgresql.hpp"
#include "support/postgres_cluster.hpp"

using namespace shopkeeper;
using storage::Connection;
using test::PostgresCluster;

namespace {

/// A server that waits with each commit for a standby that does not exist: as one whose disk takes
/// for ever. A session with synchronous_commit = local does not wait.
struct WaitingServer {
    PostgresCluster cluster;
    std::unique_ptr<storage::Database> database;

    explicit WaitingServer(storage::PostgresqlOptions options = {}) {
        cluster.execute("ALTER SYSTEM SET wal_level = 'replica'");
        cluster.execute("ALTER SYSTEM SET max_wal_senders = 1");
        cluster.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        cluster.stop();
        cluster.start();
        cluster.execute("SET synchronous_commit = local");
        cluster.execute("CREATE TABLE item (id BIGINT PRIMARY KEY, amount BIGINT)");
        // The checkpointer is who tells the others of the standbys, before it goes to sleep.
        wait_for("backend_type = 'checkpointer' AND wait_event = 'CheckpointerMain'");
        options.url = cluster.url();
        database = storage::open_postgresql(options);
    }
    void wait_for(const std::string& activity) {
        while (!cluster.has_row("SELECT 1 FROM pg_stat_activity WHERE " + activity)) {
        }
    }
    void wait_for_somebody_who_waits() { wait_for("wait_event = 'SyncRep'"); }
    void let_go() {
        cluster.execute("ALTER SYSTEM RESET synchronous_standby_names");
        cluster.execute("SELECT pg_reload_conf()");
    }
};

void insert(Connection& connection, int id) {
    connection.execute("INSERT INTO item (id, amount) VALUES ($1, 0)", {id});
}

}  // namespace

TEST_CASE("T9: a write that waits for the disk holds no locks and is not acknowledged yet",
          "[postgresql]") {
    WaitingServer server;
    std::atomic<bool> is_acknowledged = false;
    std::thread writer([&] {
        server.database->write([](Connection& c) { insert(c, 1); });
        is_acknowledged = true;
    });
    server.wait_for_somebody_who_waits();

    server.cluster.execute("UPDATE item SET amount = 7 WHERE id = 1");
    CHECK(server.cluster.has_row("SELECT 1 FROM item WHERE id = 1 AND amount = 7"));
    CHECK_FALSE(is_acknowledged);

    server.let_go();
    writer.join();
    CHECK(is_acknowledged);
}

TEST_CASE("a writer that waits for the disk only is in no other writer's way", "[postgresql]") {
    WaitingServer server({.writers_of_shop_max = 1});
    std::vector<std::thread> writers;
    for (int id = 1; id <= 3; ++id) {
        writers.emplace_back(
            [&server, id] { server.database->write([id](Connection& c) { insert(c, id); }, 8); });
    }
    server.wait_for("wait_event = 'SyncRep' HAVING COUNT(*) = 3");

    server.let_go();
    for (std::thread& writer : writers) writer.join();
}

TEST_CASE("T9: a login that may not write notes into the server's log commits as usual",
          "[postgresql]") {
    WaitingServer server;
    server.cluster.execute("CREATE ROLE noteless LOGIN PASSWORD 'x'");
    server.cluster.execute("GRANT ALL ON item TO noteless");
    server.cluster.execute(
        "REVOKE EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text) FROM PUBLIC");
    const std::string url = server.cluster.url();
    const auto database =
        storage::open_postgresql({.url = "postgresql://noteless:x" + url.substr(url.rfind('@')),
                                  .reach = storage::Reach::one_shop_as_login});

    std::atomic<bool> is_acknowledged = false;
    std::thread writer([&] {
        database->write([](Connection& c) { insert(c, 1); });
        is_acknowledged = true;
    });
    // COMMIT itself waits for the disk, and shows nothing before.
    server.wait_for_somebody_who_waits();
    CHECK_FALSE(is_acknowledged);
    CHECK_FALSE(server.cluster.has_row("SELECT 1 FROM item WHERE id = 1"));
    server.let_go();
    writer.join();
    CHECK(server.cluster.has_row("SELECT 1 FROM item WHERE id = 1"));

    // A refusal has no note to wait for, and nothing it could rest on that is not on the disk.
    const Result<int> refused = database->write([](Connection& c) -> Result<int> {
        c.vouch();
        c.query("SELECT 1 FROM item");
        return conflict("already_there", "It is there already.");
    });
    CHECK_FALSE(refused);
}

TEST_CASE("what a write shows only when it is durable is seen by nobody before", "[postgresql]") {
    WaitingServer server;
    std::thread writer([&] {
        server.database->write([](Connection& c) {
            c.show_only_durable();
            insert(c, 1);
        });
    });
    server.wait_for_somebody_who_waits();
    CHECK_FALSE(server.cluster.has_row("SELECT 1 FROM item WHERE id = 1"));

    server.let_go();
    writer.join();
    CHECK(server.cluster.has_row("SELECT 1 FROM item WHERE id = 1"));
}

TEST_CASE("T9: a refusal waits for the change of another that it may rest on", "[postgresql]") {
    WaitingServer server;
    server.cluster.execute("INSERT INTO item (id, amount) VALUES (1, 0)");
    const auto refuse = [&](bool vouches) {
        const Result<int> outcome = server.database->write([&](Connection& c) -> Result<int> {
            if (vouches) c.vouch();
            if (c.query("SELECT 1 FROM item WHERE id = 1").empty()) return 1;
            return conflict("already_there", "It is there already.");
        });
        CHECK_FALSE(outcome);
    };
    refuse(false);  // an answer that promises nothing

    std::atomic<bool> is_refused = false;
    std::thread late([&] {
        refuse(true);
        is_refused = true;
    });
    server.wait_for_somebody_who_waits();
    CHECK_FALSE(is_refused);

    server.let_go();
    late.join();
    CHECK(is_refused);
}

TEST_CASE("T9: a server that crashes before a commit is on the disk leaves it in doubt",
          "[postgresql]") {
    WaitingServer server;
    bool is_in_doubt = false;
    std::thread writer([&] {
        try {
            server.database->write([](Connection& c) { insert(c, 1); });
        } catch (const storage::InDoubt&) {
            is_in_doubt = true;
        }
    });
    server.wait_for_somebody_who_waits();
    server.cluster.crash();
    writer.join();
    CHECK(is_in_doubt);
}
