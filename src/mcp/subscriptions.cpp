#include "mcp/subscriptions.hpp"

#include <vector>

namespace shopkeeper::mcp {

Subscriptions::Subscriptions(ChangeSource* source) : source_(source) {
    if (source_ != nullptr)
        source_->set_listener([this](std::span<const std::string> uris) { spread(uris); });
}

bool Subscriptions::add(const std::shared_ptr<Subscriber>& subscriber, const std::string& uri) {
    // Before it is known here: what happens from now on is told, or waits for the next look.
    source_->watch(uri);
    bool is_full = false;
    {
        const std::scoped_lock lock(mutex_);
        auto& uris = subscriber->uris_;
        is_full = !uris.contains(uri) && uris.size() >= kSubscribedUrisMax;
        if (!is_full && uris.insert(uri).second) {
            by_uri_[uri].emplace(subscriber.get(), subscriber);
            return true;
        }
    }
    source_->unwatch(uri);
    return !is_full;
}

void Subscriptions::remove(Subscriber& subscriber, const std::string& uri) {
    {
        const std::scoped_lock lock(mutex_);
        if (subscriber.uris_.erase(uri) == 0) return;
        const auto entry = by_uri_.find(uri);
        entry->second.erase(&subscriber);
        if (entry->second.empty()) by_uri_.erase(entry);
    }
    source_->unwatch(uri);
    const std::scoped_lock lock(subscriber.telling_);
    subscriber.waiting_.erase(uri);
}

void Subscriptions::remove(Subscriber& subscriber) {
    std::set<std::string> uris;
    {
        const std::scoped_lock lock(mutex_);
        uris.swap(subscriber.uris_);
        slow_.erase(&subscriber);
        for (const std::string& uri : uris) {
            const auto entry = by_uri_.find(uri);
            entry->second.erase(&subscriber);
            if (entry->second.empty()) by_uri_.erase(entry);
        }
    }
    for (const std::string& uri : uris) source_->unwatch(uri);
}

void Subscriptions::retry(Subscriber& subscriber) {
    tell_waiting(subscriber);
}

/// False when something still waits.
bool Subscriptions::tell_waiting(Subscriber& subscriber) {
    const std::scoped_lock lock(subscriber.telling_);
    auto& waiting = subscriber.waiting_;
    while (!waiting.empty() && subscriber.tell(*waiting.begin())) waiting.erase(waiting.begin());
    return waiting.empty();
}

void Subscriptions::spread(std::span<const std::string> uris) {
    std::map<Subscriber*, std::shared_ptr<Subscriber>> concerned;
    const auto add = [&](const auto& subscribers) {
        for (const auto& [key, weak] : subscribers)
            if (auto alive = weak.lock()) concerned.emplace(key, std::move(alive));
    };
    std::vector<std::pair<std::shared_ptr<Subscriber>, const std::string*>> news;
    {
        const std::scoped_lock lock(mutex_);
        for (const std::string& uri : uris) {
            const auto entry = by_uri_.find(uri);
            if (entry == by_uri_.end()) continue;
            for (const auto& [key, weak] : entry->second)
                if (auto alive = weak.lock()) news.emplace_back(std::move(alive), &uri);
            add(entry->second);
        }
        add(slow_);
        slow_.clear();
    }
    // Nobody's turn is waited for under the lock: telling one subscriber delays no other's change.
    for (const auto& [subscriber, uri] : news) {
        const std::scoped_lock lock(subscriber->telling_);
        subscriber->waiting_.insert(*uri);
    }
    for (const auto& [key, subscriber] : concerned) {
        if (tell_waiting(*subscriber)) continue;
        const std::scoped_lock lock(mutex_);
        if (!subscriber->uris_.empty()) slow_.emplace(key, subscriber);
    }
}

}  // namespace shopkeeper::mcp
