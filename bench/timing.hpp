#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>

namespace shopkeeper::bench {

/// How often a second `work` runs, over about so many seconds.
template <std::invocable Work>
double rate_of(double seconds, Work&& work) {
    using Clock = std::chrono::steady_clock;
    const auto started = Clock::now();
    std::int64_t runs = 0;
    double spent = 0;
    do {
        work();
        ++runs;
        spent = std::chrono::duration<double>(Clock::now() - started).count();
    } while (spent < seconds);
    return static_cast<double>(runs) / spent;
}

}  // namespace shopkeeper::bench
