#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

/// SQLite databases as files: copied whole, sealed, exchanged. What happens inside of them is
/// storage/database.hpp.
namespace shopkeeper::storage {

/// Copies the database page by page, as it is at one moment, while others go on writing to it;
/// `on_step(done, all)` counts pages. REQUIRES: nothing at `to`.
/// Throws Unavailable, Unusable (no database, damaged).
void copy_sqlite_file(
    const std::string& from, const std::string& to,
    const std::function<void(std::int64_t done, std::int64_t all)>& on_step = [](auto, auto) {});

/// Writes the database anew, so that neither its pages nor its log hold anything that was deleted
/// or overwritten. Others may have it open: writers wait meanwhile. False: somebody reads an
/// earlier state, which the log has to keep until they end; do it again then. Throws Unavailable
/// (busy beyond kScrubWaitMs, disk full), Unusable. Rule: domain T8.
bool scrub_sqlite_file(const std::string& path);
inline constexpr int kScrubWaitMs = 5000;

/// Makes one sound file of a database that nobody else has open: no files beside it, every page and
/// reference checked, all of it flushed to the disk. Throws Unusable, naming the damage.
void seal_sqlite_file(const std::string& path);

/// A database that this process has for itself: nobody reads, writes or opens it meanwhile, and it
/// has no files beside it. Ends with the object.
class SqliteFileHold {
public:
    /// Throws Unavailable when another process has the database open; Unusable when the file is
    /// damaged and so nobody can tell.
    explicit SqliteFileHold(const std::string& path);
    SqliteFileHold(const SqliteFileHold&) = delete;
    SqliteFileHold& operator=(const SqliteFileHold&) = delete;
    ~SqliteFileHold();

private:
    class Handle;
    std::unique_ptr<Handle> handle_;
};

/// Flushes the folder's list of names, so that a file that was made or renamed in it stays so after
/// a power cut.
void sync_folder_of(const std::string& path);

}  // namespace shopkeeper::storage
