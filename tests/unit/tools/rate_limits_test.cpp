#include "tools/rate_limits.hpp"

#include <catch2/catch.hpp>

using namespace shopkeeper;
using tools::Rate;
using tools::RateLimits;

namespace {
constexpr Rate kFivePerMinute{5, 60, 5};
}

TEST_CASE("C17: a bucket gives its burst at once and refills with time", "[rates]") {
    RateLimits limits;
    const auto take = [&](UnixMs now_ms) {
        return limits.take(kFivePerMinute, "order", "a", now_ms).has_value();
    };
    for (int i = 0; i < 5; ++i) CHECK(take(0));
    CHECK_FALSE(take(0));
    CHECK_FALSE(take(11'999));
    CHECK(take(12'000));
    CHECK_FALSE(take(12'000));
}

TEST_CASE("C18: a refusal says when to come back", "[rates]") {
    RateLimits limits;
    for (int i = 0; i < 5; ++i) (void)limits.take(kFivePerMinute, "order", "a", 0);
    const auto refused = limits.take(kFivePerMinute, "order", "a", 0);

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::rate_limited);
    CHECK(refused.error().details.retry_after_s == 12);
}

TEST_CASE("buckets of other keys and other names are apart; peeking takes nothing", "[rates]") {
    RateLimits limits;
    for (int i = 0; i < 20; ++i) CHECK(limits.peek(kFivePerMinute, "order", "a", 0));
    for (int i = 0; i < 5; ++i) CHECK(limits.take(kFivePerMinute, "order", "a", 0));
    CHECK_FALSE(limits.peek(kFivePerMinute, "order", "a", 0));
    CHECK(limits.take(kFivePerMinute, "order", "b", 0));
    CHECK(limits.take(kFivePerMinute, "track", "a", 0));
}

TEST_CASE("0 switches one bucket off, `enabled` all of them", "[rates]") {
    RateLimits limits;
    for (int i = 0; i < 100; ++i) CHECK(limits.take(Rate{0, 60, 0}, "order", "a", 0));
    RateLimits off{tools::RateOptions{.enabled = false}};
    for (int i = 0; i < 100; ++i) CHECK(off.take(kFivePerMinute, "order", "a", 0));
}

TEST_CASE("a clock that steps back gives nothing away and takes nothing", "[rates]") {
    RateLimits limits;
    for (int i = 0; i < 5; ++i) (void)limits.take(kFivePerMinute, "order", "a", 100'000);
    CHECK_FALSE(limits.take(kFivePerMinute, "order", "a", 0));
    CHECK(limits.take(kFivePerMinute, "order", "a", 112'000));
}
