#include "transport/streamable_http.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "transport/http_replies.hpp"
#include "transport/http_tool_choice.hpp"
#include "transport/streamable_session.hpp"

namespace shopkeeper::transport {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Kind = jsonrpc::Message::Kind;

/// Rule: protocol.md 3.9.
constexpr int kHeaderMismatch = -32020;

/// The only revision with batches, and the first whose clients expect a priming event.
/// Rule: protocol.md 1 row 2, 2.4.
constexpr std::string_view kBatchRevision = "2025-03-26";
constexpr std::string_view kFirstPrimedRevision = "2025-11-25";

/// What an error about the whole body may echo.
jsonrpc::Id only_id(const jsonrpc::Incoming& incoming) {
    return incoming.is_batch || incoming.messages.empty() ? jsonrpc::Id{}
                                                          : incoming.messages.front().id;
}

constexpr std::string_view kTooManyCalls = "Too many calls are waiting; try again in a second.";

}  // namespace

/// One POST on its way to its answer.
class StreamableHttp::Call final : public Outlet, public std::enable_shared_from_this<Call> {
public:
    /// `endpoint` answers; it outlives the call by itself, or `enter` or `open` sees to that.
    Call(StreamableHttp& host, net::Responder responder, Accepted accepted, Endpoint& endpoint,
         Peer peer, jsonrpc::Incoming incoming)
        : host_(host),
          endpoint_(endpoint),
          peer_(std::move(peer)),
          incoming_(std::move(incoming)),
          accepted_(accepted),
          responder_(std::move(responder)) {}

    ~Call() override {
        if (!session_) return;
        session_->touch();
        --session_->calls;
    }

    /// Makes it a call in a session: what `endpoint` belongs to.
    void enter(std::shared_ptr<Session> session) {
        session_ = std::move(session);
        ++session_->calls;
    }

    /// Makes it the call that agrees on a session. Its reply tells the id, which comes from the
    /// agreement, and must be the reply alone.
    void open(std::shared_ptr<Endpoint> endpoint) { opening_ = std::move(endpoint); }

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
        if (is_done_ || opening_ || !open_events()) return;
        put(json);
    }

    /// Only who was given an event id can come back.
    void send_away() override {
        const std::scoped_lock lock(mutex_);
        if (is_done_ || !can_be_primed() || !open_events()) return;
        log_->send_away(host_.options_.retry);
    }

    /// Not in a batch, whose replies go together.
    std::shared_ptr<OpenAnswer> keep_open() override;

    bool post_later(std::string_view json) {
        const std::scoped_lock lock(mutex_);
        return !is_done_ && put(json);
    }

    void finish_later(std::string_view json) {
        const std::scoped_lock lock(mutex_);
        if (is_done_) return;
        put(json);
        end_events();
    }

    void abandon() {
        const std::scoped_lock lock(mutex_);
        if (!is_done_) end_events();
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
        if (!opening_ || opening_->agreement().empty()) return finish(std::move(answer));
        auto session = host_.keep(
            std::make_shared<Session>(host_.session_ids_.issue(opening_->agreement()), opening_));
        if (!session) return refuse_busy(kTooManySessions);
        enter(std::move(session));
        finish(std::move(answer), {{std::string(kSessionHeader), session_->id.text}});
    }

    /// True when its client could come back for the answer if only it had an event id.
    bool can_be_primed() const {
        return session_ && accepted_.events && has_request() &&
               endpoint_.protocol_version() >= kFirstPrimedRevision;
    }

    /// Opens the event stream of a call that is still running and has not opened it.
    void prime() {
        const std::scoped_lock lock(mutex_);
        if (!is_done_) open_events();
    }

    void refuse_busy(std::string_view why) {
        const std::scoped_lock lock(mutex_);
        is_done_ = true;
        responder_.reply(busy(why, only_id(incoming_)));
    }

private:
    bool has_request() const {
        return std::any_of(incoming_.messages.begin(), incoming_.messages.end(),
                           [](const auto& message) { return message.kind == Kind::request; });
    }

    std::optional<Reply> receive(const jsonrpc::Message& message) {
        const bool in_order = session_ && message.kind == Kind::notification;
        if (!in_order) return endpoint_.receive(message, peer_, *this);
        const std::scoped_lock lock(session_->order);
        return endpoint_.receive(message, peer_, *this);
    }

    void finish(std::optional<Reply> answer, const net::ReplyHeaders& headers = {}) {
        const std::scoped_lock lock(mutex_);
        if (is_kept_open_ && !answer) return;
        const auto& challenge = host_.options_.challenge;
        const bool wants_events =
            answer && http_status(*answer, challenge) == 200 && !accepted_.json;
        if (log_ || stream_ || (wants_events && open_events(headers))) {
            if (answer) put(answer->json);
            return end_events();
        }
        is_done_ = true;
        if (!answer) return responder_.reply({.status = 202});
        auto reply = to_http(std::move(*answer), peer_.bearer.has_value(), challenge);
        reply.headers.insert(reply.headers.end(), headers.begin(), headers.end());
        responder_.reply(std::move(reply));
    }

    /// False when nobody will have it. REQUIRES: mutex_ is held.
    bool put(std::string_view json) {
        if (!log_) return stream_.send(message_event(json));
        log_->append(json);
        return true;
    }

    /// Nothing follows. REQUIRES: mutex_ is held.
    void end_events() {
        is_done_ = true;
        if (log_) log_->finish(SteadyClock::now());
        stream_.end();
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
    std::shared_ptr<Session> session_;   ///< null in the stateless revision, and while one opens
    std::shared_ptr<Endpoint> opening_;  ///< of the session that this call opens
    const Peer peer_;
    jsonrpc::Incoming incoming_;

    std::mutex mutex_;
    // Guarded by mutex_.
    Accepted accepted_;
    bool is_done_ = false;
    bool is_kept_open_ = false;
    net::Responder responder_;
    net::EventStream stream_;        ///< stateless
    std::shared_ptr<EventLog> log_;  ///< in a session
};

/// The stream of a call whose endpoint has returned already.
class StreamableHttp::OpenCall final : public OpenAnswer {
public:
    explicit OpenCall(std::shared_ptr<Call> call) : call_(std::move(call)) {}
    ~OpenCall() override { call_->abandon(); }
    bool post(std::string json) override { return call_->post_later(json); }
    void finish(std::string json) override { call_->finish_later(json); }

private:
    const std::shared_ptr<Call> call_;
};

std::shared_ptr<OpenAnswer> StreamableHttp::Call::keep_open() {
    const std::scoped_lock lock(mutex_);
    if (is_done_ || opening_ || incoming_.is_batch || !open_events()) return nullptr;
    is_kept_open_ = true;
    return std::make_shared<OpenCall>(shared_from_this());
}

StreamableHttp::StreamableHttp(StreamableOptions options, Endpoints& endpoints,
                               SessionIds& session_ids, CallPool& pool, Random& random)
    : options_(std::move(options)),
      endpoints_(endpoints),
      session_ids_(session_ids),
      pool_(pool),
      random_(random),
      sessions_(options_.sessions_max),
      priming_(options_.prime_after) {}

StreamableHttp::~StreamableHttp() = default;

void StreamableHttp::add_routes(net::HttpServer& server) {
    for (const std::string& path : {options_.path, options_.path + "/*"}) {
        server.route("*", path, [this](net::Request& request, net::Responder responder) {
            dispatch(request, std::move(responder));
        });
    }
}

void StreamableHttp::dispatch(net::Request& request, net::Responder responder) {
    const auto method = request.method();
    const auto below = below_path(request);
    if (!below.empty() && !read_choice_path(below)) {
        return responder.reply(refusal(404, jsonrpc::kInvalidRequest,
                                       "Below " + options_.path +
                                           " there are /x/{toolsets}, /readonly and "
                                           "/x/{toolsets}/readonly."));
    }
    if (method == "POST") return post(request, std::move(responder));
    if (method == "OPTIONS") {
        return responder.reply(
            {.status = 204, .headers = {{"Allow", "GET, POST, DELETE, OPTIONS"}}});
    }
    const bool is_session_method = method == "GET" || method == "DELETE";
    if (is_session_method && request.header(kSessionHeader)) {
        if (method == "GET") return get(request, std::move(responder), false);
        return later(
            request, std::move(responder),
            [this](net::Request& ended, net::Responder duty) { end(ended, std::move(duty)); });
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

std::string_view StreamableHttp::below_path(const net::Request& request) const {
    return request.path().substr(options_.path.size());
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
    read_later(request, std::move(responder), accepted);
}

void StreamableHttp::read_later(net::Request& request, net::Responder responder,
                                Accepted accepted) {
    later(request, std::move(responder),
          [this, accepted](net::Request& arrived, net::Responder duty) {
              read(arrived, std::move(duty), accepted, true);
          });
}

void StreamableHttp::later(net::Request& request, net::Responder responder,
                           std::function<void(net::Request&, net::Responder)> serve) {
    struct Arrival {
        net::Request request;
        net::Responder responder;
    };
    auto arrival = std::make_shared<Arrival>(Arrival{std::move(request), std::move(responder)});
    const bool is_accepted = pool_.try_run([arrival, serve = std::move(serve)] {
        serve(arrival->request, std::move(arrival->responder));
    });
    if (!is_accepted) arrival->responder.reply(busy(kTooManyCalls));
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
    if (auto choice = read_choice_path(below_path(request)))
        peer.choices.push_back(*std::move(choice));
    auto routing = endpoints_.route(*incoming, peer.headers);
    const auto make_call = [&](Endpoint& endpoint) {
        return std::make_shared<Call>(*this, std::move(responder), accepted, endpoint,
                                      std::move(peer), std::move(*incoming));
    };
    switch (routing.kind) {
        case Routing::Kind::refused: {
            auto reply = routing.refusal.value_or(Reply{.json = {}, .http_status = 400});
            return responder.reply(
                to_http(std::move(reply), peer.bearer.has_value(), options_.challenge));
        }
        case Routing::Kind::stateless:
            return start(make_call(endpoints_.stateless()), may_wait);
        case Routing::Kind::opens_session: {
            peer.gone = {};  // leaving does not cancel
            auto endpoint = endpoints_.open();
            auto call = make_call(*endpoint);
            call->open(std::move(endpoint));
            return start(std::move(call), may_wait);
        }
        case Routing::Kind::in_session:
            break;
    }
    NoSession why;
    auto session = find_session(request, may_wait, why);
    if (why.must_wait) return read_later(request, std::move(responder), accepted);
    if (!session) return responder.reply(no_session(why, only_id(*incoming)));
    if (incoming->is_batch && session->endpoint->protocol_version() != kBatchRevision) {
        return responder.reply(refusal(400, jsonrpc::kInvalidRequest,
                                       "Batches belong to revision 2025-03-26 only; send the "
                                       "messages one by one."));
    }
    peer.session = session->id.name;
    peer.gone = session->ended.get_token();  // leaving does not cancel; ending the session does
    auto call = make_call(*session->endpoint);
    call->enter(std::move(session));
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
    if (!is_accepted) return call->refuse_busy(kTooManyCalls);
    if (!can_be_primed) return;
    priming_.add([weak = std::weak_ptr(call)] {
        if (const auto running = weak.lock()) running->prime();
    });
}

net::StreamHead StreamableHttp::stream_head() const {
    net::StreamHead head;
    head.headers.emplace_back("X-Accel-Buffering",
                              "no");  // a buffering proxy would hold events back
    head.heartbeat = options_.heartbeat;
    return head;
}

void StreamableHttp::get(net::Request& request, net::Responder responder, bool may_wait) {
    const bool accepts_events = request.header("Accept") && read_accept(request).events;
    if (!accepts_events) {
        return responder.reply(
            refusal(406, jsonrpc::kInvalidRequest, "Accept must allow text/event-stream."));
    }
    NoSession why;
    const auto session = find_session(request, may_wait, why);
    if (why.must_wait) {
        return later(request, std::move(responder),
                     [this](net::Request& arrived, net::Responder duty) {
                         get(arrived, std::move(duty), true);
                     });
    }
    if (!session) return responder.reply(no_session(why));
    const auto last_event_id = request.header("Last-Event-ID");
    if (last_event_id && !last_event_id->empty()) {
        return resume(*session, *last_event_id, std::move(responder));
    }
    open_standalone(session, std::move(responder));
}

void StreamableHttp::open_standalone(const std::shared_ptr<Session>& session,
                                     net::Responder responder) {
    std::uint64_t number = 0;
    {
        const std::scoped_lock lock(session->mutex);
        if (session->has_standalone) {
            return responder.reply(refusal(409, jsonrpc::kInvalidRequest,
                                           "This session has its stream open already."));
        }
        session->has_standalone = true;
        number = ++session->standalones;
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
    std::unique_lock lock(session->mutex);
    if (stream) {
        // Its client may have left already and come back on another loop.
        if (number != session->standalones) return;
        session->standalone = std::move(*stream);
        if (session->ended.stop_requested()) session->standalone.end();
        lock.unlock();
        session->endpoint->on_reachable();
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
    const auto session = find_session(request, true, why);
    if (!session) return responder.reply(no_session(why));
    if (!session_ids_.end(session->id.name)) {
        return responder.reply(busy("The session cannot be ended now; try again in a second."));
    }
    close_session(*session);
    responder.reply({.status = 204});
}

}  // namespace shopkeeper::transport
