#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace shopkeeper::transport {

/// Threads for calls that may wait, so that the threads that read never do. Threads are started
/// when work first needs them: a process that answers a few quick calls never has more than one.
/// Thread-safe. The destructor runs everything accepted and joins.
class CallPool {
public:
    using Task = std::function<void()>;

    struct Options {
        std::size_t threads_max = 32;
        std::size_t waiting_max = 1000;  ///< accepted, not yet begun
    };

    explicit CallPool(Options options) : options_(options) {}
    ~CallPool();
    CallPool(const CallPool&) = delete;
    CallPool& operator=(const CallPool&) = delete;

    /// False when too much is waiting: the caller says so to its peer. Otherwise `accepted` is
    /// called before any thread can begin `task`. REQUIRES: neither throws; `accepted` is short and
    /// does not use the pool.
    bool try_run(Task task, const std::function<void()>& accepted = {});

    /// Waits for room instead; false only when `stop` was requested first.
    bool run(Task task, const std::stop_token& stop);

    /// Waits until nothing is running or waiting, `wait_max` at most; false when time ran out.
    bool wait_idle(std::chrono::milliseconds wait_max);

private:
    void accept(Task&& task);
    void work();

    const Options options_;
    std::mutex mutex_;
    std::condition_variable work_arrived_;
    std::condition_variable_any room_;
    std::condition_variable idle_;
    // Guarded by mutex_.
    std::deque<Task> waiting_;
    std::size_t running_ = 0;
    std::size_t idle_threads_ = 0;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace shopkeeper::transport
