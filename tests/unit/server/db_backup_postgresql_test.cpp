// Backups of a shop on PostgreSQL are files of SQLite, and become a shop on PostgreSQL again.
#include <catch2/catch.hpp>
#include <filesystem>

#include "server/db_backup.hpp"
#include "server/db_restore.hpp"
#include "server/exit_code.hpp"
#include "server/open_database.hpp"
#include "support/fakes.hpp"
#include "support/postgres_cluster.hpp"
#include "support/temp_folder.hpp"
#include "support/test_database.hpp"

namespace shopkeeper::server {
namespace {

constexpr UnixMs kNow = 1795000000000;  // 2026-11-18 11:06:40 UTC

constexpr auto kSilent = [](const std::string&) {};

/// A database on the server of this run, gone with the object.
struct OnServer {
    test::TempFolder folder;
    test::FakeClock clock{kNow};
    Options options;
    std::string name = "backup_" + SystemRandom().hex(8);

    OnServer() {
        auto& cluster = test::PostgresCluster::shared();
        cluster.execute("CREATE DATABASE " + name);
        options.home.root = folder.file("home");
        options.database.url = cluster.url(name);
        options.database.connections_max = 4;
        options.database.busy_timeout = std::chrono::seconds(10);
        options.database.statement_max = std::chrono::seconds(10);
        open_database(options, WhenMissing::create, clock);
    }
    ~OnServer() {
        test::PostgresCluster::shared().execute("DROP DATABASE " + name + " WITH (FORCE)");
    }
    void run(std::string_view sql) const {
        connect(options, WhenMissing::refuse)->write([&](storage::Connection& connection) {
            connection.run_script(sql);
        });
    }
    std::int64_t clients() const { return count(*connect(options, WhenMissing::refuse)); }
    static std::int64_t count(storage::Database& database) {
        return database.read([](storage::Connection& connection) {
            return connection.query("SELECT COUNT(*) FROM client").front().get<std::int64_t>(0);
        });
    }
    static std::int64_t clients_in(const std::string& file) {
        return count(*storage::open_sqlite({.path = file, .create = false}));
    }
    Restored restore(bool force) {
        return server::restore(folder.file("backup.db"), options, force, clock, kSilent);
    }
    Backup back_up(const Tell& tell = kSilent) const {
        return server::back_up(*connect(options, WhenMissing::refuse), options,
                               folder.file("backup.db"), clock, tell);
    }
};

constexpr auto kShop =
    "INSERT INTO shop (id, name, created_ms, updated_ms) VALUES (8, 'Roses', 1, 1);"
    "INSERT INTO client (shop_id, phone, name, created_ms, updated_ms) VALUES "
    "(8, '+77000000101', 'A', 1, 1), (8, '+77000000102', 'B', 1, 1)";
constexpr auto kOneMore =
    "INSERT INTO client (shop_id, phone, name, created_ms, updated_ms) "
    "SELECT 8, '+77000000' || (103 + COUNT(*)), 'C', 1, 1 FROM client";

TEST_CASE("B1: a backup of PostgreSQL is one snapshot of a shop that goes on selling",
          "[postgresql][server]") {
    if (!test::on_postgresql()) return;
    OnServer shop;
    shop.run(kShop);

    bool sold = false;
    const Backup backup = shop.back_up([&](const std::string&) {
        if (!std::exchange(sold, true)) shop.run(kOneMore);
    });

    CHECK(sold);
    CHECK(shop.clients() == 3);
    CHECK(OnServer::clients_in(backup.file.string()) == 2);
}

TEST_CASE("B2: a backup becomes a shop on PostgreSQL; what was there is backed up first",
          "[postgresql][server]") {
    if (!test::on_postgresql()) return;
    OnServer shop;
    shop.run(kShop);
    shop.back_up();
    shop.run(kOneMore);

    CHECK_THROWS_AS(shop.restore(/*force=*/false), CommandFailure);
    CHECK(shop.clients() == 3);

    const Restored restored = shop.restore(/*force=*/true);

    CHECK(shop.clients() == 2);
    CHECK(OnServer::clients_in(restored.put_aside.string()) == 3);
    shop.run(kOneMore);  // its ids go on behind those of the backup
    CHECK(shop.clients() == 3);
    CHECK_NOTHROW(open_database(shop.options, WhenMissing::refuse, shop.clock));
}

TEST_CASE("B2: a restore into PostgreSQL that was cut off is finished by the next one",
          "[postgresql][server]") {
    if (!test::on_postgresql()) return;
    OnServer shop;
    shop.run(kShop);
    shop.back_up();
    std::string told;
    const auto cut_at = [&](int time) {
        int seen = 0;
        const auto cut = [&](const std::string& what) {
            told += what + "\n";
            if (what.find("copying client") != std::string::npos && ++seen == time)
                throw std::runtime_error("cut");
        };
        CHECK_THROWS_WITH(
            server::restore(shop.folder.file("backup.db"), shop.options, true, shop.clock, cut),
            "cut");
    };
    cut_at(1);  // while what is there was being put aside
    CHECK(shop.clients() == 2);
    CHECK_NOTHROW(open_database(shop.options, WhenMissing::refuse, shop.clock));
    cut_at(2);  // while the backup was being filled in
    CHECK_THROWS_WITH(open_database(shop.options, WhenMissing::refuse, shop.clock),
                      Catch::Contains("unfinished"));
    // Who gives up here must know where the old shop is.
    CHECK_THAT(told, Catch::Contains("what was there is in " +
                                     (shop.options.home.backups() / "before-restore-").string()));

    shop.restore(/*force=*/false);

    CHECK(shop.clients() == 2);
    CHECK_NOTHROW(open_database(shop.options, WhenMissing::refuse, shop.clock));
}

}  // namespace
}  // namespace shopkeeper::server
