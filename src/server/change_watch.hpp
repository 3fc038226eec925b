#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "tools/resource_changes.hpp"

namespace shopkeeper::server {

/// Looks for changes as long as somebody wants to hear of them, on a thread that is made when the
/// first one does. Thread-safe.
class ChangeWatch {
public:
    /// REQUIRES: `changes` outlives this, and nobody watches yet.
    explicit ChangeWatch(tools::ResourceChanges& changes);

private:
    void wake();
    void run(const std::stop_token& stop);

    tools::ResourceChanges& changes_;
    std::mutex mutex_;
    std::condition_variable_any woken_;
    bool is_wanted_ = false;  ///< guarded by mutex_
    std::jthread thread_;     ///< last: it uses the others; made under mutex_
};

}  // namespace shopkeeper::server
