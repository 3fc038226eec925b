#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace shopkeeper::transport {

/// The open conversations of one HTTP transport by their id. Split into shards so that io threads
/// seldom meet at one lock; no lock is held while a session is used. Thread-safe.
template <class Session>
class SessionTable {
public:
    explicit SessionTable(std::size_t size_max) : size_max_(size_max) {}

    /// The session of this id from now on: the given one, or that of somebody who was quicker; null
    /// when the table is full.
    std::shared_ptr<Session> insert(const std::string& id, std::shared_ptr<Session> session) {
        Shard& shard = shard_of(id);
        const std::scoped_lock lock(shard.mutex);
        if (const auto at = shard.sessions.find(id); at != shard.sessions.end()) return at->second;
        if (size_.fetch_add(1) >= size_max_) {
            --size_;
            return nullptr;
        }
        return shard.sessions.emplace(id, std::move(session)).first->second;
    }

    /// Null when there is none.
    std::shared_ptr<Session> find(std::string_view id) {
        Shard& shard = shard_of(id);
        const std::scoped_lock lock(shard.mutex);
        const auto at = shard.sessions.find(id);
        return at == shard.sessions.end() ? nullptr : at->second;
    }

    /// Takes it out; null when somebody else has.
    std::shared_ptr<Session> take(std::string_view id) {
        Shard& shard = shard_of(id);
        const std::scoped_lock lock(shard.mutex);
        const auto at = shard.sessions.find(id);
        if (at == shard.sessions.end()) return nullptr;
        auto session = std::move(at->second);
        shard.sessions.erase(at);
        --size_;
        return session;
    }

    std::vector<std::shared_ptr<Session>> all() {
        std::vector<std::shared_ptr<Session>> found;
        for (Shard& shard : shards_) {
            const std::scoped_lock lock(shard.mutex);
            for (const auto& entry : shard.sessions) found.push_back(entry.second);
        }
        return found;
    }

    std::size_t size() const { return size_; }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, std::shared_ptr<Session>, Hash, std::equal_to<>> sessions;
    };

    Shard& shard_of(std::string_view id) { return shards_[Hash{}(id) % shards_.size()]; }

    const std::size_t size_max_;
    std::atomic<std::size_t> size_ = 0;
    std::array<Shard, 16> shards_;
};

}  // namespace shopkeeper::transport
