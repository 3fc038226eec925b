#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
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

/// One token of one bucket.
struct Draw {
    Rate rate;  ///< REQUIRES: burst of at least 1
    std::string_view bucket;
    std::string key;
    /// Refuses when no token is left but takes none: for buckets that only failures drain.
    bool is_peek = false;
};

/// Token buckets by key. Thread-safe.
///
/// A bucket is one moment: when it will be full again. Each token taken puts that off by the time
/// in which one flows back, and a bucket that is full says the same as none.
class RateLimits {
public:
    explicit RateLimits(RateOptions options) : options_(options) {}
    virtual ~RateLimits() = default;
    const RateOptions& options() const { return options_; }

    /// Draws in this order and stops at the first bucket that is empty; what was taken before stays
    /// taken. Errors: rate_limited with `retry_after_s`.
    Result<void> draw(std::span<const Draw> draws, UnixMs now_ms);
    Result<void> take(const Rate& rate, std::string_view bucket, std::string_view key,
                      UnixMs now_ms);
    Result<void> peek(const Rate& rate, std::string_view bucket, std::string_view key,
                      UnixMs now_ms);

protected:
    /// A draw in moments of microseconds.
    struct Step {
        std::string name;        ///< of bucket and key
        std::int64_t now_us;     ///< a bucket that was full until now is full again at...
        std::int64_t token_us;   ///< ...this much later when a token has been taken
        std::int64_t latest_us;  ///< a bucket that is full again only after this has no token
        bool is_peek;
    };
    /// Does what `draw` says; nullopt: all are allowed, otherwise how long the first refused one
    /// has to wait for its token.
    virtual std::optional<std::int64_t> wait_us(std::span<const Step> steps) = 0;

private:
    const RateOptions options_;
};

/// What one process counts by itself.
class LocalRateLimits final : public RateLimits {
public:
    explicit LocalRateLimits(RateOptions options = {}) : RateLimits(options) {}

private:
    std::optional<std::int64_t> wait_us(std::span<const Step> steps) override;

    std::mutex mutex_;
    std::unordered_map<std::string, std::int64_t> full_us_;  // guarded by mutex_
    std::int64_t swept_us_ = 0;                              // guarded by mutex_
};

}  // namespace shopkeeper::tools
