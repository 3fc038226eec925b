#include "tools/rate_limits.hpp"

#include <algorithm>
#include <vector>

namespace shopkeeper::tools {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kSweepEveryUs = 600 * kSecondUs;

Refusal too_many(std::int64_t wait_us) {
    ErrorDetails details;
    details.retry_after_s = std::max<std::int64_t>(1, (wait_us + kSecondUs - 1) / kSecondUs);
    return refuse(ErrorCode::rate_limited,
                  "Too many calls of this kind; try again in " +
                      std::to_string(*details.retry_after_s) + " s.",
                  details);
}

}  // namespace

Result<void> RateLimits::draw(std::span<const Draw> draws, UnixMs now_ms) {
    if (!options_.enabled) return {};
    std::vector<Step> steps;
    const std::int64_t now_us = now_ms * 1000;
    for (const Draw& draw : draws) {
        if (draw.rate.per_period == 0) continue;
        const std::int64_t token_us = draw.rate.period_s * kSecondUs / draw.rate.per_period;
        steps.push_back({.name = std::string(draw.bucket) + ":" + draw.key,
                         .now_us = now_us,
                         .token_us = token_us,
                         .latest_us = now_us + (draw.rate.burst - 1) * token_us,
                         .is_peek = draw.is_peek});
    }
    if (steps.empty()) return {};
    const auto wait = wait_us(steps);
    if (wait) return too_many(*wait);
    return {};
}

Result<void> RateLimits::take(const Rate& rate, std::string_view bucket, std::string_view key,
                              UnixMs now_ms) {
    const Draw one{rate, bucket, std::string(key)};
    return draw({&one, 1}, now_ms);
}

Result<void> RateLimits::peek(const Rate& rate, std::string_view bucket, std::string_view key,
                              UnixMs now_ms) {
    const Draw one{rate, bucket, std::string(key), /*is_peek=*/true};
    return draw({&one, 1}, now_ms);
}

std::optional<std::int64_t> LocalRateLimits::wait_us(std::span<const Step> steps) {
    const std::lock_guard lock(mutex_);
    const std::int64_t now_us = steps.front().now_us;
    if (now_us - swept_us_ > kSweepEveryUs) {
        std::erase_if(full_us_, [&](const auto& entry) { return entry.second <= now_us; });
        swept_us_ = now_us;
    }
    for (const Step& step : steps) {
        std::int64_t& full_us = full_us_[step.name];
        if (full_us > step.latest_us) return full_us - step.latest_us;
        if (!step.is_peek) full_us = std::max(full_us, step.now_us) + step.token_us;
    }
    return std::nullopt;
}

}  // namespace shopkeeper::tools
