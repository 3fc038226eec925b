#include "tools/shared_rate_limits.hpp"

#include <algorithm>
#include <utility>

#include "base/crypto.hpp"

namespace shopkeeper::tools {
namespace {

// $2 now, $3 now and a token, $4 a token, $5 the latest. No row is touched when no token is left.
constexpr std::string_view kTake = R"sql(
INSERT INTO rate_bucket (name, full_us)
VALUES ($1, $3)
ON CONFLICT (name) DO UPDATE
SET full_us = CASE WHEN rate_bucket.full_us > $2 THEN rate_bucket.full_us + $4 ELSE $3 END
WHERE rate_bucket.full_us <= $5)sql";

constexpr std::string_view kSelect = R"sql(
SELECT full_us
FROM rate_bucket
WHERE name = $1)sql";

constexpr std::string_view kForget = R"sql(
DELETE FROM rate_bucket
WHERE full_us <= $1)sql";

}  // namespace

SharedRateLimits::SharedRateLimits(RateOptions options, std::unique_ptr<storage::Database> database,
                                   std::string name_key)
    : RateLimits(options), database_(std::move(database)), name_key_(std::move(name_key)) {}

std::optional<std::int64_t> SharedRateLimits::wait_us(std::span<const Step> steps) {
    const bool only_looks = std::ranges::all_of(steps, &Step::is_peek);
    const auto run = [&](storage::Connection& connection) {
        std::optional<std::int64_t> wait;
        for (auto step = steps.begin(); step != steps.end() && !wait; ++step) {
            wait = wait_us(connection, *step);
        }
        return wait;
    };
    // Every call draws on its buckets in the order of call_rates.cpp, and two calls never on each
    // other's in turns: the locks of their rows cannot make a circle.
    return only_looks ? database_->read(run) : database_->write(run);
}

std::optional<std::int64_t> SharedRateLimits::wait_us(storage::Connection& connection,
                                                      const Step& step) const {
    const std::string name = base64url(hmac_sha256(name_key_, step.name));
    if (!step.is_peek && connection.execute(kTake, {name, step.now_us, step.now_us + step.token_us,
                                                    step.token_us, step.latest_us}) == 1) {
        return std::nullopt;
    }
    const storage::Rows bucket = connection.query(kSelect, {name});
    const std::int64_t full_us = bucket.empty() ? 0 : bucket.front().get<std::int64_t>(0);
    if (full_us <= step.latest_us) return std::nullopt;
    return full_us - step.latest_us;
}

std::int64_t forget_full_buckets(storage::Connection& connection, UnixMs now_ms) {
    return connection.execute(kForget, {now_ms * 1000});
}

}  // namespace shopkeeper::tools
