#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace shopkeeper::storage {

/// Lets at most so many in at once, in the order of arrival: with 32 waiting clients none starves,
/// and who leaves wakes nobody but the next. Thread-safe.
class Turnstile {
public:
    explicit Turnstile(std::size_t places) : places_(places) {}

    /// A place that is given back on every way out. Empty when none came free in time.
    class Pass {
    public:
        explicit Pass(Turnstile* turnstile) : turnstile_(turnstile) {}
        Pass(Pass&& other) noexcept : turnstile_(std::exchange(other.turnstile_, nullptr)) {}
        Pass& operator=(Pass&&) = delete;
        ~Pass() {
            if (turnstile_ != nullptr) turnstile_->leave();
        }
        explicit operator bool() const { return turnstile_ != nullptr; }

    private:
        Turnstile* turnstile_;
    };

    /// Waits for a place, at most `wait_max`.
    Pass enter(std::chrono::milliseconds wait_max);
    /// Waits until somebody leaves, at most `wait_max`.
    void wait_for_a_leaver(std::chrono::milliseconds wait_max);

    struct Figures {
        std::size_t inside = 0;
        std::size_t waiting = 0;
    };
    Figures figures() const;

private:
    struct Waiter {
        std::condition_variable let_in;
        bool is_in = false;
    };

    void leave();

    const std::size_t places_;
    mutable std::mutex mutex_;
    std::condition_variable somebody_left_;
    // Guarded by mutex_.
    std::deque<Waiter*> waiting_;
    std::uint64_t left_ = 0;
    std::size_t inside_ = 0;  ///< those on their way from the line included
};

/// A turnstile for each key, kept as long as somebody is at it. Thread-safe.
class Turnstiles {
public:
    explicit Turnstiles(std::size_t places_each) : places_each_(places_each) {}

    std::shared_ptr<Turnstile> of(std::int64_t key);

private:
    const std::size_t places_each_;
    std::mutex mutex_;
    std::map<std::int64_t, std::weak_ptr<Turnstile>> known_;  // guarded by mutex_
};

}  // namespace shopkeeper::storage
