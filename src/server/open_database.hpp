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

}  // namespace shopkeeper::server
