#include "storage/turnstile.hpp"

#include <algorithm>

namespace shopkeeper::storage {

Turnstile::Pass Turnstile::enter(std::chrono::milliseconds wait_max) {
    std::unique_lock lock(mutex_);
    const auto ticket = next_ticket_++;
    waiting_.push_back(ticket);
    const bool came = changed_.wait_for(
        lock, wait_max, [&] { return inside_ < places_ && waiting_.front() == ticket; });
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), ticket));
    if (came) ++inside_;
    // The next in the line may have a place too, or has only now become the next.
    if (!waiting_.empty() && inside_ < places_) changed_.notify_all();
    return Pass(came ? this : nullptr);
}

void Turnstile::wait_for_a_leaver(std::chrono::milliseconds wait_max) {
    std::unique_lock lock(mutex_);
    const std::uint64_t left_before = left_;
    changed_.wait_for(lock, wait_max, [&] { return left_ != left_before; });
}

Turnstile::Figures Turnstile::figures() const {
    const std::lock_guard lock(mutex_);
    return {inside_, waiting_.size()};
}

void Turnstile::leave() {
    const std::lock_guard lock(mutex_);
    --inside_;
    ++left_;
    changed_.notify_all();
}

}  // namespace shopkeeper::storage
