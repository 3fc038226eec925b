#include "server/open_database.hpp"

#include "base/log.hpp"
#include "storage/errors.hpp"
#include "storage/migrate.hpp"

namespace shopkeeper::server {

std::unique_ptr<storage::Database> open_database(const Options& options, WhenMissing when_missing,
                                                 const Clock& clock) {
    auto database = storage::open_sqlite({.path = options.database.string(),
                                          .write_wait_max = options.busy_timeout,
                                          .create = when_missing == WhenMissing::create});
    const auto migrations = storage::read_migrations(embedded::migrations());
    // Asking first: a database that is up to date is opened without taking the writer's turn.
    const storage::SchemaState state = storage::schema_state(*database, migrations);
    if (state.current == state.expected) return database;
    if (!options.migrates && when_missing == WhenMissing::refuse) {
        throw storage::Unusable(
            "the database has schema version " + std::to_string(state.current) +
            ", this program needs " + std::to_string(state.expected) +
            "; start the server with SHOPKEEPER_DB_MIGRATE=1 to bring it up to date");
    }
    log::info("server", "migrating from=" + std::to_string(state.current) +
                            " to=" + std::to_string(state.expected));
    storage::migrate(*database, migrations, clock.now_ms());
    return database;
}

}  // namespace shopkeeper::server
