#include "domains/auth/key_uses.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace shopkeeper::auth {
namespace {

/// Another process may have written a later use meanwhile.
constexpr std::string_view kSetLastUse = R"sql(
UPDATE api_key
SET last_used_ms = $2
WHERE id = $1 AND (last_used_ms IS NULL OR last_used_ms < $2))sql";

}  // namespace

void KeyUses::note(std::int64_t key_id, UnixMs at_ms) {
    const std::lock_guard lock(mutex_);
    UnixMs& last_ms = last_ms_[key_id];
    last_ms = std::max(last_ms, at_ms);
}

std::int64_t KeyUses::write_down(storage::Database& database) {
    std::map<std::int64_t, UnixMs> uses;
    {
        const std::lock_guard lock(mutex_);
        uses = std::exchange(last_ms_, {});
    }
    if (uses.empty()) return 0;
    try {
        database.write([&](storage::Connection& connection) {
            for (const auto& [key_id, at_ms] : uses)
                connection.execute(kSetLastUse, {key_id, at_ms});
        });
    } catch (...) {
        for (const auto& [key_id, at_ms] : uses) note(key_id, at_ms);
        throw;
    }
    return static_cast<std::int64_t>(uses.size());
}

}  // namespace shopkeeper::auth
