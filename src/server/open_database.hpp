#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.hpp"
#include "server/options.hpp"
#include "storage/database.hpp"

namespace shopkeeper::server {

enum class WhenMissing { refuse, create };

/// The configured database as it is, whatever its schema. Throws as open_database.
std::unique_ptr<storage::Database> connect(const Options& options, WhenMissing when_missing);
/// The same for any other database, a file or a URL, with the limits of the options.
std::unique_ptr<storage::Database> connect_to(const std::string& place, const Options& options,
                                              WhenMissing when_missing);

/// The configured database, brought up to the schema of this program. One that is away is waited
/// for, with growing pauses, as long as the options say or until `stop`.
/// Throws storage::Unavailable (missing, away, read-only, locked) and storage::Unusable (damaged,
/// newer, an unfinished copy, or older while migrating is off), each saying what would help. Rule:
/// operations B4, B10.
std::unique_ptr<storage::Database> open_database(const Options& options, WhenMissing when_missing,
                                                 const Clock& clock,
                                                 const std::stop_token& stop = {});

/// The configured database as those who serve are connected.
struct Serving {
    DatabasePlace place;  ///< how it was opened, for whoever needs more connections of the kind
    std::unique_ptr<storage::Database> database;
};

/// The same for serving: where the engine has a wall between shops and it is not switched off, the
/// database shows the rows of the shop that a transaction enters. A login that owns the tables
/// brings the schema and the wall up to date; any other only finds them so. A wall that holds but
/// could be taken down by who serves is a warning in the log. Throws as open_database, and Unusable
/// when the wall does not hold.
Serving open_for_serving(const Options& options, const Clock& clock,
                         const std::stop_token& stop = {});

}  // namespace shopkeeper::server
