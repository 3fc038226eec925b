#include "server/db_restore.hpp"

#include <memory>
#include <system_error>

#include "base/utc_text.hpp"
#include "server/exit_code.hpp"
#include "server/open_database.hpp"
#include "server/partial_file.hpp"
#include "storage/errors.hpp"
#include "storage/migrate.hpp"
#include "storage/sqlite_file.hpp"

namespace shopkeeper::server {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& why) {
    throw CommandFailure(ExitCode::failure, why);
}

bool is_there(const fs::path& file) {
    std::error_code ignored;
    return fs::exists(file, ignored);
}

class Restoring {
public:
    Restoring(const fs::path& backup, const Options& options, bool force, const Clock& clock,
              const Tell& tell)
        : backup_(backup),
          options_(options),
          force_(force),
          clock_(clock),
          tell_(tell),
          migrations_(storage::read_migrations(embedded::migrations())),
          partial_(place_of_copy()) {}

    Restored run() {
        if (!is_there(backup_)) throw storage::Unavailable("there is no file " + backup_.string());
        std::error_code ignored;
        if (fs::equivalent(backup_, options_.database.file, ignored))
            refuse(backup_.string() + " is the database itself");
        if (!force_) refuse_to_overwrite();
        prepare();
        if (options_.database.url.empty())
            exchange();
        else
            fill_server();
        return std::move(restored_);
    }

private:
    /// Beside the file that it will be, or in the home when it is for a server.
    fs::path place_of_copy() const {
        if (options_.database.url.empty()) return options_.database.file;
        return options_.home.backups() / ("restore-" + utc::time_stamp(clock_.now_ms()) + ".db");
    }

    bool holds_shop(storage::Database& present) const {
        return storage::schema_state(present, migrations_).current > 0 &&
               present.read([](storage::Connection& connection) {
                   return !connection.query("SELECT id FROM shop LIMIT 1").empty();
               });
    }

    void refuse_to_overwrite() const {
        if (options_.database.url.empty() && !is_there(options_.database.file)) return;
        const auto present = connect(options_, WhenMissing::refuse);
        // What a copy has begun, the copy may go on with.
        if (storage::is_unfinished_copy(*present) || !holds_shop(*present)) return;
        refuse(options_.database.shown() +
               " holds a shop; --force puts it aside and restores the backup in its place");
    }

    /// The backup as this program would have it, under another name.
    void prepare() {
        storage::copy_sqlite_file(
            backup_.string(), partial_.path(), [&](std::int64_t done, std::int64_t all) {
                tell_("copying page " + std::to_string(done) + " of " + std::to_string(all));
            });
        {
            const auto copy = storage::open_sqlite({.path = partial_.path(), .create = false});
            bring_up_to_date(*copy);
            tell_("checking every rule");
            restored_.findings = check_database(*copy, clock_.now_ms()).findings;
        }
        if (!restored_.findings.empty() && !force_) refuse_broken();
        storage::seal_sqlite_file(partial_.path());
    }

    void bring_up_to_date(storage::Database& copy) {
        const storage::SchemaState schema = schema_of_backup(copy);
        if (schema.current == 0) refuse(backup_.string() + " is not a backup of a shop");
        if (storage::is_unfinished_copy(copy))
            refuse(backup_.string() + " is an unfinished copy, not a backup");
        restored_.schema_of_backup = schema.current;
        restored_.schema = schema.expected;
        if (schema.current == schema.expected) return;
        tell_("migrating");
        storage::migrate(copy, migrations_, clock_.now_ms());
    }

    storage::SchemaState schema_of_backup(storage::Database& copy) {
        try {
            return storage::schema_state(copy, migrations_);
        } catch (const storage::Unusable& newer) {
            throw storage::Unusable("the backup " + backup_.string() +
                                    " cannot be used: " + newer.what());
        }
    }

    [[noreturn]] void refuse_broken() const {
        std::string message = "the backup breaks rules that a shop keeps:";
        for (const Finding& finding : restored_.findings) {
            message += "\n  " + finding.check + " in " + finding.table + ", " +
                       std::to_string(finding.ids.size()) + " rows";
        }
        refuse(message + "\n--force restores it as it is");
    }

    void exchange() {
        const fs::path& present = options_.database.file;
        if (!is_there(present)) {
            partial_.replace();
            return;
        }
        restored_.put_aside =
            present.string() + ".before-restore-" + utc::time_stamp(clock_.now_ms());
        const auto hold = hold_present();
        // Two names for a moment, so that at no moment there is no database.
        std::error_code error;
        fs::create_hard_link(present, restored_.put_aside, error);
        if (error)  // a file system without links
            fs::rename(present, restored_.put_aside, error);
        if (error) {
            throw storage::Unavailable("cannot put the old database aside as " +
                                       restored_.put_aside.string() + ": " + error.message());
        }
        partial_.replace();
    }

    /// A server has no files to exchange: its tables are filled from the copy, after what they hold
    /// became a backup.
    void fill_server() {
        const auto target = connect(options_, WhenMissing::refuse);
        if (!storage::is_unfinished_copy(*target) && holds_shop(*target)) {
            restored_.put_aside = options_.home.backups() /
                                  ("before-restore-" + utc::time_stamp(clock_.now_ms()) + ".db");
            back_up(*target, options_, restored_.put_aside, clock_, tell_);
            tell_("what was there is in " + restored_.put_aside.string());
            storage::drop_all_tables(*target, migrations_);
        }
        const auto source = storage::open_sqlite({.path = partial_.path(), .create = false});
        storage::copy_database(*source, *target, migrations_, clock_.now_ms(),
                               {.restart = force_, .on_step = in_words(tell_)});
    }

    /// The present database for this process alone, with nothing beside it; null when it is
    /// damaged, so that nobody can be using it in earnest.
    std::unique_ptr<storage::SqliteFileHold> hold_present() const {
        try {
            return std::make_unique<storage::SqliteFileHold>(options_.database.file.string());
        } catch (const storage::Unusable&) {
            put_side_files_aside();
            return nullptr;
        }
    }

    /// A log of changes that belongs to the damaged file must not be applied to the new one.
    void put_side_files_aside() const {
        for (const std::string side : {"-wal", "-shm"}) {
            std::error_code ignored;
            fs::rename(options_.database.file.string() + side, restored_.put_aside.string() + side,
                       ignored);
        }
    }

    const fs::path backup_;
    const Options& options_;
    const bool force_;
    const Clock& clock_;
    const Tell& tell_;
    const std::vector<storage::Migration> migrations_;
    PartialFile partial_;
    Restored restored_;
};

}  // namespace

Restored restore(const fs::path& backup, const Options& options, bool force, const Clock& clock,
                 const Tell& tell) {
    return Restoring(backup, options, force, clock, tell).run();
}

}  // namespace shopkeeper::server
