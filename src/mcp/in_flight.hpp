#pragma once

#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>

#include "jsonrpc/message.hpp"

namespace shopkeeper::mcp {

/// The requests of one client that wait or run, by id: found again by a cancellation, and
/// refused when an id is used twice at once. Thread-safe.
class InFlight {
public:
    /// One request from entering to leaving. Movable; leaves when it dies.
    class Ticket {
    public:
        Ticket(InFlight* table, jsonrpc::Id id, std::stop_source source)
            : table_(table), id_(std::move(id)), source_(std::move(source)) {}
        Ticket(Ticket&& other) noexcept
            : table_(std::exchange(other.table_, nullptr)),
              id_(std::move(other.id_)),
              source_(std::move(other.source_)) {}
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;
        Ticket& operator=(Ticket&&) = delete;
        ~Ticket() { leave(); }

        /// The request is over for its client: its id may be used again.
        void leave();

        /// A request that no table knows: nobody cancels it by its id.
        static Ticket unlisted() { return {nullptr, {}, {}}; }

        /// Asks the call to end: the peer cancelled it, left, or the process stops.
        const std::stop_source& stop() const { return source_; }

        /// True when the peer cancelled this request by its id: nobody expects a reply.
        bool was_cancelled() const;

    private:
        InFlight* table_;
        jsonrpc::Id id_;
        std::stop_source source_;
    };

    /// The request waits for a thread; a cancellation finds it already. False when its id is in
    /// use.
    bool announce(const jsonrpc::Id& id);

    /// Nullopt when the id is in use.
    std::optional<Ticket> enter(const jsonrpc::Id& id);

    /// REQUIRES: this request was announced, successfully.
    Ticket enter_announced(const jsonrpc::Id& id);

    /// Cancels the request with this id; unknown ids are ignored: the answer and the cancellation
    /// may have crossed on the way.
    void cancel(const jsonrpc::Id& id);

private:
    struct Request {
        std::stop_source source;
        bool is_cancelled = false;
    };

    mutable std::mutex mutex_;
    std::unordered_map<std::string, Request> requests_;  ///< guarded by mutex_
};

}  // namespace shopkeeper::mcp
