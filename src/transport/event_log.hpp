#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_server.hpp"

namespace shopkeeper::transport {

/// One JSON-RPC message as a server-sent event; `id` is left out when empty.
std::string message_event(std::string_view json, std::string_view id = {});

/// Names one event of one stream of a session: `<stream>_<n>`.
struct EventId {
    std::uint64_t stream = 0;
    std::uint64_t number = 0;

    static std::optional<EventId> parse(std::string_view text);
    std::string text() const;
};

/// What is sent on the stream of one POST, kept for a while so that a client whose connection broke
/// can have the rest. The stream goes on without a client; at most one is attached. Thread-safe.
/// Invariant: events are numbered without gaps; only the oldest are forgotten.
/// Rule: protocol.md 1 row 25, 2.4.
class EventLog {
public:
    using Time = std::chrono::steady_clock::time_point;

    struct Limits {
        std::size_t events_max = 256;
        /// A few of the largest results; below what a client may leave unread, or a replay could
        /// drop it.
        std::size_t bytes_max = std::size_t{2} * 1024 * 1024;
    };

    EventLog(std::uint64_t stream, Limits limits) : stream_(stream), limits_(limits) {}

    /// The event that only gives the client an id to come back with. Its number is 0.
    std::string priming_event() const {
        return "id: " + EventId{stream_, 0}.text() + "\ndata: \n\n";
    }

    std::uint64_t stream() const { return stream_; }

    /// The client of the POST itself. Ends `client` when it has come back already by another
    /// connection: it may know an event id, and leave with it, before this is called.
    void attach(net::EventStream client);
    void append(std::string_view json);
    /// Nothing follows: ends the client's stream.
    void finish(Time now);

    /// Ends the client's stream: it comes back after `wait` for what follows.
    void send_away(std::chrono::milliseconds wait);

    /// Sends everything after event `number`, and what follows later. A client that was still
    /// attached is replaced: it is the old, broken connection of the same client.
    void resume(net::EventStream client, std::uint64_t number);

    /// When the last event was written; nullopt while more may come.
    std::optional<Time> finished() const;

private:
    const std::uint64_t stream_;
    const Limits limits_;

    mutable std::mutex mutex_;
    // Guarded by mutex_.
    std::deque<std::string> events_;
    std::size_t bytes_ = 0;
    std::uint64_t first_ = 1;  ///< the number of events_.front()
    net::EventStream client_;
    bool was_resumed_ = false;
    std::optional<Time> finished_;
};

}  // namespace shopkeeper::transport
