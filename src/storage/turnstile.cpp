#include "storage/turnstile.hpp"

#include <algorithm>

namespace shopkeeper::storage {

Turnstile::Pass Turnstile::enter(std::chrono::milliseconds wait_max) {
    std::unique_lock lock(mutex_);
    if (inside_ < places_) {  // then nobody waits
        ++inside_;
        return Pass(this);
    }
    Waiter waiter;
    waiting_.push_back(&waiter);
    if (waiter.let_in.wait_for(lock, wait_max, [&] { return waiter.is_in; })) return Pass(this);
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &waiter));
    return Pass(nullptr);
}

void Turnstile::wait_for_a_leaver(std::chrono::milliseconds wait_max) {
    std::unique_lock lock(mutex_);
    const std::uint64_t left_before = left_;
    somebody_left_.wait_for(lock, wait_max, [&] { return left_ != left_before; });
}

Turnstile::Figures Turnstile::figures() const {
    const std::lock_guard lock(mutex_);
    return {inside_, waiting_.size()};
}

void Turnstile::leave() {
    const std::lock_guard lock(mutex_);
    ++left_;
    somebody_left_.notify_all();
    if (waiting_.empty()) {
        --inside_;
        return;
    }
    Waiter& next = *waiting_.front();  // the place is handed on, so nobody can slip in between
    waiting_.pop_front();
    next.is_in = true;
    next.let_in.notify_one();
}

std::shared_ptr<Turnstile> Turnstiles::of(std::int64_t key) {
    const std::lock_guard lock(mutex_);
    std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<Turnstile>& known = known_[key];
    std::shared_ptr<Turnstile> turnstile = known.lock();
    if (!turnstile) known = turnstile = std::make_shared<Turnstile>(places_each_);
    return turnstile;
}

}  // namespace shopkeeper::storage
