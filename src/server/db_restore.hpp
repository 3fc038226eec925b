#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.hpp"
#include "server/db_backup.hpp"
#include "server/db_check.hpp"
#include "server/options.hpp"

namespace shopkeeper::server {

struct Restored {
    std::int64_t schema_of_backup = 0;
    std::int64_t schema = 0;          ///< of the database now
    std::filesystem::path put_aside;  ///< what was there before, as a file; empty: nothing was
    std::vector<Finding> findings;    ///< rules that the backup breaks; empty but with `force`
};

/// Makes the configured database what the backup is, brought up to the schema of this program.
/// The backup is only read. It is copied, migrated and checked aside, and takes the place of a file
/// in one step; a failure before that leaves everything as it was. The tables of a PostgreSQL
/// database are filled from that copy and compared with it (storage/copy/copy.hpp): a failure in
/// the middle leaves an unfinished copy, which no command serves and the next restore finishes.
///
/// Without `force` a database that holds a shop, or cannot be read, is not replaced, nor is a
/// backup taken that breaks a rule of db_check.hpp. With it, the old database is put aside beside
/// the new one; on PostgreSQL it is backed up into the home first.
///
/// Throws CommandFailure (one of these refusals), storage::Unavailable (no such file; another
/// process has the SQLite database open), storage::Unusable (no backup, damaged, or newer than
/// this program). Rule: operations B2.
Restored restore(const std::filesystem::path& backup, const Options& options, bool force,
                 const Clock& clock, const Tell& tell);

}  // namespace shopkeeper::server
