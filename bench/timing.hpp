#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

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

/// The same with so many clients at once, each on a thread of its own: their rates together. Throws
/// what one of them threw.
template <std::invocable Work>
double rate_together(int clients, double seconds, const Work& work) {
    std::mutex mutex;
    double total = 0;
    std::exception_ptr failure;
    {
        std::vector<std::jthread> running;
        for (int i = 0; i < clients; ++i) {
            running.emplace_back([&] {
                try {
                    const double rate = rate_of(seconds, work);
                    const std::lock_guard lock(mutex);
                    total += rate;
                } catch (...) {
                    const std::lock_guard lock(mutex);
                    failure = std::current_exception();
                }
            });
        }
    }
    if (failure) std::rethrow_exception(failure);
    return total;
}

/// Rates of two works that took turns in short slices: a disk or a neighbour that changes its pace
/// meets both alike.
struct Turns {
    double first = 0;            ///< runs a second
    double second = 0;           ///< runs a second
    std::vector<double> shares;  ///< first by second, of each pair of slices
};

/// Slices go to the two by turns until about so many seconds are over. A slice is a function of its
/// seconds that returns its rate.
template <std::invocable<double> First, std::invocable<double> Second>
Turns by_turns(double seconds, double slice_seconds, First&& first, Second&& second) {
    Turns turns;
    const int pairs = std::max(1, static_cast<int>(seconds / (2 * slice_seconds)));
    for (int pair = 0; pair < pairs; ++pair) {
        const double one = first(slice_seconds);
        const double other = second(slice_seconds);
        turns.shares.push_back(one / other);
        turns.first += one / pairs;
        turns.second += other / pairs;
    }
    return turns;
}

template <std::invocable Work>
double microseconds_of(Work&& work) {
    const auto started = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - started)
        .count();
}

/// Half of the values lie below. REQUIRES: one value at least.
inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace shopkeeper::bench
