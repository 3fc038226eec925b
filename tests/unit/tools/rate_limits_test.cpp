#include "tools/rate_limits.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "support/temp_folder.hpp"
#include "support/test_database.hpp"
#include "tools/shared_rate_limits.hpp"

// Both kinds of buckets keep the same rules; the shared ones are counted over two processes.

using namespace shopkeeper;
using tools::Rate;
using tools::RateOptions;

namespace {

constexpr Rate kFivePerMinute{5, 60, 5};

/// A database that several processes open.
class Place {
public:
    std::unique_ptr<storage::Database> open() const { return test::open_again(*database_, path_); }

private:
    const test::TempFolder folder_;
    const std::string path_ = folder_.file("shop.db");
    const std::shared_ptr<storage::Database> database_ = test::migrated_database(0, path_);
};

/// Limits of the kind that this run of the test is about. Shared ones take turns: every call goes
/// to the next of two processes.
class AnyLimits {
public:
    explicit AnyLimits(RateOptions options = {}) {
        if (!is_shared_) {
            limits_.push_back(std::make_unique<tools::LocalRateLimits>(options));
            return;
        }
        for (int i = 0; i < 2; ++i) {
            limits_.push_back(
                std::make_unique<tools::SharedRateLimits>(options, place_.open(), "key"));
        }
    }
    Result<void> take(const Rate& rate, std::string_view bucket, std::string_view key,
                      UnixMs now_ms) {
        return next().take(rate, bucket, key, now_ms);
    }
    Result<void> peek(const Rate& rate, std::string_view bucket, std::string_view key,
                      UnixMs now_ms) {
        return next().peek(rate, bucket, key, now_ms);
    }
    Result<void> draw(std::span<const tools::Draw> draws, UnixMs now_ms) {
        return next().draw(draws, now_ms);
    }

private:
    tools::RateLimits& next() { return *limits_[turn_++ % limits_.size()]; }

    const bool is_shared_ = GENERATE(false, true);
    Place place_;
    std::vector<std::unique_ptr<tools::RateLimits>> limits_;
    std::size_t turn_ = 0;
};

}  // namespace

TEST_CASE("C17: a bucket gives its burst at once and refills with time", "[rates]") {
    AnyLimits limits;
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
    AnyLimits limits;
    for (int i = 0; i < 5; ++i) (void)limits.take(kFivePerMinute, "order", "a", 0);
    const auto refused = limits.take(kFivePerMinute, "order", "a", 0);

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::rate_limited);
    CHECK(refused.error().details.retry_after_s == 12);
}

TEST_CASE("buckets of other keys and other names are apart; peeking takes nothing", "[rates]") {
    AnyLimits limits;
    for (int i = 0; i < 20; ++i) CHECK(limits.peek(kFivePerMinute, "order", "a", 0));
    for (int i = 0; i < 5; ++i) CHECK(limits.take(kFivePerMinute, "order", "a", 0));
    CHECK_FALSE(limits.peek(kFivePerMinute, "order", "a", 0));
    CHECK(limits.take(kFivePerMinute, "order", "b", 0));
    CHECK(limits.take(kFivePerMinute, "track", "a", 0));
}

TEST_CASE("0 switches one bucket off, `enabled` all of them", "[rates]") {
    AnyLimits limits;
    for (int i = 0; i < 100; ++i) CHECK(limits.take(Rate{0, 60, 0}, "order", "a", 0));
    AnyLimits off{RateOptions{.enabled = false}};
    for (int i = 0; i < 100; ++i) CHECK(off.take(kFivePerMinute, "order", "a", 0));
}

TEST_CASE("a clock that steps back gives nothing away and takes nothing", "[rates]") {
    AnyLimits limits;
    for (int i = 0; i < 5; ++i) (void)limits.take(kFivePerMinute, "order", "a", 100'000);
    CHECK_FALSE(limits.take(kFivePerMinute, "order", "a", 0));
    CHECK(limits.take(kFivePerMinute, "order", "a", 112'000));
}

TEST_CASE("a refused draw stops there; what was taken before stays taken", "[rates]") {
    AnyLimits limits;
    for (int i = 0; i < 4; ++i) CHECK(limits.take(kFivePerMinute, "write", "a", 0));
    const Rate one{1, 60, 1};
    const std::vector<tools::Draw> call{
        {kFivePerMinute, "write", "a"}, {one, "order", "a"}, {one, "track", "a"}};
    CHECK(limits.take(one, "order", "a", 0));

    CHECK_FALSE(limits.draw(call, 0));  // for "order"

    CHECK_FALSE(limits.take(kFivePerMinute, "write", "a", 0));
    CHECK(limits.take(one, "track", "a", 0));
}

TEST_CASE("many processes at once give away no more than there is", "[rates]") {
    const Place place;
    constexpr Rate kHundred{100, 3600, 100};
    std::atomic<int> given = 0;
    {
        std::vector<std::jthread> processes;
        for (int i = 0; i < 4; ++i) {
            processes.emplace_back([&] {
                tools::SharedRateLimits limits(RateOptions{}, place.open(), "key");
                for (int call = 0; call < 40; ++call) {
                    given += limits.take(kHundred, "account", "a", 0).has_value() ? 1 : 0;
                }
            });
        }
    }
    CHECK(given == 100);
}

TEST_CASE("A11: no address or phone stands in the database", "[rates]") {
    const Place place;
    tools::SharedRateLimits limits(RateOptions{}, place.open(), "key");
    CHECK(limits.take(kFivePerMinute, "phone_lookup", "+77000001234", 0));

    const auto database = place.open();
    const auto name = database->read([](storage::Connection& connection) {
        return connection.query("SELECT name FROM rate_bucket").front().get<std::string>(0);
    });
    CHECK(name.find("7700") == std::string::npos);
    CHECK(name.size() == 43);
    tools::SharedRateLimits other_key(RateOptions{}, place.open(), "other");
    CHECK(other_key.take(kFivePerMinute, "phone_lookup", "+77000001234", 0));
    CHECK(database->read([](storage::Connection& connection) {
        return connection.query("SELECT COUNT(*) FROM rate_bucket").front().get<std::int64_t>(0);
    }) == 2);
}
