#include "transport/call_pool.hpp"

#include <utility>

namespace shopkeeper::transport {

CallPool::~CallPool() {
    {
        const std::scoped_lock lock(mutex_);
        closing_ = true;
    }
    work_arrived_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

bool CallPool::try_run(Task task, const std::function<void()>& accepted) {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() >= options_.waiting_max) return false;
    if (accepted) accepted();
    accept(std::move(task));
    return true;
}

bool CallPool::run(Task task, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!room_.wait(lock, stop, [this] { return waiting_.size() < options_.waiting_max; }))
        return false;
    accept(std::move(task));
    return true;
}

bool CallPool::wait_idle(std::chrono::milliseconds wait_max) {
    std::unique_lock lock(mutex_);
    return idle_.wait_for(lock, wait_max, [this] { return waiting_.empty() && running_ == 0; });
}

/// REQUIRES: mutex_ is held.
void CallPool::accept(Task&& task) {
    waiting_.push_back(std::move(task));
    if (waiting_.size() > idle_threads_ && threads_.size() < options_.threads_max) {
        threads_.emplace_back([this] { work(); });
    } else {
        work_arrived_.notify_one();
    }
}

void CallPool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_threads_;
        work_arrived_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
        --idle_threads_;
        if (waiting_.empty()) return;
        {
            // The task dies before the pool counts as idle: what it holds may be gone right after.
            const Task task = std::exchange(waiting_.front(), nullptr);
            waiting_.pop_front();
            ++running_;
            lock.unlock();
            room_.notify_one();
            task();
        }
        lock.lock();
        --running_;
        if (waiting_.empty() && running_ == 0) idle_.notify_all();
    }
}

}  // namespace shopkeeper::transport
