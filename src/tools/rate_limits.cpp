#include "tools/rate_limits.hpp"

#include <algorithm>
#include <cmath>

namespace shopkeeper::tools {
namespace {

constexpr UnixMs kIdleMs = 600'000;

}  // namespace

Result<void> RateLimits::take(const Rate& rate, std::string_view bucket, std::string_view key,
                              UnixMs now_ms) {
    return draw(rate, bucket, key, now_ms, 1.0);
}

Result<void> RateLimits::peek(const Rate& rate, std::string_view bucket, std::string_view key,
                              UnixMs now_ms) {
    return draw(rate, bucket, key, now_ms, 0.0);
}

Result<void> RateLimits::draw(const Rate& rate, std::string_view bucket, std::string_view key,
                              UnixMs now_ms, double tokens) {
    if (!options_.enabled || rate.per_period == 0) return {};
    const double per_ms =
        static_cast<double>(rate.per_period) / (static_cast<double>(rate.period_s) * 1000.0);
    std::string name(bucket);
    name += ':';
    name += key;

    const std::lock_guard lock(mutex_);
    if (now_ms - swept_ms_ > kIdleMs) {
        // A bucket that is full again says the same as none; the longest period takes an hour to
        // fill.
        std::erase_if(buckets_, [&](const auto& entry) {
            return now_ms - entry.second.updated_ms > 6 * kIdleMs;
        });
        swept_ms_ = now_ms;
    }
    const auto [entry, is_new] =
        buckets_.try_emplace(std::move(name), Bucket{static_cast<double>(rate.burst), now_ms});
    Bucket& state = entry->second;
    const double elapsed_ms = static_cast<double>(std::max<UnixMs>(0, now_ms - state.updated_ms));
    state.tokens = std::min(static_cast<double>(rate.burst), state.tokens + elapsed_ms * per_ms);
    state.updated_ms = std::max(state.updated_ms, now_ms);
    if (state.tokens >= 1.0) {
        state.tokens -= tokens;
        return {};
    }
    const auto wait_s =
        static_cast<std::int64_t>(std::ceil((1.0 - state.tokens) / per_ms / 1000.0));
    ErrorDetails details;
    details.retry_after_s = std::max<std::int64_t>(1, wait_s);
    return refuse(ErrorCode::rate_limited,
                  "Too many calls of this kind; try again in " +
                      std::to_string(*details.retry_after_s) + " s.",
                  details);
}

}  // namespace shopkeeper::tools
