#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "mcp/asked_call.hpp"
#include "mcp/in_flight.hpp"
#include "mcp/protocol.hpp"
#include "transport/delay.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::mcp {

/// Calls of one session that wait for their client.
inline constexpr std::size_t kPendingCallsMax = 16;

/// A call of a handshake revision that waits for what its client is asked: everything that is
/// needed to run it again. It holds no thread.
struct PendingCall {
    const jsonrpc::Message message;
    const transport::Peer peer;
    const Revision revision;
    const std::optional<LogLevel> log_level;
    const std::shared_ptr<transport::OpenAnswer> answer;
    const std::string otherwise;  ///< the reply when nobody answers
    AskedCall asked;
    std::optional<InFlight::Ticket> ticket;
};

/// What all sessions of a process share about them. Thread-safe.
class PendingLimits {
public:
    /// A call waits at most `answer_within` for its client, and `calls_max` calls wait at once.
    PendingLimits(std::chrono::milliseconds answer_within, std::size_t calls_max)
        : calls_max_(calls_max), deadlines_(answer_within) {}

    bool enter() {
        if (calls_.fetch_add(1) < calls_max_) return true;
        leave();
        return false;
    }
    void leave() { calls_.fetch_sub(1); }
    void at_deadline(std::function<void()> job) { deadlines_.add(std::move(job)); }

private:
    const std::size_t calls_max_;
    std::atomic<std::size_t> calls_ = 0;
    transport::Delay deadlines_;
};

/// The calls of one session that wait, by the ids of the requests that went to the client.
/// Thread-safe. REQUIRES: owned by a shared_ptr, since a deadline may outlive the session.
class PendingCalls : public std::enable_shared_from_this<PendingCalls> {
public:
    explicit PendingCalls(PendingLimits& limits) : limits_(limits) {}
    /// Drops them without a word.
    ~PendingCalls();

    /// Sends the requests to the client and keeps the call until they are answered, its peer
    /// leaves or cancels it, or time runs out: then it is answered with `otherwise`, or, cancelled,
    /// not at all. False when too many wait already, and then nothing was sent and `call` is as
    /// before.
    bool add(std::shared_ptr<PendingCall> call, const InputNeeded& needs);

    /// Whether a message answers a request of ours.
    bool knows(const jsonrpc::Message& response) const;

    /// Keeps the answer; gives the call when it was the last one that was missing: the caller runs
    /// it again. An error in place of an answer ends the call with `otherwise`.
    std::shared_ptr<PendingCall> take(const jsonrpc::Message& response);

    /// Ends all of them, and takes no more.
    void end_all();

private:
    struct Entry {
        std::shared_ptr<PendingCall> call;
        std::map<std::string, std::string> open;  ///< id of the request: its key
        // Last: what they call may run until they are gone.
        using Callback = std::stop_callback<std::function<void()>>;
        std::unique_ptr<Callback> on_gone = nullptr;
        std::unique_ptr<Callback> on_cancelled = nullptr;
    };
    using Number = std::uint64_t;

    std::optional<Entry> remove(Number number);
    void end(Number number);
    static void settle(Entry entry);

    PendingLimits& limits_;
    mutable std::mutex mutex_;
    // Guarded by mutex_.
    std::map<Number, Entry> entries_;
    std::map<std::string, Number> by_id_;
    Number last_ = 0;
    std::uint64_t last_id_ = 0;
    bool is_ended_ = false;
};

}  // namespace shopkeeper::mcp
