#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/call_context.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "domains/auth/key_uses.hpp"
#include "storage/database.hpp"

namespace shopkeeper::server {

/// What housekeeping works on. All of it outlives who keeps house.
struct Household {
    storage::Database& database;
    const ShopDefaults& defaults;
    Random& random;
    auth::KeyUses& key_uses;
};

/// What one round did.
struct Tidied {
    std::int64_t orders_without_claims = 0;  ///< their reservations had expired (O25)
    std::int64_t unpaid_orders = 0;          ///< cancelled: their prepayment did not come (O40)
    std::int64_t idempotency_keys = 0;       ///< older than 48 h (I6)
    std::int64_t login_attempts = 0;         ///< older than 24 h (A24)
    std::int64_t ended_sessions = 0;         ///< their ids are too old to be used
    std::int64_t rate_buckets = 0;           ///< full again (C17)
    std::int64_t used_confirmations = 0;     ///< that would have run out
    std::int64_t oauth_grants = 0;           ///< that have ended, or were never taken up
    std::int64_t oauth_clients = 0;          ///< programs that nobody lets in any more
    std::int64_t key_uses = 0;               ///< keys whose last use was written down
};

/// One round over all shops. Nothing waits for it to be right: it only ends what no longer
/// counts, tells observers about it, and writes down which keys were used.
Tidied keep_house(const Household& household, UnixMs now_ms);

/// A round every minute until destroyed, on a thread of its own. The first comes after a minute, so
/// that it never stands in the way of a first answer.
class Housekeeper {
public:
    /// Everything outlives this.
    Housekeeper(const Household& household, const Clock& clock);

private:
    void run(const std::stop_token& stop);

    const Household household_;
    const Clock& clock_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;  ///< last: it uses the others
};

}  // namespace shopkeeper::server
