#include "server/open_database.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/log.hpp"
#include "storage/copy/copy.hpp"
#include "storage/errors.hpp"
#include "storage/migrate.hpp"

namespace shopkeeper::server {
namespace {

/// Between two attempts to reach a database that is away: the first pause, and the longest.
constexpr std::chrono::milliseconds kPauseFirst{250};
constexpr std::chrono::milliseconds kPauseMax{4000};

/// Tries again until the database is there, at most for the configured time.
template <class Connect>
std::unique_ptr<storage::Database> patiently(const Options& options, const std::stop_token& stop,
                                             const Connect& connect_once) {
    const auto deadline = std::chrono::steady_clock::now() + options.database_wait;
    std::mutex mutex;
    std::condition_variable_any stopped;
    for (auto pause = kPauseFirst;; pause = std::min(pause * 2, kPauseMax)) {
        try {
            return connect_once();
        } catch (const storage::Unavailable& away) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                deadline - std::chrono::steady_clock::now());
            if (left.count() <= 0 || stop.stop_requested()) throw;
            log::warning("server", std::string("waiting for the database: ") + away.what());
            std::unique_lock lock(mutex);
            stopped.wait_for(lock, stop, std::min(pause, left), [] { return false; });
        }
    }
}

void refuse_unfinished(storage::Database& database) {
    if (!storage::is_unfinished_copy(database)) return;
    throw storage::Unusable(
        "the database is an unfinished copy of another one; run `shopkeeper db copy` again to "
        "finish it");
}

[[noreturn]] void refuse_older(const storage::SchemaState& state, const std::string& remedy) {
    throw storage::Unusable("the database has schema version " + std::to_string(state.current) +
                            ", this program needs " + std::to_string(state.expected) + "; " +
                            remedy);
}

/// False where a role or a right is missing that this login can add.
bool has_wall_of_today(storage::Database& database) {
    const std::optional<storage::Wall> wall = database.inspect_wall();
    return !wall || wall->is_up_to_date;
}

storage::SchemaState schema_of(storage::Database& database) {
    return storage::schema_state(database, storage::read_migrations(embedded::migrations()));
}

[[noreturn]] void refuse_open_wall(const DatabasePlace& place, const storage::Wall& wall) {
    throw storage::Unusable("nothing but the program's own SQL would keep the shops in " +
                            place.shown() + " apart: " + wall.missing +
                            "; SHOPKEEPER_DB_WALL=0 serves all the same");
}

}  // namespace

std::unique_ptr<storage::Database> connect(const Options& options, WhenMissing when_missing) {
    return open_place(options.database, when_missing == WhenMissing::create);
}

std::unique_ptr<storage::Database> connect_to(const std::string& place, const Options& options,
                                              WhenMissing when_missing) {
    return open_place(options.database.at(place), when_missing == WhenMissing::create);
}

std::unique_ptr<storage::Database> open_database(const Options& options, WhenMissing when_missing,
                                                 const Clock& clock, const std::stop_token& stop) {
    auto database = patiently(options, stop, [&] { return connect(options, when_missing); });
    refuse_unfinished(*database);
    const auto migrations = storage::read_migrations(embedded::migrations());
    // Asking first: a database that is up to date is opened without taking the writer's turn.
    const storage::SchemaState state = storage::schema_state(*database, migrations);
    const bool is_current = state.current == state.expected;
    if (!options.migrates && when_missing == WhenMissing::refuse) {
        if (!is_current) refuse_older(state, "`shopkeeper db migrate` brings it up to date");
        return database;
    }
    if (is_current && has_wall_of_today(*database)) return database;
    log::info("server", "migrating from=" + std::to_string(state.current) +
                            " to=" + std::to_string(state.expected));
    storage::migrate(*database, migrations, clock.now_ms());
    return database;
}

Serving open_for_serving(const Options& options, const Clock& clock, const std::stop_token& stop) {
    DatabasePlace place = options.database;
    if (place.url.empty() || !place.has_wall)
        return {place, open_database(options, WhenMissing::refuse, clock, stop)};

    place.reach = storage::Reach::one_shop_as_login;
    auto database = patiently(options, stop, [&] { return open_place(place, /*create=*/false); });
    refuse_unfinished(*database);
    storage::Wall wall = database->inspect_wall().value();
    if (const auto schema = schema_of(*database);
        schema.current != schema.expected || !wall.is_up_to_date) {
        if (wall.sees_all) {
            open_database(options, WhenMissing::refuse, clock, stop);
            wall = database->inspect_wall().value();
        } else if (schema.current != schema.expected) {
            refuse_older(schema,
                         "`shopkeeper db migrate` with the login that owns the tables, "
                         "which " +
                             wall.login + " does not, brings it up to date");
        }
    }
    if (wall.strength == storage::Wall::Strength::none) refuse_open_wall(place, wall);
    if (wall.strength == storage::Wall::Strength::rows) {
        log::warning("server", "the login " + wall.login +
                                   " could take down what keeps shops apart: " + wall.missing);
        return {std::move(place), std::move(database)};
    }
    place.reach = storage::Reach::one_shop;
    return {place, open_place(place, /*create=*/false)};
}

}  // namespace shopkeeper::server
