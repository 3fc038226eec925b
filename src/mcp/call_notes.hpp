#pragma once

#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/call_context.hpp"
#include "base/json.hpp"
#include "mcp/protocol.hpp"
#include "mcp/tool_host.hpp"
#include "transport/transport.hpp"

/// What a call tells its client before the reply: how far it is, and what happened.
namespace shopkeeper::mcp {

/// Less than any progress.
inline constexpr double kNothingTold = -std::numeric_limits<double>::infinity();

/// Sends `notifications/progress` for one request. Says nothing when the client gave no token or a
/// report does not advance: progress must increase (protocol.md 1, row 30). Thread-safe.
class ProgressNotes final : public ProgressSink {
public:
    /// `token` is the request's `_meta.progressToken`, nullptr when absent; `told` is how far a
    /// call that is run again has said to be. All outlive this.
    ProgressNotes(const Json* token, Revision revision, transport::Outlet& outlet, double told);

    double told() {
        const std::scoped_lock lock(mutex_);
        return last_;
    }

    void report(double progress, double total, std::string_view message) override;

private:
    const std::string token_json_;  ///< empty: nobody asked
    const Revision revision_;
    transport::Outlet& outlet_;
    std::mutex mutex_;
    double last_;  ///< guarded by mutex_
};

/// Sends `notifications/message` for one request, from a least level up; silent without one.
class LogNotes final : public CallStream {
public:
    LogNotes(std::optional<LogLevel> least, transport::Outlet& outlet)
        : least_(least), outlet_(outlet) {}

    bool wants(LogLevel level) const { return least_ && level >= *least_; }

    void write(LogLevel level, std::string_view data_json) override;
    void send_away() override { outlet_.send_away(); }

private:
    const std::optional<LogLevel> least_;
    transport::Outlet& outlet_;
};

}  // namespace shopkeeper::mcp
