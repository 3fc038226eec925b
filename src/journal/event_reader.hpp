#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"

namespace shopkeeper::journal {

/// As much of an event as tells what it was about.
struct EventNote {
    std::int64_t id;
    std::string type;
    std::string subject_id;
};

/// What happened to the shop at `since_ms` or later, newest first, `max` at most. An event bears
/// the time when its transaction's work began, and can be seen when that is committed.
std::vector<EventNote> events_since(storage::Connection& connection, std::int64_t shop_id,
                                    UnixMs since_ms, std::int64_t max);

}  // namespace shopkeeper::journal
