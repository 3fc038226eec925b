#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "server/demo.hpp"
#include "storage/database.hpp"

/// The shop that a database begins with. What makes it is a command of the operator: it is written
/// into the audit chain.
namespace shopkeeper::server {

/// A shop with the default settings, where the database has none yet; false: it has one.
bool add_first_shop(storage::Database& database, std::int64_t shop_id, const std::string& name,
                    UnixMs now_ms);

/// The demo shop, where the database has no shop yet; `loaded` says whether it was made.
DemoReport add_demo_shop(storage::Database& database, const Clock& clock, Random& random,
                         const DemoOptions& options);

}  // namespace shopkeeper::server
