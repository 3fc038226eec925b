#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "storage/database.hpp"
#include "transport/session_ids.hpp"

namespace shopkeeper::server {

/// Ids that every process with the same secret and database understands: 128 random bits, the time
/// of issue and the agreement, sealed by HMAC-SHA256. Which sessions have ended stands in the
/// database. Thread-safe.
class SignedSessionIds final : public transport::SessionIds {
public:
    /// An id is taken over by a process that does not know its session until it is so old; where
    /// the session is known it may go on.
    static constexpr std::chrono::hours kAgeMax{7 * 24};

    /// `secret` is any secret that the processes share; a key of its own is derived from it.
    /// REQUIRES: the others outlive this.
    SignedSessionIds(std::string_view secret, storage::Database& database, Random& random,
                     const Clock& clock);

    Id issue(std::string_view agreement) override;
    std::optional<Genuine> read(std::string_view id) const override;
    State ask(std::string_view name) override;
    bool end(std::string_view name) override;
    std::vector<std::string> lately_ended() override;

private:
    const std::string key_;
    storage::Database& database_;
    Random& random_;
    const Clock& clock_;
    std::mutex mutex_;
    std::optional<std::int64_t> told_;  ///< guarded by mutex_: the last row of lately_ended
};

/// Forgets ended sessions whose ids are too old to be used; returns how many.
std::int64_t forget_ended_sessions(storage::Connection& connection, UnixMs now_ms);

}  // namespace shopkeeper::server
