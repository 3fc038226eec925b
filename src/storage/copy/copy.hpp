#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "storage/copy/compare.hpp"
#include "storage/database.hpp"
#include "storage/migrate.hpp"

/// All shops of one database into another, of the same engine or the other one.
namespace shopkeeper::storage {

/// Rows that are read at once, and written in one transaction.
constexpr std::size_t kRowsPerBatch = 2000;

struct CopyStep {
    std::string_view doing;  ///< "copying" or "comparing"
    std::string_view table;
    std::int64_t rows;  ///< of this table in this run, so far
};

struct CopyOptions {
    bool restart = false;  ///< throw an unfinished copy away instead of going on with it
    std::size_t rows_per_batch = kRowsPerBatch;
    /// Called after each batch. What it throws ends the copy there; it can be taken up again.
    std::function<void(const CopyStep&)> on_step = [](const CopyStep&) {};
};

struct CopyReport {
    bool resumed = false;          ///< went on with an unfinished copy
    std::int64_t rows_copied = 0;  ///< in this run
    std::vector<TableDigest> tables;
    std::string digest;  ///< of them all
};

/// The target cannot take the copy, or what was copied is not what the source holds now. Nothing
/// that the target held before was changed. The message says what would help.
class CopyRefused : public Error {
public:
    using Error::Error;
};

/// Brings the target to the schema of this program, copies every table in batches, and compares
/// both sides row by row. The source is only read, in one consistent state; the target is marked
/// as unfinished (`is_unfinished_copy`) until the comparison has succeeded.
///
/// Each batch is one transaction and goes on behind the highest key the target has, so a run that
/// was killed at any moment is finished by running it again. A source that went on selling between
/// two runs is found by the comparison. A target that holds the same rows already is a success.
///
/// Throws CopyRefused; Unusable for a schema newer than the program; Unavailable.
CopyReport copy_database(Database& source, Database& target,
                         const std::vector<Migration>& migrations, UnixMs now_ms,
                         const CopyOptions& options = {});

/// True while a copy into this database has not been finished: it must not be served.
bool is_unfinished_copy(Database& database);

/// True when any table of any shop has a row. REQUIRES: the schema of `migrations`.
bool holds_rows(Database& database, const std::vector<Migration>& migrations);

/// Drops every table of the migrations. REQUIRES: nobody else uses the database.
void drop_all_tables(Database& database, const std::vector<Migration>& migrations);

}  // namespace shopkeeper::storage
