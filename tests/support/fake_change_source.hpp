#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "mcp/change_source.hpp"

namespace shopkeeper::test {

/// Changes that a test makes happen. Thread-safe.
class FakeChangeSource final : public mcp::ChangeSource {
public:
    void set_listener(Listener listener) override { listener_ = std::move(listener); }
    void watch(const std::string& uri) override { count(uri, 1); }
    void unwatch(const std::string& uri) override { count(uri, -1); }

    void tell(const std::vector<std::string>& uris) { listener_(uris); }

    int watchers(const std::string& uri) {
        const std::scoped_lock lock(mutex_);
        return watchers_[uri];
    }
    /// Blocks until so many watch it.
    void await_watchers(const std::string& uri, int wanted) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return watchers_[uri] == wanted; });
    }

private:
    void count(const std::string& uri, int by) {
        {
            const std::scoped_lock lock(mutex_);
            watchers_[uri] += by;
        }
        changed_.notify_all();
    }

    Listener listener_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, int> watchers_;  ///< guarded by mutex_
};

}  // namespace shopkeeper::test
