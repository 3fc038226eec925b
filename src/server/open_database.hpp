#pragma once

#include <memory>

#include "base/clock.hpp"
#include "server/options.hpp"
#include "storage/database.hpp"

namespace shopkeeper::server {

enum class WhenMissing { refuse, create };

/// The configured database, brought up to the schema of this program.
/// Throws storage::Unavailable (missing, read-only, locked) and storage::Unusable (damaged, newer,
/// or older while migrating is off), each saying what would help. Rule: operations B4.
std::unique_ptr<storage::Database> open_database(const Options& options, WhenMissing when_missing,
                                                 const Clock& clock);

}  // namespace shopkeeper::server
