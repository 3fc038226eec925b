#include "support/test_database.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string_view>

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

std::unique_ptr<storage::Database> open(PostgresCluster& cluster, const std::string& name) {
    return storage::open_postgresql({.url = cluster.url(name), .connections_max = kConnectionsMax});
}

/// The migrated database that the others are copies of. It gets its name when it is whole; the lock
/// lets one of several binaries make it.
const std::string& template_name() {
    static const std::string name = [] {
        const auto migrations = storage::read_migrations(embedded::migrations());
        std::string checksums;
        for (const storage::Migration& migration : migrations)
            checksums += migration.checksum.substr(0, 4);
        const std::string wanted = "shopkeeper_" + checksums;
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

std::shared_ptr<storage::Database> copy_of(const std::string& original) {
    PostgresCluster& cluster = PostgresCluster::shared();
    const std::string name = unused_name();
    cluster.execute("CREATE DATABASE " + name + " TEMPLATE " + original + " STRATEGY file_copy");
    return {open(cluster, name).release(), [name](storage::Database* database) {
                delete database;
                PostgresCluster::shared().execute("DROP DATABASE " + name + " WITH (FORCE)");
            }};
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
    if (on_postgresql()) return copy_of("template0");
    return storage::open_sqlite({.path = path});
}

std::shared_ptr<storage::Database> migrated_database(UnixMs now_ms, const std::string& path) {
    if (on_postgresql()) return copy_of(template_name());
    auto database = storage::open_sqlite({.path = path});
    storage::migrate(*database, storage::read_migrations(embedded::migrations()), now_ms);
    return database;
}

std::unique_ptr<storage::Database> open_again(storage::Database& database,
                                              const std::string& path) {
    if (!on_postgresql()) return storage::open_sqlite({.path = path});
    const auto name = database.read([](storage::Connection& connection) {
        return connection.query("SELECT CAST(current_database() AS TEXT)")
            .front()
            .get<std::string>(0);
    });
    return open(PostgresCluster::shared(), name);
}

}  // namespace shopkeeper::test
