#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/call_context.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "storage/database.hpp"

namespace shopkeeper::server {

/// What one round threw away.
struct Tidied {
    std::int64_t orders_without_claims = 0;  ///< their reservations had expired (O25)
    std::int64_t idempotency_keys = 0;       ///< older than 48 h (I6)
    std::int64_t login_attempts = 0;         ///< older than 24 h (A24)
};

/// One round over all shops. Nothing waits for it to be right: it only throws away what no longer
/// counts, and tells observers about lost reservations.
Tidied keep_house(storage::Database& database, const ShopDefaults& defaults, Random& random,
                  UnixMs now_ms);

/// A round every minute until destroyed, on a thread of its own. The first comes after a minute, so
/// that it never stands in the way of a first answer.
class Housekeeper {
public:
    /// Everything outlives this.
    Housekeeper(storage::Database& database, const ShopDefaults& defaults, Random& random,
                const Clock& clock);

private:
    void run(const std::stop_token& stop);

    storage::Database& database_;
    const ShopDefaults& defaults_;
    Random& random_;
    const Clock& clock_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;  ///< last: it uses the others
};

}  // namespace shopkeeper::server
