#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "net/http_message.hpp"

/// An HTTP/1.1 server on an event loop. The engine (Boost.Asio and Beast) lives in the .cpp.
namespace shopkeeper::net {

struct HttpOptions {
    std::string host = "127.0.0.1";  ///< a numeric address or a name to look up
    std::uint16_t port = 0;          ///< 0: any free one; HttpServer::port() tells
    unsigned io_threads = 0;         ///< 0: one per core; a quick handler runs on them

    /// Rule: operations C7, C16. A JSON-RPC message is small; imports have routes of their own.
    std::size_t body_bytes_max = std::size_t{1024} * 1024;
    std::size_t line_bytes_max = std::size_t{8} * 1024;   ///< request line, each header line
    std::size_t head_bytes_max = std::size_t{32} * 1024;  ///< a few long lines (a token, cookies)

    /// Connections that hold no stream and run no call; the longest idle one makes room.
    std::size_t connections_max = 1000;
    std::size_t streams_max = 4096;  ///< open event streams: they cost memory, not threads
    /// What a client may leave unread on a stream before it counts as stuck and is dropped. Enough
    /// for several of the largest results, little enough that 4,096 stuck clients cannot fill RAM
    /// before the write timeout ends them. A single larger event may pass.
    std::size_t stream_unread_bytes_max = std::size_t{4} * 1024 * 1024;
    /// A burst of clients must queue in the kernel and not be refused while a thread is busy.
    int listen_backlog = 4096;

    std::chrono::milliseconds read_timeout{30'000};   ///< first to last byte of one request
    std::chrono::milliseconds write_timeout{30'000};  ///< without any progress
    std::chrono::milliseconds keepalive{60'000};      ///< between requests
    /// Requests per connection. A connection stays on one loop for life; coming back now and then
    /// spreads the busy ones. More than operations C7's hundred: a new connection for one request
    /// in a hundred is exactly what the 99th percentile would then show.
    unsigned keepalive_requests_max = 1000;

    ReplyHeaders reply_headers = {};  ///< on every reply, e.g. Strict-Transport-Security
};

/// The listener could not be opened; `what()` says which address, why, and what to do.
class ListenError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Somebody else listens there already.
class PortTaken : public ListenError {
public:
    using ListenError::ListenError;
};

/// How an event stream begins.
struct StreamHead {
    ReplyHeaders headers = {};  ///< beside the content type, which is `text/event-stream`
    std::string first = {};     ///< sent in the same packet as the head
    /// A comment goes out when nothing else did for this long: proxies close silent streams.
    std::chrono::milliseconds heartbeat{15'000};
    /// Called once, on a loop thread, when the stream is over for whatever reason.
    std::function<void()> on_close = {};
};

class Exchange;    // one request and its answer, inside the engine
class OpenStream;  // one event stream, inside the engine

/// An open event stream. Ends when it is destroyed. One object is used by one thread at a time; the
/// thread may be any.
class EventStream {
public:
    EventStream() = default;
    explicit EventStream(std::shared_ptr<OpenStream> stream) : stream_(std::move(stream)) {}
    EventStream(EventStream&&) noexcept = default;
    EventStream& operator=(EventStream&& other) noexcept;
    ~EventStream() { end(); }

    /// Queues `text`, which is one or more whole events. False when the peer has left, or has just
    /// been dropped because it does not read: the client is dropped, never a message.
    bool send(std::string_view text);
    /// Sends what is queued, then closes.
    void end();
    explicit operator bool() const { return stream_ != nullptr; }

private:
    std::shared_ptr<OpenStream> stream_;
};

/// The duty to say whether one request is let in, exactly once, from any thread. Destroyed
/// undecided it answers 500.
class Entry {
public:
    explicit Entry(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
    Entry(Entry&&) noexcept = default;
    Entry& operator=(Entry&&) = delete;
    ~Entry();

    /// nullopt lets the request in.
    void decide(std::optional<Reply> refusal);

private:
    std::shared_ptr<Exchange> exchange_;
};

/// The duty to answer one request, exactly once, from any thread. Destroyed unanswered it answers
/// 500, so that no peer waits for ever.
class Responder {
public:
    explicit Responder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
    Responder(Responder&&) noexcept = default;
    Responder& operator=(Responder&&) = delete;
    ~Responder();

    void reply(Reply reply);
    /// Turns the answer into an event stream; nullopt when too many are open, and then the duty
    /// remains.
    std::optional<EventStream> stream(StreamHead head);

private:
    std::shared_ptr<Exchange> exchange_;
};

/// Routes, a listener and its threads. Routes, filter and porter are set before `start`; everything
/// else is thread-safe.
class HttpServer {
public:
    /// Called on a loop thread. May answer there if it waits for nothing, or move the responder
    /// (and what it needs of the request) to another thread.
    using Handler = std::function<void(Request&, Responder)>;

    /// Sees every request as soon as its head is complete, before routing and before the body.
    /// Returns a refusal, or nullopt; may add headers to whatever the answer will be.
    using Filter = std::function<std::optional<Reply>(const Request&, ReplyHeaders&)>;

    /// Asked about every request that the filter has let pass; its body is not read and nothing is
    /// routed meanwhile. Called on a loop thread. May decide there if it waits for nothing, or move
    /// the entry (and what it needs of the request) to another thread.
    using Porter = std::function<void(const Request&, Entry)>;

    struct Counts {
        std::size_t connections = 0;
        std::size_t streams = 0;
    };

    /// Binds and listens; nobody is answered before `start`. Throws PortTaken, ListenError.
    explicit HttpServer(HttpOptions options);
    /// Stops.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// `method` "*" takes every method. A path that ends in "/*" takes everything below it. An
    /// unknown path is 404, a known one with another method 405 with `Allow`; HEAD is answered like
    /// GET without its body.
    void route(std::string_view method, std::string_view path, Handler handler);
    void set_filter(Filter filter);
    void set_porter(Porter porter);

    void start();
    std::uint16_t port() const;
    std::string address() const;  ///< what it is bound to, numeric, without the port
    Counts counts() const;

    /// Closes the listener and idle connections; every connection that is busy closes after its
    /// answer. Streams stay until they are ended.
    void stop_accepting();
    /// After `stop_accepting`: waits until every connection has had its answer; false when time ran
    /// out first.
    bool wait_drained(std::chrono::milliseconds wait_max);
    /// Requests `Request::gone` of everything in progress, and keeps the connections for the
    /// answers.
    void cancel_all();
    /// Closes everything at once and joins the threads. Idempotent.
    void stop();

private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

}  // namespace shopkeeper::net
