#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>

namespace shopkeeper::storage {

/// Lets at most so many in at once, in the order of arrival: with 32 waiting clients none starves.
/// Thread-safe.
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
    void leave();

    const std::size_t places_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    // Guarded by mutex_.
    std::deque<std::uint64_t> waiting_;
    std::uint64_t next_ticket_ = 0;
    std::uint64_t left_ = 0;
    std::size_t inside_ = 0;
};

}  // namespace shopkeeper::storage
