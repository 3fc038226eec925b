#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "net/http_server.hpp"
#include "transport/call_pool.hpp"
#include "transport/challenge.hpp"
#include "transport/delay.hpp"
#include "transport/event_log.hpp"
#include "transport/http_peer.hpp"
#include "transport/session_ids.hpp"
#include "transport/session_table.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::transport {

struct StreamableOptions {
    std::string path = "/mcp";

    /// A session costs a few kilobytes; clients seldom end one.
    std::size_t sessions_max = 10'000;
    /// Long, because many clients do not start again after a 404: a desktop left over night works.
    std::chrono::milliseconds session_idle{std::chrono::hours(12)};
    /// When the table is full, this much idleness is enough to make room.
    std::chrono::milliseconds session_idle_when_full{std::chrono::minutes(5)};

    /// Rule: protocol.md 2.4: 256 events or five minutes of each finished stream.
    EventLog::Limits log = {};
    std::chrono::milliseconds log_kept{std::chrono::minutes(5)};
    std::size_t logs_max = 64;  ///< per session; the oldest finished one goes first

    /// A call that has said nothing for so long is given its event stream: the priming event is
    /// what a client needs to come back for the answer when its connection breaks. Sooner would
    /// make streams of calls that JSON answers better.
    std::chrono::milliseconds prime_after{500};

    /// How long a client stays away whose call has sent it away.
    std::chrono::milliseconds retry{500};

    /// Rule: protocol.md 3.6, operations C7 (EVENTS_HEARTBEAT_S).
    std::chrono::milliseconds heartbeat{15'000};

    /// What is read and answered on an io thread: parsing more would hold up its other clients.
    std::size_t inline_bytes_max = std::size_t{64} * 1024;
    std::size_t inline_batch_max = 16;

    std::vector<AddressBlock> trusted_proxies = {};
    Challenge challenge = {};
};

/// Streamable HTTP on one path and on those below it that narrow the choice of tools
/// (http_tool_choice.hpp), in both forms: with sessions for the handshake revisions
/// (2025-03-26 to 2025-11-25), without for 2026-07-28. Thread-safe.
///
/// A request is answered with JSON, unless its call sends messages first, or takes long in a
/// session whose revision primes streams: then with an event stream that ends in the reply. In a
/// session, leaving does not cancel and the stream can be resumed; without a session, leaving
/// cancels. Rule: protocol.md 2.4, 3.3, 5.1.
///
/// A session that another process has opened is adopted when its first request comes here; what
/// was sent on its streams elsewhere is answered as events that are not kept any more.
class StreamableHttp {
public:
    /// REQUIRES: the pool has nothing left to run when this is destroyed.
    StreamableHttp(StreamableOptions options, Endpoints& endpoints, SessionIds& session_ids,
                   CallPool& pool, Random& random);
    ~StreamableHttp();

    void add_routes(net::HttpServer& server);

    /// Forgets what is too old, and the sessions that were ended elsewhere; call now and then.
    void housekeep();
    /// On the way out: ends the streams that owe nobody a reply.
    void end_streams();
    /// Requests every running call's stop token.
    void cancel_calls();

    std::size_t session_count() const { return sessions_.size(); }

    struct Session;

private:
    class Call;
    class OpenCall;
    /// Why no session answers a request.
    struct NoSession {
        int status = 0;
        std::string_view message;
        bool must_wait = false;  ///< not a refusal yet: others must be asked, where one may wait
    };
    using Time = std::chrono::steady_clock::time_point;

    void dispatch(net::Request& request, net::Responder responder);
    std::string_view below_path(const net::Request& request) const;
    void post(net::Request& request, net::Responder responder);
    void read(net::Request& request, net::Responder responder, Accepted accepted, bool may_wait);
    void read_later(net::Request& request, net::Responder responder, Accepted accepted);
    void get(net::Request& request, net::Responder responder, bool may_wait);
    void end(net::Request& request, net::Responder responder);
    /// Runs `serve` with the same request on the pool, where it may wait.
    void later(net::Request& request, net::Responder responder,
               std::function<void(net::Request&, net::Responder)> serve);
    /// Runs the call here when it is quick or this thread may wait, and on the pool otherwise.
    void start(std::shared_ptr<Call> call, bool may_wait);

    /// The session of this id from now on; null when too many are open.
    std::shared_ptr<Session> keep(std::shared_ptr<Session> session);
    /// The session a request names; null: `why` is the refusal to send.
    std::shared_ptr<Session> find_session(const net::Request& request, bool may_wait,
                                          NoSession& why);
    /// A session that another process, or this one before a restart, has opened.
    std::shared_ptr<Session> adopt(std::string_view id, bool may_wait, NoSession& why);
    void open_standalone(const std::shared_ptr<Session>& session, net::Responder responder);
    void resume(Session& session, std::string_view last_event_id, net::Responder responder);
    void close_session(Session& session);
    void close_idle(std::chrono::milliseconds idle);
    void close_ended();
    static net::Reply no_session(const NoSession& why, const jsonrpc::Id& id = {});
    net::StreamHead stream_head() const;

    const StreamableOptions options_;
    Endpoints& endpoints_;
    SessionIds& session_ids_;
    CallPool& pool_;
    Random& random_;
    SessionTable<Session> sessions_;
    Delay priming_;  ///< last: its jobs use the others
};

}  // namespace shopkeeper::transport
