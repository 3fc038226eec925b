#pragma once

#include <atomic>
#include <mutex>
#include <random>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace shopkeeper::test {

/// A clock that moves when told to.
class FakeClock final : public Clock {
public:
    explicit FakeClock(UnixMs now_ms) : now_ms_(now_ms) {}
    UnixMs now_ms() const override { return now_ms_; }
    void set(UnixMs now_ms) { now_ms_ = now_ms; }
    void advance_ms(std::int64_t ms) { now_ms_ += ms; }
    void advance_minutes(std::int64_t minutes) { advance_ms(minutes * 60'000); }
    void advance_hours(std::int64_t hours) { advance_minutes(hours * 60); }
    void advance_days(std::int64_t days) { advance_hours(days * 24); }

private:
    std::atomic<UnixMs> now_ms_;
};

/// The same "random" bytes in every run of one thread.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed = 20261123) : engine_(seed) {}
    void fill(std::span<std::byte> bytes) override {
        const std::lock_guard lock(mutex_);
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine_() & 0xFF);
    }

private:
    std::mutex mutex_;
    std::mt19937_64 engine_;  // guarded by mutex_
};

}  // namespace shopkeeper::test
