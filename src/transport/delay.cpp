#include "transport/delay.hpp"

#include <utility>

namespace shopkeeper::transport {

void Delay::add(Job job) {
    const std::scoped_lock lock(mutex_);
    queue_.push_back({std::chrono::steady_clock::now() + wait_, std::move(job)});
    if (!thread_) thread_.emplace([this](const std::stop_token& stop) { run(stop); });
    // While others wait, the thread sleeps until the first of them is due and sees this one then.
    if (queue_.size() == 1) first_came_.notify_one();
}

void Delay::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (first_came_.wait(lock, stop, [this] { return !queue_.empty(); })) {
        const auto due = queue_.front().time;
        first_came_.wait_until(lock, stop, due, [] { return false; });
        if (stop.stop_requested()) return;
        const Job job = std::move(queue_.front().job);
        queue_.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

}  // namespace shopkeeper::transport
