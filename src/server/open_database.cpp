#include "server/open_database.hpp"

#include "base/log.hpp"
#include "storage/copy/copy.hpp"
#include "storage/errors.hpp"
#include "storage/migrate.hpp"

namespace shopkeeper::server {

std::unique_ptr<storage::Database> connect(const Options& options, WhenMissing when_missing) {
    return connect_to(options.database.string(), options, when_missing);
}

std::unique_ptr<storage::Database> connect_to(const std::string& place, const Options& options,
                                              WhenMissing when_missing) {
    return storage::open_sqlite({.path = place,
                                 .write_wait_max = options.busy_timeout,
                                 .create = when_missing == WhenMissing::create});
}

std::unique_ptr<storage::Database> open_database(const Options& options, WhenMissing when_missing,
                                                 const Clock& clock) {
    auto database = connect(options, when_missing);
    if (storage::is_unfinished_copy(*database)) {
        throw storage::Unusable(
            "the database is an unfinished copy of another one; run `shopkeeper db copy` again to "
            "finish it");
    }
    const auto migrations = storage::read_migrations(embedded::migrations());
    // Asking first: a database that is up to date is opened without taking the writer's turn.
    const storage::SchemaState state = storage::schema_state(*database, migrations);
    if (state.current == state.expected) return database;
    if (!options.migrates && when_missing == WhenMissing::refuse) {
        throw storage::Unusable("the database has schema version " + std::to_string(state.current) +
                                ", this program needs " + std::to_string(state.expected) +
                                "; `shopkeeper db migrate` brings it up to date");
    }
    log::info("server", "migrating from=" + std::to_string(state.current) +
                            " to=" + std::to_string(state.expected));
    storage::migrate(*database, migrations, clock.now_ms());
    return database;
}

}  // namespace shopkeeper::server
