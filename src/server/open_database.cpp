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
std::unique_ptr<storage::Database> connect_patiently(const Options& options,
                                                     WhenMissing when_missing,
                                                     const std::stop_token& stop) {
    const auto deadline = std::chrono::steady_clock::now() + options.database_wait;
    std::mutex mutex;
    std::condition_variable_any stopped;
    for (auto pause = kPauseFirst;; pause = std::min(pause * 2, kPauseMax)) {
        try {
            return connect(options, when_missing);
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
    auto database = connect_patiently(options, when_missing, stop);
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
