#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "server/options.hpp"
#include "storage/copy/copy.hpp"
#include "storage/database.hpp"

namespace shopkeeper::server {

/// Called now and then with what is being done, in words.
using Tell = std::function<void(const std::string&)>;

/// Puts the steps of a copy into words.
std::function<void(const storage::CopyStep&)> in_words(const Tell& tell);

/// "shop-20260101T030000Z.db" in the home's folder of backups.
std::filesystem::path backup_file(const Home& home, UnixMs now_ms);

struct Backup {
    std::filesystem::path file;
    std::int64_t bytes = 0;
    std::int64_t schema = 0;
};

/// Writes all shops of `source` into one SQLite file, as they are at one moment, while they go on
/// selling: SQLite page by page, any other engine table by table out of one snapshot. The file is
/// checked and flushed under another name before it appears as `file`; one that is there already is
/// not overwritten.
/// A database of an older schema is written as it is; only another engine's must be up to date.
/// REQUIRES: `source` is the open database of `options`.
/// Throws CommandFailure (the file exists, the database is an unfinished copy),
/// storage::Unavailable (no space, no permission), storage::Unusable (the database is damaged).
/// Rule: operations B1.
Backup back_up(storage::Database& source, const Options& options, const std::filesystem::path& file,
               const Clock& clock, const Tell& tell);

}  // namespace shopkeeper::server
