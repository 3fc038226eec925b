#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace shopkeeper::transport {

/// Runs each job a fixed time after it was given, in that order, on a thread of its own: started
/// with the first job, asleep while there is none. Since all wait equally long, a queue is enough.
/// Thread-safe. The destructor forgets what has not begun.
class Delay {
public:
    using Job = std::function<void()>;

    explicit Delay(std::chrono::milliseconds wait) : wait_(wait) {}
    Delay(const Delay&) = delete;
    Delay& operator=(const Delay&) = delete;

    /// REQUIRES: `job` does not throw, and is short: the next ones wait for it.
    void add(Job job);

private:
    struct Due {
        std::chrono::steady_clock::time_point time;
        Job job;
    };

    void run(const std::stop_token& stop);

    const std::chrono::milliseconds wait_;
    std::mutex mutex_;
    std::condition_variable_any first_came_;
    // Guarded by mutex_.
    std::deque<Due> queue_;
    std::optional<std::jthread> thread_;  ///< last: it uses the others
};

}  // namespace shopkeeper::transport
