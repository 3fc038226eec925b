#include "server/db_backup.hpp"

#include <system_error>

#include "base/utc_text.hpp"
#include "server/exit_code.hpp"
#include "server/partial_file.hpp"
#include "storage/errors.hpp"
#include "storage/migrate.hpp"
#include "storage/sqlite_file.hpp"

namespace shopkeeper::server {
namespace {

void write_file(storage::Database& source, const Options& options, const std::string& file,
                const std::vector<storage::Migration>& migrations, const Clock& clock,
                const Tell& tell) {
    if (source.engine() == "sqlite") {
        storage::copy_sqlite_file(
            options.database.file.string(), file, [&](std::int64_t done, std::int64_t all) {
                tell("copying page " + std::to_string(done) + " of " + std::to_string(all));
            });
        return;
    }
    const auto target = storage::open_sqlite({.path = file});
    storage::copy_database(source, *target, migrations, clock.now_ms(),
                           {.on_step = in_words(tell)});
}

}  // namespace

std::function<void(const storage::CopyStep&)> in_words(const Tell& tell) {
    return [tell](const storage::CopyStep& step) {
        std::string words = std::string(step.doing) + " " + std::string(step.table);
        if (step.rows > 0) words += ", row " + std::to_string(step.rows);
        tell(words);
    };
}

std::filesystem::path backup_file(const Home& home, UnixMs now_ms) {
    return home.backups() / ("shop-" + utc::time_stamp(now_ms) + ".db");
}

Backup back_up(storage::Database& source, const Options& options, const std::filesystem::path& file,
               const Clock& clock, const Tell& tell) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        throw CommandFailure(ExitCode::failure,
                             file.string() +
                                 " is there already and is not overwritten; name "
                                 "another file");
    }
    if (storage::is_unfinished_copy(source)) {
        throw CommandFailure(ExitCode::failure,
                             "the database is an unfinished copy; finish it with `shopkeeper db "
                             "copy` first");
    }
    const auto migrations = storage::read_migrations(embedded::migrations());
    PartialFile partial(file);
    write_file(source, options, partial.path(), migrations, clock, tell);
    Backup backup{.file = std::filesystem::absolute(file)};
    backup.schema =
        storage::schema_state(*storage::open_sqlite({.path = partial.path(), .create = false}),
                              migrations)
            .current;
    tell("checking the copy");
    storage::seal_sqlite_file(partial.path());
    backup.bytes = static_cast<std::int64_t>(std::filesystem::file_size(partial.path()));
    partial.publish();
    return backup;
}

}  // namespace shopkeeper::server
