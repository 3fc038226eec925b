#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "base/clock.hpp"
#include "storage/database.hpp"

namespace shopkeeper::auth {

/// Which keys were used since this was last written down, kept in memory: a call that only reads
/// must not wait for the writer's turn to leave the trace of its key. Thread-safe.
class KeyUses {
public:
    void note(std::int64_t key_id, UnixMs at_ms);

    /// Brings `api_key.last_used_ms` up to what was noted, and forgets it; returns how many keys
    /// that were. Takes the writer's turn only if any were used. What cannot be written is kept for
    /// the next time, and the exception passes on.
    std::int64_t write_down(storage::Database& database);

private:
    std::mutex mutex_;
    std::map<std::int64_t, UnixMs> last_ms_;  // by key; guarded by mutex_
};

}  // namespace shopkeeper::auth
