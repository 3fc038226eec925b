// Backups of a shop in a file, and shops made of them again.
#include "server/db_backup.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "server/db_restore.hpp"
#include "server/exit_code.hpp"
#include "server/open_database.hpp"
#include "storage/migrate.hpp"
#include "storage/sqlite_file.hpp"
#include "support/fakes.hpp"
#include "support/temp_folder.hpp"

namespace shopkeeper::server {
namespace {

namespace fs = std::filesystem;
using Catch::Contains;

constexpr UnixMs kNow = 1795000000000;  // 2026-11-18 11:06:40 UTC

constexpr auto kSilent = [](const std::string&) {};

std::vector<storage::Migration> migrations() {
    return storage::read_migrations(embedded::migrations());
}

/// A home with a shop in it.
struct Shop {
    test::TempFolder folder;
    test::FakeClock clock{kNow};
    Options options;

    Shop() {
        options.home.root = folder.file("home");
        options.database.file = options.home.root / "data" / "shop.db";
        options.database.busy_timeout = std::chrono::milliseconds(50);
    }
    std::string backup_place() const { return folder.file("backup.db"); }

    /// The shop with `clients` clients. Rows come and go by this number.
    void fill(int clients) {
        const auto database = open_database(options, WhenMissing::create, clock);
        write(*database,
              "INSERT INTO shop (id, name, created_ms, updated_ms) VALUES (8, 'Roses', 1, 1)");
        for (int i = 0; i < clients; ++i) add_client(*database);
    }
    static void write(storage::Database& database, std::string_view sql) {
        database.write([&](storage::Connection& connection) { connection.run_script(sql); });
    }
    static void add_client(storage::Database& database) {
        write(database,
              "INSERT INTO client (shop_id, phone, name, created_ms, updated_ms) "
              "SELECT 8, '+77000000' || (100 + COUNT(*)), 'C', 1, 1 FROM client");
    }
    Backup back_up(const Tell& tell = kSilent) {
        const auto database = connect(options, WhenMissing::refuse);
        return server::back_up(*database, options, backup_place(), clock, tell);
    }
    Restored restore(bool force) {
        return server::restore(backup_place(), options, force, clock, kSilent);
    }
    static std::int64_t clients_in(const std::string& path) {
        return storage::open_sqlite({.path = path, .create = false})
            ->read([](storage::Connection& connection) {
                return connection.query("SELECT COUNT(*) FROM client").front().get<std::int64_t>(0);
            });
    }
    std::int64_t clients() const { return clients_in(options.database.file.string()); }

    /// Everything in the folder of the database and beside the backup but the two themselves.
    std::vector<std::string> leftovers() const {
        std::vector<std::string> names;
        for (const auto& where : {options.database.file.parent_path(), fs::path(folder.path())}) {
            for (const auto& entry : fs::directory_iterator(where)) {
                const std::string name = entry.path().filename().string();
                if (name != "shop.db" && name != "backup.db" && name != "home")
                    names.push_back(name);
            }
        }
        return names;
    }
};

int exit_code_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const CommandFailure& failure) {
        return static_cast<int>(failure.code());
    }
    return 0;
}

TEST_CASE("B1: a backup is named after its moment, in the home", "[sqlite][server]") {
    CHECK(backup_file({"/srv/shop"}, kNow) == "/srv/shop/backups/shop-20261118T110640Z.db");
}

TEST_CASE("B1: a backup holds one moment of a shop that goes on selling", "[sqlite][server]") {
    Shop shop;
    shop.fill(3);
    const auto seller = connect(shop.options, WhenMissing::refuse);
    int told = 0;

    const Backup backup = shop.back_up([&](const std::string&) {
        ++told;
        Shop::add_client(*seller);
    });

    CHECK(told > 0);
    CHECK(backup.file == shop.backup_place());
    CHECK(backup.schema == static_cast<std::int64_t>(migrations().size()));
    CHECK(backup.bytes == static_cast<std::int64_t>(fs::file_size(backup.file)));
    CHECK(Shop::clients_in(shop.backup_place()) == 3);
    CHECK(shop.clients() == 3 + told);
}

TEST_CASE("B1: a backup leaves no other files and overwrites none", "[sqlite][server]") {
    Shop shop;
    shop.fill(1);
    shop.back_up();
    CHECK(shop.leftovers().empty());

    CHECK(exit_code_of([&] { shop.back_up(); }) == 1);

    CHECK(shop.leftovers().empty());
    CHECK(Shop::clients_in(shop.backup_place()) == 1);
}

TEST_CASE("B1: a damaged database gives no backup", "[sqlite][server]") {
    Shop shop;
    shop.fill(1);
    std::fstream file(shop.options.database.file, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-4096, std::ios::end);
    file << std::string(4096, '\xA5');
    file.close();

    CHECK_THROWS_AS(shop.back_up(), storage::Unusable);

    CHECK_FALSE(fs::exists(shop.backup_place()));
    CHECK(shop.leftovers().empty());
}

TEST_CASE("B2: a backup becomes the database where there is none", "[sqlite][server]") {
    Shop shop;
    shop.fill(3);
    shop.back_up();
    fs::remove_all(shop.options.database.file.parent_path());

    const Restored restored = shop.restore(/*force=*/false);

    CHECK(restored.put_aside.empty());
    CHECK(restored.findings.empty());
    CHECK(shop.clients() == 3);
    CHECK(shop.leftovers().empty());
}

TEST_CASE("B2: a shop is overwritten only by force, and is then put aside", "[sqlite][server]") {
    Shop shop;
    shop.fill(3);
    shop.back_up();
    Shop::add_client(*connect(shop.options, WhenMissing::refuse));

    CHECK(exit_code_of([&] { shop.restore(/*force=*/false); }) == 1);
    CHECK(shop.clients() == 4);
    CHECK(shop.leftovers().empty());

    const Restored restored = shop.restore(/*force=*/true);
    CHECK(shop.clients() == 3);
    CHECK(restored.put_aside.filename() == "shop.db.before-restore-20261118T110640Z");
    CHECK(Shop::clients_in(restored.put_aside.string()) == 4);
    CHECK(Shop::clients_in(shop.backup_place()) == 3);
}

TEST_CASE("B2: a database without a shop needs no force", "[sqlite][server]") {
    Shop shop;
    shop.fill(3);
    shop.back_up();
    fs::remove_all(shop.options.database.file.parent_path());
    open_database(shop.options, WhenMissing::create, shop.clock);

    shop.restore(/*force=*/false);

    CHECK(shop.clients() == 3);
}

TEST_CASE("B2: a database that somebody has open is not exchanged, force or not",
          "[sqlite][server]") {
    Shop shop;
    shop.fill(3);
    shop.back_up();
    const auto server = connect(shop.options, WhenMissing::refuse);
    Shop::add_client(*server);

    CHECK_THROWS_WITH(shop.restore(/*force=*/true), Contains("stop the server"));

    Shop::add_client(*server);
    CHECK(shop.clients() == 5);
}

TEST_CASE("B2: a damaged database is put aside by force", "[sqlite][server]") {
    Shop shop;
    shop.fill(3);
    shop.back_up();
    std::ofstream(shop.options.database.file, std::ios::trunc) << std::string(5000, 'x');
    std::ofstream(shop.options.database.file.string() + "-wal") << "of the damaged file";

    CHECK_THROWS_AS(shop.restore(/*force=*/false), storage::Unusable);
    const Restored restored = shop.restore(/*force=*/true);

    CHECK(shop.clients() == 3);
    CHECK(fs::file_size(restored.put_aside) == 5000);
    CHECK_FALSE(fs::exists(shop.options.database.file.string() + "-wal"));
}

TEST_CASE("B2: an older backup is brought up to date", "[sqlite][server]") {
    Shop shop;
    const auto known = migrations();
    {
        const auto old = storage::open_sqlite({.path = shop.backup_place()});
        storage::migrate(*old, {known.begin(), known.begin() + 3}, 1);
        Shop::write(*old,
                    "INSERT INTO shop (id, name, created_ms, updated_ms) VALUES (8, 'R', 1, 1)");
        Shop::add_client(*old);
    }

    const Restored restored = shop.restore(/*force=*/false);

    CHECK(restored.schema_of_backup == 3);
    CHECK(restored.schema == static_cast<std::int64_t>(known.size()));
    CHECK(shop.clients() == 1);
    CHECK(storage::schema_state(*connect(shop.options, WhenMissing::refuse), known).current ==
          restored.schema);
    const auto backup = storage::open_sqlite({.path = shop.backup_place(), .create = false});
    CHECK(storage::schema_state(*backup, known).current == 3);
}

TEST_CASE("B2: what is no backup of a shop is refused and changes nothing", "[sqlite][server]") {
    Shop shop;
    shop.fill(3);
    shop.back_up();
    const auto backup = storage::open_sqlite({.path = shop.backup_place()});

    SECTION("a newer program's") {
        Shop::write(*backup,
                    "INSERT INTO schema_migration (version, name, checksum, applied_ms) VALUES "
                    "(9999, '9999_future.sql', 'x', 1)");
        CHECK_THROWS_WITH(shop.restore(/*force=*/true),
                          Contains("newer shopkeeper") && Contains("backup.db"));
    }
    SECTION("another program's") {
        Shop::write(*backup, "DROP TABLE schema_migration");
        CHECK_THROWS_WITH(shop.restore(/*force=*/true), Contains("not a backup"));
    }
    SECTION("an unfinished copy") {
        Shop::write(*backup,
                    "CREATE TABLE unfinished_copy (source TEXT NOT NULL, started_ms BIGINT)");
        CHECK_THROWS_WITH(shop.restore(/*force=*/true), Contains("unfinished"));
    }
    SECTION("no database") {
        fs::resize_file(shop.backup_place(), 10);
        std::ofstream(shop.backup_place(), std::ios::trunc) << std::string(5000, 'x');
        CHECK_THROWS_AS(shop.restore(/*force=*/true), storage::Unusable);
    }
    SECTION("no file") {
        fs::remove(shop.backup_place());
        CHECK_THROWS_AS(shop.restore(/*force=*/true), storage::Unavailable);
    }

    CHECK(shop.clients() == 3);
    CHECK(fs::exists(shop.options.database.file));
    for (const std::string& name : shop.leftovers()) CHECK_THAT(name, !Contains("partial"));
}

TEST_CASE("B2: a backup that breaks a rule is restored by force only, and says so",
          "[sqlite][server]") {
    Shop shop;
    shop.fill(3);
    Shop::write(*connect(shop.options, WhenMissing::refuse),
                "INSERT INTO order_counter (shop_id, value) VALUES (8, 5);"
                "INSERT INTO warehouse_item (id, shop_id, name, name_folded, quantity, created_ms, "
                "updated_ms) VALUES (1, 8, 'Rose', 'rose', 7, 1, 1)");
    shop.back_up();
    fs::remove_all(shop.options.database.file.parent_path());

    CHECK_THROWS_WITH(shop.restore(/*force=*/false), Contains("stock.ledger_sum"));
    CHECK_FALSE(fs::exists(shop.options.database.file));

    CHECK_FALSE(shop.restore(/*force=*/true).findings.empty());
    CHECK(shop.clients() == 3);
}

TEST_CASE("B2: the database is not restored from itself", "[sqlite][server]") {
    Shop shop;
    shop.fill(1);

    CHECK_THROWS_WITH(
        server::restore(shop.options.database.file, shop.options, true, shop.clock, kSilent),
        Contains("itself"));
}

TEST_CASE("B10: an unfinished copy is neither served nor backed up", "[sqlite][server]") {
    Shop shop;
    shop.fill(1);
    Shop::write(*connect(shop.options, WhenMissing::refuse),
                "CREATE TABLE unfinished_copy (source TEXT NOT NULL, started_ms BIGINT)");

    CHECK_THROWS_WITH(open_database(shop.options, WhenMissing::refuse, shop.clock),
                      Contains("db copy"));
    CHECK_THROWS_WITH(shop.back_up(), Contains("unfinished"));
}

}  // namespace
}  // namespace shopkeeper::server
