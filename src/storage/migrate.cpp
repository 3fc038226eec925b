#include "storage/migrate.hpp"

#include <stdexcept>

#include "storage/ddl.hpp"
#include "storage/digest.hpp"

namespace shopkeeper::storage {
namespace {

constexpr std::string_view kCreateTable = R"sql(
CREATE TABLE IF NOT EXISTS schema_migration (
    version BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_ms BIGINT NOT NULL
))sql";

constexpr std::string_view kSelectApplied = R"sql(
SELECT version, name, checksum
FROM schema_migration
ORDER BY version)sql";

constexpr std::string_view kInsertApplied = R"sql(
INSERT INTO schema_migration (version, name, checksum, applied_ms)
VALUES ($1, $2, $3, $4))sql";

constexpr std::string_view kLockName = "migrations";

/// Highest version applied. Throws Unusable when what was applied is not what this binary holds.
std::int64_t verify_applied(Connection& connection, const std::vector<Migration>& migrations) {
    std::int64_t current = 0;
    for (const Row row : connection.query(kSelectApplied)) {
        current = row.get<std::int64_t>(0);
        if (current > static_cast<std::int64_t>(migrations.size())) {
            throw Unusable("the database has schema version " + std::to_string(current) +
                           ", this program knows " + std::to_string(migrations.size()) +
                           ": install a newer shopkeeper or choose another database");
        }
        const Migration& known = migrations[static_cast<std::size_t>(current - 1)];
        if (row.get<std::string_view>(2) != known.checksum) {
            throw Unusable("migration " + known.name +
                           " was applied with another text than this program holds; " +
                           "use the program version that made this database");
        }
    }
    return current;
}

}  // namespace

std::vector<Migration> read_migrations(std::span<const EmbeddedFile> files) {
    std::vector<Migration> migrations;
    for (const EmbeddedFile& file : files) {
        const std::string name(file.path);
        const auto expected = static_cast<std::int64_t>(migrations.size()) + 1;
        if (name.size() < 10 || std::stoll(name.substr(0, 4)) != expected) {
            throw std::logic_error("migration " + name + " should have number " +
                                   std::to_string(expected));
        }
        migrations.push_back(
            {expected, name, digest_of(file.content, DigestLength::checksum), file.content});
    }
    return migrations;
}

SchemaState schema_state(Database& database, const std::vector<Migration>& migrations) {
    SchemaState state;
    state.expected = static_cast<std::int64_t>(migrations.size());
    // Asking for the rows is the one portable question whether there is a table; the answer to a
    // missing one is an error, which ends the transaction on some engines.
    try {
        database.read([](Connection& connection) { connection.query(kSelectApplied); });
    } catch (const Unusable&) {
        throw;
    } catch (const Unavailable&) {
        throw;
    } catch (const Error&) {
        return state;
    }
    state.current = database.read(
        [&](Connection& connection) { return verify_applied(connection, migrations); });
    return state;
}

void migrate(Database& database, const std::vector<Migration>& migrations, UnixMs now_ms) {
    for (bool finished = false; !finished;) {
        // One file per transaction: an interruption leaves whole files, and the next start goes on
        // there. Two programs that start at once take turns, and the second finds the work done.
        finished = database.change_schema([&](Connection& connection) {
            connection.lock(kLockName);
            connection.run_script(in_words_of(database, kCreateTable));
            const std::int64_t current = verify_applied(connection, migrations);
            if (current == static_cast<std::int64_t>(migrations.size())) {
                database.raise_wall(connection);
                return true;
            }
            const Migration& next = migrations[static_cast<std::size_t>(current)];
            connection.run_script(in_words_of(database, next.sql));
            connection.execute(kInsertApplied, {next.version, next.name, next.checksum, now_ms});
            return false;
        });
    }
}

}  // namespace shopkeeper::storage
