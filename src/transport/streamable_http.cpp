#include "transport/streamable_http.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>

#include "transport/http_replies.hpp"

namespace shopkeeper::transport {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Kind = jsonrpc::Message::Kind;

constexpr std::string_view kSessionHeader = "Mcp-Session-Id";
constexpr std::size_t kSessionIdBytes = 16;  // 128 unguessable bits

/// Rule: protocol.md 3.9.
constexpr int kHeaderMismatch = -32020;

/// The only revision with batches, and the first whose clients expect a priming event.
/// Rule: protocol.md 1 row 2, 2.4.
constexpr std::string_view kBatchRevision = "2025-03-26";
constexpr std::string_view kFirstPrimedRevision = "2025-11-25";

std::int64_t ticks(SteadyClock::time_point time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// What an error about the whole body may echo.
jsonrpc::Id only_id(const jsonrpc::Incoming& incoming) {
    return incoming.is_batch || incoming.messages.empty() ? jsonrpc::Id{}
                                                          : incoming.messages.front().id;
}

}  // namespace

/// One client of a handshake revision.
struct StreamableHttp::Session {
    Session(std::string new_id, std::shared_ptr<Endpoint> new_endpoint)
        : id(std::move(new_id)), endpoint(std::move(new_endpoint)) {}

    void touch() { used_ms = ticks(SteadyClock::now()); }
    bool is_idle(Time now, std::chrono::milliseconds limit) {
        const std::scoped_lock lock(mutex);
        return calls == 0 && !has_standalone && ticks(now) - used_ms > limit.count();
    }

    const std::string id;
    const std::shared_ptr<Endpoint> endpoint;
    std::stop_source ended;  ///< nobody waits for its answers any more
    std::atomic<std::int64_t> used_ms{ticks(SteadyClock::now())};
    std::atomic<int> calls = 0;

    std::mutex order;  ///< held while a notification or response is delivered: alone and in order

    std::mutex mutex;
    // Guarded by mutex.
    net::EventStream standalone;
    bool has_standalone = false;
    std::uint64_t streams = 0;
    std::map<std::uint64_t, std::shared_ptr<EventLog>> logs;
};

/// One POST on its way to its answer.
class StreamableHttp::Call final : public Outlet {
public:
    Call(StreamableHttp& host, net::Responder responder, Accepted accepted, Endpoint& endpoint,
         std::shared_ptr<Session> session, Peer peer, jsonrpc::Incoming incoming)
        : host_(host),
          endpoint_(endpoint),
          session_(std::move(session)),
          peer_(std::move(peer)),
          incoming_(std::move(incoming)),
          accepted_(accepted),
          responder_(std::move(responder)) {
        if (session_) ++session_->calls;
    }

    ~Call() override {
        if (!session_) return;
        session_->touch();
        --session_->calls;
    }

    /// The reply to `initialize` tells the new session's id, and must be the reply alone.
    void mark_opening() { is_opening_ = true; }

    bool is_quick() const {
        return incoming_.messages.size() <= host_.options_.inline_batch_max &&
               std::all_of(incoming_.messages.begin(), incoming_.messages.end(),
                           [&](const auto& message) { return endpoint_.is_quick(message); });
    }

    void announce() {
        for (auto& message : incoming_.messages) endpoint_.announce(message);
    }

    void send(std::string json) override {
        const std::scoped_lock lock(mutex_);
        if (is_done_ || is_opening_ || !open_events()) return;
        put(json);
    }

    /// Hands every message to the endpoint and answers.
    void run() {
        std::optional<Reply> answer;
        std::size_t answers = 0;
        for (const auto& message : incoming_.messages) {
            auto reply = receive(message);
            if (!reply) continue;
            if (!incoming_.is_batch)
                answer = std::move(reply);
            else if (answers++ == 0)
                answer = Reply{.json = "[" + std::move(reply->json)};
            else
                answer->json.append(",").append(reply->json);
        }
        if (answers > 0) answer->json += ']';
        const bool is_agreed = is_opening_ && !endpoint_.protocol_version().empty();
        if (is_opening_ && !is_agreed) host_.sessions_.take(session_->id);
        finish(std::move(answer), is_agreed);
    }

    /// True when its client could come back for the answer if only it had an event id.
    bool can_be_primed() const {
        return session_ && !is_opening_ && accepted_.events && has_request() &&
               endpoint_.protocol_version() >= kFirstPrimedRevision;
    }

    /// Opens the event stream of a call that is still running and has not opened it.
    void prime() {
        const std::scoped_lock lock(mutex_);
        if (!is_done_) open_events();
    }

    void refuse_busy() {
        const std::scoped_lock lock(mutex_);
        is_done_ = true;
        if (is_opening_) host_.sessions_.take(session_->id);
        responder_.reply(
            busy("Too many calls are waiting; try again in a second.", only_id(incoming_)));
    }

private:
    bool has_request() const {
        return std::any_of(incoming_.messages.begin(), incoming_.messages.end(),
                           [](const auto& message) { return message.kind == Kind::request; });
    }

    std::optional<Reply> receive(const jsonrpc::Message& message) {
        const bool in_order =
            session_ && message.kind != Kind::request && message.kind != Kind::invalid;
        if (!in_order) return endpoint_.receive(message, peer_, *this);
        const std::scoped_lock lock(session_->order);
        return endpoint_.receive(message, peer_, *this);
    }

    void finish(std::optional<Reply> answer, bool is_agreed) {
        const std::scoped_lock lock(mutex_);
        is_done_ = true;
        net::ReplyHeaders headers;
        if (is_agreed) headers.emplace_back(kSessionHeader, session_->id);
        const bool wants_events = answer && answer->http_status == 200 && !accepted_.json;
        if (log_ || stream_ || (wants_events && open_events(headers))) {
            if (answer) put(answer->json);
            if (log_) log_->finish(SteadyClock::now());
            stream_.end();
            return;
        }
        if (!answer) return responder_.reply({.status = 202});
        auto reply = to_http(std::move(*answer), peer_.bearer.has_value());
        reply.headers.insert(reply.headers.end(), headers.begin(), headers.end());
        responder_.reply(std::move(reply));
    }

    /// REQUIRES: mutex_ is held.
    void put(std::string_view json) {
        if (log_)
            log_->append(json);
        else
            stream_.send(message_event(json));
    }

    /// Turns the answer into an event stream, at the first message that comes before the reply.
    /// False when the client takes none or too many are open: the messages are dropped, the reply
    /// is not. REQUIRES: mutex_ is held.
    bool open_events(const net::ReplyHeaders& headers = {}) {
        if (log_ || stream_) return true;
        if (!accepted_.events) return false;
        auto head = host_.stream_head();
        head.headers.insert(head.headers.end(), headers.begin(), headers.end());
        const auto log = session_ ? open_log() : nullptr;
        if (log && endpoint_.protocol_version() >= kFirstPrimedRevision)
            head.first = log->priming_event();
        auto stream = responder_.stream(std::move(head));
        if (!stream) {
            accepted_.events = false;
            if (log) log->finish(SteadyClock::now());  // nobody knows it; it is forgotten in time
            return false;
        }
        if (log)
            log->attach(std::move(*stream));
        else
            stream_ = std::move(*stream);
        log_ = log;
        return true;
    }

    /// Known to the session before the client can know its id.
    std::shared_ptr<EventLog> open_log() {
        const std::scoped_lock lock(session_->mutex);
        auto& logs = session_->logs;
        if (logs.size() >= host_.options_.logs_max) {
            const auto oldest = std::find_if(logs.begin(), logs.end(), [](const auto& entry) {
                return entry.second->finished().has_value();
            });
            if (oldest != logs.end()) logs.erase(oldest);
        }
        auto log = std::make_shared<EventLog>(++session_->streams, host_.options_.log);
        logs.emplace(log->stream(), log);
        return log;
    }

    StreamableHttp& host_;
    Endpoint& endpoint_;
    const std::shared_ptr<Session> session_;  ///< null in the stateless revision
    const Peer peer_;
    jsonrpc::Incoming incoming_;
    bool is_opening_ = false;

    std::mutex mutex_;
    // Guarded by mutex_.
    Accepted accepted_;
    bool is_done_ = false;
    net::Responder responder_;
    net::EventStream stream_;        ///< stateless
    std::shared_ptr<EventLog> log_;  ///< in a session
};

StreamableHttp::StreamableHttp(StreamableOptions options, Endpoints& endpoints, CallPool& pool,
                               Random& random)
    : options_(std::move(options)),
      endpoints_(endpoints),
      pool_(pool),
      random_(random),
      sessions_(options_.sessions_max),
      priming_(options_.prime_after) {}

StreamableHttp::~StreamableHttp() = default;

void StreamableHttp::add_routes(net::HttpServer& server) {
    server.route("*", options_.path, [this](net::Request& request, net::Responder responder) {
        dispatch(request, std::move(responder));
    });
}

void StreamableHttp::dispatch(net::Request& request, net::Responder responder) {
    const auto method = request.method();
    if (method == "POST") return post(request, std::move(responder));
    if (method == "OPTIONS") {
        return responder.reply(
            {.status = 204, .headers = {{"Allow", "GET, POST, DELETE, OPTIONS"}}});
    }
    const bool is_session_method = method == "GET" || method == "DELETE";
    if (is_session_method && request.header(kSessionHeader)) {
        return method == "GET" ? get(request, std::move(responder))
                               : end(request, std::move(responder));
    }
    // Without a session there is nothing to listen to or to end; 405 is what clients take for "not
    // offered" and go on.
    auto reply = refusal(405, jsonrpc::kInvalidRequest,
                         is_session_method
                             ? "This method needs the header Mcp-Session-Id of an open session."
                             : "This path takes GET, POST and DELETE.");
    reply.headers.emplace_back("Allow", is_session_method ? "POST" : "GET, POST, DELETE");
    responder.reply(std::move(reply));
}

void StreamableHttp::post(net::Request& request, net::Responder responder) {
    const Accepted accepted = read_accept(request);
    if (!accepted.json && !accepted.events) {
        return responder.reply(refusal(406, jsonrpc::kInvalidRequest,
                                       "Accept must allow application/json or text/event-stream."));
    }
    if (!is_json(request)) {
        return responder.reply(
            refusal(415, jsonrpc::kInvalidRequest, "Content-Type must be application/json."));
    }
    if (request.body.size() <= options_.inline_bytes_max) {
        return read(request, std::move(responder), accepted, false);
    }
    struct Arrival {
        net::Request request;
        net::Responder responder;
    };
    auto arrival = std::make_shared<Arrival>(Arrival{std::move(request), std::move(responder)});
    const bool is_accepted = pool_.try_run([this, arrival, accepted] {
        read(arrival->request, std::move(arrival->responder), accepted, true);
    });
    if (!is_accepted) {
        arrival->responder.reply(busy("Too many calls are waiting; try again in a second."));
    }
}

void StreamableHttp::read(net::Request& request, net::Responder responder, Accepted accepted,
                          bool may_wait) {
    auto incoming = jsonrpc::parse(request.body);
    if (!incoming) {
        return responder.reply(refusal(400, jsonrpc::kParseError,
                                       "The body is not one JSON value nested at most " +
                                           std::to_string(kJsonDepthMax) + " deep."));
    }
    if (const auto name = differing_header(request)) {
        return responder.reply(refusal(
            400, kHeaderMismatch, "The header " + std::string(*name) + " came with two values.",
            only_id(*incoming)));
    }
    Peer peer = read_peer(request, options_.trusted_proxies);
    auto routing = endpoints_.route(*incoming, peer.headers);
    std::shared_ptr<Session> session;
    switch (routing.kind) {
        case Routing::Kind::refused: {
            auto reply = routing.refusal.value_or(Reply{.json = {}, .http_status = 400});
            return responder.reply(to_http(std::move(reply), peer.bearer.has_value()));
        }
        case Routing::Kind::stateless:
            return start(std::make_shared<Call>(*this, std::move(responder), accepted,
                                                endpoints_.stateless(), nullptr, std::move(peer),
                                                std::move(*incoming)),
                         may_wait);
        case Routing::Kind::opens_session:
            session = open_session();
            if (!session) {
                return responder.reply(busy(
                    "Too many sessions are open; end one or try again later.", only_id(*incoming)));
            }
            break;
        case Routing::Kind::in_session: {
            NoSession why;
            session = find_session(request, why);
            if (!session) {
                return responder.reply(
                    refusal(why.status, jsonrpc::kInvalidRequest, why.message, only_id(*incoming)));
            }
            if (incoming->is_batch && session->endpoint->protocol_version() != kBatchRevision) {
                return responder.reply(
                    refusal(400, jsonrpc::kInvalidRequest,
                            "Batches belong to revision 2025-03-26 only; send the "
                            "messages one by one."));
            }
        }
    }
    peer.session = session->id;
    peer.gone = session->ended.get_token();  // leaving does not cancel; ending the session does
    auto call = std::make_shared<Call>(*this, std::move(responder), accepted, *session->endpoint,
                                       session, std::move(peer), std::move(*incoming));
    if (routing.kind == Routing::Kind::opens_session) call->mark_opening();
    start(std::move(call), may_wait);
}

void StreamableHttp::start(std::shared_ptr<Call> call, bool may_wait) {
    if (may_wait || call->is_quick()) {
        call->run();
        return;
    }
    // Asked beforehand: once it runs, the call belongs to the pool's thread.
    const bool can_be_primed = call->can_be_primed();
    const bool is_accepted = pool_.try_run([call] { call->run(); }, [&call] { call->announce(); });
    if (!is_accepted) return call->refuse_busy();
    if (!can_be_primed) return;
    priming_.add([weak = std::weak_ptr(call)] {
        if (const auto running = weak.lock()) running->prime();
    });
}

std::shared_ptr<StreamableHttp::Session> StreamableHttp::open_session() {
    auto session = std::make_shared<Session>(random_.hex(kSessionIdBytes), endpoints_.open());
    if (sessions_.insert(session->id, session)) return session;
    close_idle(options_.session_idle_when_full);
    return sessions_.insert(session->id, session) ? session : nullptr;
}

std::shared_ptr<StreamableHttp::Session> StreamableHttp::find_session(const net::Request& request,
                                                                      NoSession& why) {
    const auto id = request.header(kSessionHeader);
    if (!id || id->empty()) {
        why = {400,
               "The header Mcp-Session-Id is missing; send initialize first and repeat the id of "
               "its reply."};
        return nullptr;
    }
    auto session = sessions_.find(*id);
    if (!session) {
        why = {404, "This session does not exist any more; send initialize again."};
        return nullptr;
    }
    const auto version = request.header("MCP-Protocol-Version");
    if (version && !endpoints_.knows_version(*version)) {
        why = {400, "MCP-Protocol-Version names a revision that sessions here do not have."};
        return nullptr;
    }
    session->touch();
    return session;
}

net::StreamHead StreamableHttp::stream_head() const {
    net::StreamHead head;
    head.headers.emplace_back("X-Accel-Buffering",
                              "no");  // a buffering proxy would hold events back
    head.heartbeat = options_.heartbeat;
    return head;
}

void StreamableHttp::get(net::Request& request, net::Responder responder) {
    const bool accepts_events = request.header("Accept") && read_accept(request).events;
    if (!accepts_events) {
        return responder.reply(
            refusal(406, jsonrpc::kInvalidRequest, "Accept must allow text/event-stream."));
    }
    NoSession why;
    const auto session = find_session(request, why);
    if (!session)
        return responder.reply(refusal(why.status, jsonrpc::kInvalidRequest, why.message));
    const auto last_event_id = request.header("Last-Event-ID");
    if (last_event_id && !last_event_id->empty()) {
        return resume(*session, *last_event_id, std::move(responder));
    }
    open_standalone(session, std::move(responder));
}

void StreamableHttp::open_standalone(const std::shared_ptr<Session>& session,
                                     net::Responder responder) {
    {
        const std::scoped_lock lock(session->mutex);
        if (session->has_standalone) {
            return responder.reply(refusal(409, jsonrpc::kInvalidRequest,
                                           "This session has its stream open already."));
        }
        session->has_standalone = true;
    }
    auto head = stream_head();
    head.on_close = [weak = std::weak_ptr(session)] {
        const auto alive = weak.lock();
        if (!alive) return;
        alive->touch();
        const std::scoped_lock lock(alive->mutex);
        alive->has_standalone = false;
    };
    // The lock is not held meanwhile: a peer that has left already closes the stream in here.
    auto stream = responder.stream(std::move(head));
    const std::scoped_lock lock(session->mutex);
    if (stream) {
        session->standalone = std::move(*stream);
        if (session->ended.stop_requested()) session->standalone.end();
        return;
    }
    session->has_standalone = false;
    responder.reply(busy("Too many event streams are open; try again in a second."));
}

void StreamableHttp::resume(Session& session, std::string_view last_event_id,
                            net::Responder responder) {
    std::shared_ptr<EventLog> log;
    const auto id = EventId::parse(last_event_id);
    if (id) {
        const std::scoped_lock lock(session.mutex);
        if (const auto at = session.logs.find(id->stream); at != session.logs.end())
            log = at->second;
    }
    if (!log) {
        return responder.reply(
            refusal(400, jsonrpc::kInvalidRequest,
                    "Last-Event-ID names no stream of this session, or its events "
                    "are not kept any more; repeat the request."));
    }
    auto stream = responder.stream(stream_head());
    if (!stream) {
        return responder.reply(busy("Too many event streams are open; try again in a second."));
    }
    log->resume(std::move(*stream), id->number);
}

void StreamableHttp::end(net::Request& request, net::Responder responder) {
    NoSession why;
    const auto session = find_session(request, why);
    if (!session)
        return responder.reply(refusal(why.status, jsonrpc::kInvalidRequest, why.message));
    close_session(*session);
    responder.reply({.status = 204});
}

void StreamableHttp::close_session(Session& session) {
    sessions_.take(session.id);
    session.ended.request_stop();
    const std::scoped_lock lock(session.mutex);
    session.standalone.end();
}

void StreamableHttp::close_idle(std::chrono::milliseconds idle) {
    const auto now = SteadyClock::now();
    for (const auto& session : sessions_.all()) {
        if (session->is_idle(now, idle)) close_session(*session);
    }
}

void StreamableHttp::housekeep() {
    close_idle(options_.session_idle);
    const auto now = SteadyClock::now();
    for (const auto& session : sessions_.all()) {
        const std::scoped_lock lock(session->mutex);
        std::erase_if(session->logs, [&](const auto& entry) {
            const auto finished = entry.second->finished();
            return finished && now - *finished > options_.log_kept;
        });
    }
}

void StreamableHttp::end_streams() {
    for (const auto& session : sessions_.all()) {
        const std::scoped_lock lock(session->mutex);
        session->standalone.end();
    }
}

void StreamableHttp::cancel_calls() {
    for (const auto& session : sessions_.all()) session->ended.request_stop();
}

}  // namespace shopkeeper::transport
