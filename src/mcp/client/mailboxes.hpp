#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "mcp/client/channel.hpp"

namespace shopkeeper::mcp::client {

/// Brings the messages of one shared connection to those they are for: responses and progress to
/// whoever waits for that request, everything else, once `listen` was called, to `unsolicited`, one
/// after the other, on a thread of its own. Thread-safe.
class Mailboxes {
public:
    explicit Mailboxes(Channel::Receiver unsolicited);
    ~Mailboxes() = default;
    Mailboxes(const Mailboxes&) = delete;
    Mailboxes& operator=(const Mailboxes&) = delete;

    /// Keeps what comes for one request, as long as it lives. To be made before the request is
    /// sent.
    class Box {
    public:
        Box(Mailboxes& mailboxes, std::int64_t id);
        ~Box();
        Box(const Box&) = delete;
        Box& operator=(const Box&) = delete;

        /// Waits for the response; progress goes to `meanwhile`.
        Outcome<Response> wait(const Patience& patience, const Channel::Receiver& meanwhile) const;

    private:
        Mailboxes& mailboxes_;
        const std::int64_t id_;
    };

    void listen();
    /// What the connection brought. A message for nobody is dropped.
    void deliver(Json message);
    /// The connection is over: everybody who waits is told why, now and later.
    void end(Failure why);
    std::optional<Failure> ended() const;

private:
    void run(const std::stop_token& stop, const Channel::Receiver& unsolicited);

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::int64_t, std::deque<Json>> boxes_;  // guarded by mutex_
    std::deque<Json> unsolicited_;                    // guarded by mutex_
    std::optional<Failure> ended_;                    // guarded by mutex_
    bool is_listening_ = false;                       // guarded by mutex_
    std::jthread worker_;
};

}  // namespace shopkeeper::mcp::client
