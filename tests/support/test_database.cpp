#include "support/test_database.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string_view>

#include "storage/digest.hpp"
#include "storage/migrate.hpp"
#include "storage/postgresql.hpp"
#include "support/postgres_cluster.hpp"

namespace shopkeeper::test {
namespace {

/// Tests with 32 threads wait for each other's rows, not for connections.
constexpr std::size_t kConnectionsMax = 32;

/// Two tests must never meet in one database, two binaries on one server included.
std::string unused_name() {
    static std::atomic<int> counter = 0;
    return "test_" + std::to_string(getpid()) + "_" + std::to_string(++counter);
}

std::unique_ptr<storage::Database> open(PostgresCluster& cluster, const std::string& name,
                                        storage::Reach reach = storage::Reach::all_shops) {
    return storage::open_postgresql(
        {.url = cluster.url(name), .connections_max = kConnectionsMax, .reach = reach});
}

/// The migrated database that the others are copies of. It gets its name when it is whole; the lock
/// lets one of several binaries make it.
const std::string& template_name() {
    static const std::string name = [] {
        const auto migrations = storage::read_migrations(embedded::migrations());
        std::string checksums;
        for (const storage::Migration& migration : migrations) checksums += migration.checksum;
        const std::string wanted =
            "shopkeeper_" + storage::digest_of(checksums, storage::DigestLength::name);
        PostgresCluster& cluster = PostgresCluster::shared();
        cluster.execute("SELECT pg_advisory_lock(1)");
        if (!cluster.has_row("SELECT 1 FROM pg_database WHERE datname = '" + wanted + "'")) {
            const std::string unfinished = unused_name();
            cluster.execute("CREATE DATABASE " + unfinished);
            storage::migrate(*open(cluster, unfinished), migrations, 0);
            cluster.execute("ALTER DATABASE " + unfinished + " RENAME TO " + wanted);
        }
        cluster.execute("SELECT pg_advisory_unlock(1)");
        return wanted;
    }();
    return name;
}

/// A new database like `original`, by its name; it is gone when the last owner is.
std::shared_ptr<const std::string> copy_of(const std::string& original) {
    const std::string name = unused_name();
    PostgresCluster::shared().execute("CREATE DATABASE " + name + " TEMPLATE " + original +
                                      " STRATEGY file_copy");
    return {new std::string(name), [](const std::string* dropped) {
                PostgresCluster::shared().execute("DROP DATABASE " + *dropped + " WITH (FORCE)");
                delete dropped;
            }};
}

/// Open as long as somebody owns it, and keeps the database as long.
std::shared_ptr<storage::Database> opened(std::shared_ptr<const std::string> name,
                                          storage::Reach reach = storage::Reach::all_shops) {
    storage::Database* database = open(PostgresCluster::shared(), *name, reach).release();
    return {database, [name = std::move(name)](storage::Database* closed) { delete closed; }};
}

}  // namespace

EmptyPlace::EmptyPlace() : name_(unused_name()) {
    PostgresCluster::shared().execute("CREATE DATABASE " + name_ + " TEMPLATE template0");
}

EmptyPlace::~EmptyPlace() {
    PostgresCluster::shared().execute("DROP DATABASE " + name_ + " WITH (FORCE)");
}

std::string EmptyPlace::url() const {
    return PostgresCluster::shared().url(name_);
}

bool on_postgresql() {
    const char* engine = std::getenv("SHOPKEEPER_TEST_ENGINE");
    return engine != nullptr && std::string_view(engine) == "postgresql";
}

std::shared_ptr<storage::Database> empty_database(const std::string& path) {
    if (on_postgresql()) return opened(copy_of("template0"));
    return storage::open_sqlite({.path = path});
}

std::shared_ptr<storage::Database> migrated_database(UnixMs now_ms, const std::string& path) {
    return both_sides(now_ms, path).whole;
}

BothSides both_sides(UnixMs now_ms, const std::string& path) {
    if (on_postgresql()) {
        const auto name = copy_of(template_name());
        return {opened(name), opened(name, storage::Reach::one_shop)};
    }
    auto database = storage::open_sqlite({.path = path});
    storage::migrate(*database, storage::read_migrations(embedded::migrations()), now_ms);
    const std::shared_ptr<storage::Database> shared = std::move(database);
    return {shared, shared};
}

std::unique_ptr<storage::Database> open_again(storage::Database& database,
                                              const std::string& path) {
    if (!on_postgresql()) return storage::open_sqlite({.path = path});
    const auto name = database.read([](storage::Connection& connection) {
        return connection.query("SELECT CAST(current_database() AS TEXT)")
            .front()
            .get<std::string>(0);
    });
    return open(PostgresCluster::shared(), name, storage::Reach::one_shop);
}

}  // namespace shopkeeper::test
