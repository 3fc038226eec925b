#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "mcp/task_host.hpp"

namespace shopkeeper::conformance {

/// Tasks that are nothing but what the clock says of them. All callers are one: nobody signs in.
class FixtureTasks final : public mcp::TaskHost {
public:
    struct Job {
        std::chrono::milliseconds takes{0};
        mcp::InputNeeded needs = {};  ///< first
        std::string result = {};
        bool breaks = false;
    };

    /// REQUIRES: both outlive this.
    FixtureTasks(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

    mcp::Task begin(Job job);

    mcp::HostAnswer<mcp::Task> get(std::string_view id, const mcp::Asker& asker) override;
    mcp::HostAnswer<void> update(std::string_view id, const Json& responses,
                                 const mcp::Asker& asker) override;
    mcp::HostAnswer<void> cancel(std::string_view id, const mcp::Asker& asker) override;
    bool is_quick() const override { return true; }

private:
    struct Entry {
        mcp::Task task;
        Job job;
        UnixMs due_ms;
    };
    /// The task as it is now; null: there is none. REQUIRES: mutex_ is held.
    Entry* find(std::string_view id);

    const Clock& clock_;
    Random& random_;
    std::mutex mutex_;
    std::map<std::string, Entry, std::less<>> entries_;  ///< guarded by mutex_
};

}  // namespace shopkeeper::conformance
