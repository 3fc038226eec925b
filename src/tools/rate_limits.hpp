#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace shopkeeper::tools {

/// So many calls in a period; `burst` at once. 0 per period: off.
struct Rate {
    std::int64_t per_period;
    std::int64_t period_s;
    std::int64_t burst;
};

/// Every bucket by name, with operations C17's and domain A22's figures; 0 switches one off.
struct RateOptions {
    bool enabled = true;          ///< SHOPKEEPER_RATE_ENABLED
    Rate address{60, 60, 20};     ///< address without credentials, off loopback
    Rate account{1000, 60, 100};  ///< staff account or key
    Rate session{120, 60, 30};    ///< MCP session, off loopback
    Rate write{60, 60, 10};       ///< principal, write tools
    Rate order{5, 60, 5};         ///< principal: create and cancel orders
    Rate order_hour{20, 3600, 20};
    Rate track{20, 60, 10};              ///< principal: tracking
    Rate login{5, 60, 5};                ///< address
    Rate unknown_tracking{10, 600, 10};  ///< unknown tracking ids by address or asserted user
    Rate phone_lookup{30, 3600, 30};     ///< looked-up phone
    Rate failed_proof{5, 3600, 5};       ///< failed proofs by phone
    Rate review{3, 3600, 3};             ///< principal
};

/// Token buckets by key. Thread-safe. Buckets idle for an hour, full again by then, are forgotten.
class RateLimits {
public:
    explicit RateLimits(RateOptions options = {}) : options_(options) {}
    const RateOptions& options() const { return options_; }

    /// Takes one token. Errors: rate_limited with `retry_after_s`.
    Result<void> take(const Rate& rate, std::string_view bucket, std::string_view key,
                      UnixMs now_ms);
    /// Refuses when no token is left but takes none: for buckets that only failures drain.
    Result<void> peek(const Rate& rate, std::string_view bucket, std::string_view key,
                      UnixMs now_ms);

private:
    struct Bucket {
        double tokens;
        UnixMs updated_ms;
    };
    Result<void> draw(const Rate& rate, std::string_view bucket, std::string_view key,
                      UnixMs now_ms, double tokens);

    const RateOptions options_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;  // guarded by mutex_
    UnixMs swept_ms_ = 0;                              // guarded by mutex_
};

}  // namespace shopkeeper::tools
