#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "mcp/client/channel.hpp"
#include "mcp/client/http_sender.hpp"

namespace shopkeeper::mcp::client {

/// The GET stream on which a server of sessions says what belongs to no request. It is opened again
/// when it breaks off, after the server's `retry`, for as long as the session lasts; a server that
/// has none is left in peace. Thread-safe.
class ListeningStream {
public:
    /// `receive` is called on the stream's thread. `sender` outlives this.
    ListeningStream(HttpSender& sender, std::size_t message_bytes_max, Channel::Receiver receive);
    ~ListeningStream();
    ListeningStream(const ListeningStream&) = delete;
    ListeningStream& operator=(const ListeningStream&) = delete;

    bool has_receiver() const { return receive_ != nullptr; }
    /// REQUIRES: has_receiver(). Opens it for the session that these headers name, and waits a
    /// moment for the server: a question that comes before somebody listens is lost.
    void open(net::HeaderFields headers);
    /// The session is over. Callable on the stream's own thread.
    void close();

private:
    class Ears;

    void run(const std::stop_token& stop);
    void hold(std::uint64_t session, net::HeaderFields headers, const std::stop_token& stop);
    bool is_current(std::uint64_t session);
    void settled(std::uint64_t session);

    HttpSender& sender_;
    const std::size_t message_bytes_max_;
    const Channel::Receiver receive_;

    std::mutex mutex_;
    std::condition_variable_any changed_;
    net::HeaderFields headers_;  // guarded by mutex_; of the current session
    bool is_wanted_ = false;     // guarded by mutex_
    std::uint64_t session_ = 0;  // guarded by mutex_; counts the calls of open
    std::uint64_t settled_ = 0;  // guarded by mutex_; the last session that was answered
    std::stop_source abandon_;   // guarded by mutex_; ends the stream that is open
    std::jthread thread_;
};

}  // namespace shopkeeper::mcp::client
