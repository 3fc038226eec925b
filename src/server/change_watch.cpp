#include "server/change_watch.hpp"

#include <string>

#include "base/log.hpp"

namespace shopkeeper::server {

ChangeWatch::ChangeWatch(tools::ResourceChanges& changes) : changes_(changes) {
    changes.set_waker([this] { wake(); });
}

void ChangeWatch::wake() {
    const std::scoped_lock lock(mutex_);
    is_wanted_ = true;
    if (!thread_.joinable())
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    woken_.notify_all();
}

void ChangeWatch::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (woken_.wait(lock, stop, [this] { return is_wanted_; })) {
        woken_.wait_for(lock, stop, tools::ResourceChanges::kLookEvery, [] { return false; });
        if (stop.stop_requested()) return;
        is_wanted_ = changes_.is_watching();
        lock.unlock();
        try {
            changes_.look();
        } catch (const std::exception& trouble) {
            // The next look sees what this one missed.
            log::warning("server", std::string("changes cannot be read: ") + trouble.what());
        }
        lock.lock();
    }
}

}  // namespace shopkeeper::server
