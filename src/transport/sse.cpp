#include "transport/sse.hpp"

#include <algorithm>
#include <mutex>
#include <stop_token>

#include "transport/event_log.hpp"
#include "transport/http_replies.hpp"

namespace shopkeeper::transport {
namespace {

using Kind = jsonrpc::Message::Kind;

constexpr std::size_t kSessionIdBytes = 16;  // 128 unguessable bits

}  // namespace

/// One client: its stream and its conversation. What calls say on the way goes to the stream.
class Sse::Session final : public Outlet, public std::enable_shared_from_this<Session> {
public:
    Session(std::string new_id, std::shared_ptr<Endpoint> endpoint)
        : id(std::move(new_id)), endpoint_(std::move(endpoint)) {}

    /// False when too many streams are open.
    bool open(net::Responder responder, net::StreamHead head) {
        // Locked before the client can learn the session's id: its first reply finds the stream.
        const std::scoped_lock lock(mutex_);
        auto stream = responder.stream(std::move(head));
        if (!stream) {
            responder.reply(busy("Too many event streams are open; try again in a second."));
            return false;
        }
        stream_ = std::move(*stream);
        return true;
    }

    void send(std::string json) override { static_cast<void>(post(json)); }

    std::shared_ptr<OpenAnswer> keep_open() override {
        return std::make_shared<LaterAnswer>(shared_from_this());
    }

    /// False when the stream has ended.
    bool post(std::string_view json) {
        const std::scoped_lock lock(mutex_);
        return stream_ && stream_.send(message_event(json));
    }

    /// Tells the endpoint of a channel to `session`, which is this.
    void become_reachable(const std::shared_ptr<Session>& session) {
        endpoint_->reach_by(std::make_shared<Unasked>(session));
    }

    bool is_quick(const jsonrpc::Incoming& incoming) const {
        return incoming.messages.size() == 1 && endpoint_->is_quick(incoming.messages.front());
    }

    void announce(jsonrpc::Incoming& incoming) {
        for (auto& message : incoming.messages) endpoint_->announce(message);
    }

    /// A call was acknowledged: the stream stays until its reply is on it.
    void begin() {
        const std::scoped_lock lock(mutex_);
        ++calls_;
    }

    /// REQUIRES: `begin` was called for it.
    void run(const jsonrpc::Incoming& incoming, Peer peer) {
        peer.session = id;
        peer.gone = ended_.get_token();  // leaving does not cancel
        std::string replies;
        for (const auto& message : incoming.messages) {
            auto reply = receive(message, peer);
            if (!reply) continue;
            if (!replies.empty()) replies += ',';
            replies += reply->json;
        }
        if (!replies.empty()) send(incoming.is_batch ? "[" + replies + "]" : std::move(replies));
        finish();
    }

    void finish() {
        const std::scoped_lock lock(mutex_);
        if (--calls_ == 0 && is_ending_) stream_.end();
    }

    void end() {
        endpoint_->end_open_answers();
        const std::scoped_lock lock(mutex_);
        is_ending_ = true;
        if (calls_ == 0) stream_.end();
    }

    /// The client has left, and cannot come back: nobody is asked any more.
    void leave() { endpoint_->end_open_answers(); }

    void cancel() { ended_.request_stop(); }

    const std::string id;

private:
    class Unasked final : public Channel {
    public:
        explicit Unasked(std::weak_ptr<Session> session) : session_(std::move(session)) {}
        bool post(std::string json) override {
            const auto session = session_.lock();
            return session && session->post(json);
        }

    private:
        const std::weak_ptr<Session> session_;
    };

    /// A reply that comes later: the stream stays until then.
    class LaterAnswer final : public OpenAnswer {
    public:
        explicit LaterAnswer(std::shared_ptr<Session> session) : session_(std::move(session)) {
            session_->begin();
        }
        ~LaterAnswer() override { session_->finish(); }
        bool post(std::string json) override { return session_->post(json); }
        void finish(std::string json) override { session_->post(json); }

    private:
        const std::shared_ptr<Session> session_;
    };

    std::optional<Reply> receive(const jsonrpc::Message& message, const Peer& peer) {
        if (message.kind != Kind::notification) {
            return endpoint_->receive(message, peer, *this);
        }
        const std::scoped_lock lock(order_);
        return endpoint_->receive(message, peer, *this);
    }

    const std::shared_ptr<Endpoint> endpoint_;
    std::stop_source ended_;
    std::mutex order_;  ///< held while a notification is delivered: alone and in order

    std::mutex mutex_;
    // Guarded by mutex_.
    net::EventStream stream_;
    int calls_ = 0;
    bool is_ending_ = false;
};

Sse::Sse(SseOptions options, Endpoints& endpoints, CallPool& pool, Random& random)
    : options_(std::move(options)),
      endpoints_(endpoints),
      pool_(pool),
      random_(random),
      sessions_(options_.sessions_max) {}

Sse::~Sse() = default;

void Sse::add_routes(net::HttpServer& server) {
    server.route("GET", options_.stream_path,
                 [this](net::Request& request, net::Responder responder) {
                     open(request, std::move(responder));
                 });
    server.route("POST", options_.message_path,
                 [this](net::Request& request, net::Responder responder) {
                     post(request, std::move(responder));
                 });
}

void Sse::open(net::Request& request, net::Responder responder) {
    if (!read_accept(request).events) {
        return responder.reply(
            refusal(406, jsonrpc::kInvalidRequest, "Accept must allow text/event-stream."));
    }
    const auto session = std::make_shared<Session>(random_.hex(kSessionIdBytes), endpoints_.open());
    session->become_reachable(session);
    if (!sessions_.insert(session->id, session)) {
        return responder.reply(busy("Too many sessions are open; try again in a second."));
    }
    net::StreamHead head;
    head.headers.emplace_back("X-Accel-Buffering", "no");
    head.heartbeat = options_.heartbeat;
    head.first =
        "event: endpoint\ndata: " + options_.message_path + "?sessionId=" + session->id + "\n\n";
    head.on_close = [this, id = session->id] {
        if (const auto closed = sessions_.take(id)) closed->leave();
    };
    if (!session->open(std::move(responder), std::move(head))) sessions_.take(session->id);
}

void Sse::post(net::Request& request, net::Responder responder) {
    if (!is_json(request)) {
        return responder.reply(
            refusal(415, jsonrpc::kInvalidRequest, "Content-Type must be application/json."));
    }
    const auto id = request.query_parameter("sessionId");
    if (!id || id->empty()) {
        return responder.reply(
            refusal(400, jsonrpc::kInvalidRequest,
                    "The parameter sessionId is missing; take the whole address from "
                    "the endpoint event of the stream."));
    }
    auto session = sessions_.find(*id);
    if (!session) {
        return responder.reply(
            refusal(404, jsonrpc::kInvalidRequest,
                    "Session not found: its stream has ended, or another process "
                    "holds it (a load balancer must send one client's /sse and "
                    "/messages to one process); open a new stream."));
    }
    auto incoming = jsonrpc::parse(request.body);
    if (!incoming) {
        return responder.reply(refusal(400, jsonrpc::kParseError,
                                       "The body is not one JSON value nested at most " +
                                           std::to_string(kJsonDepthMax) + " deep."));
    }
    Peer peer = read_peer(request, options_.trusted_proxies);
    peer.over_http = false;  // the reply travels on the stream: no status, and no header rules
    peer.headers = {};
    const net::Reply accepted{.status = 202, .content_type = "text/plain", .body = "Accepted"};
    session->begin();
    if (session->is_quick(*incoming) && request.body.size() <= options_.inline_bytes_max) {
        responder.reply(accepted);
        return session->run(*incoming, std::move(peer));
    }
    const auto shared = std::make_shared<jsonrpc::Incoming>(std::move(*incoming));
    const bool is_accepted =
        pool_.try_run([session, shared, peer = std::move(peer)] { session->run(*shared, peer); },
                      [&] { session->announce(*shared); });
    if (is_accepted) return responder.reply(accepted);
    session->finish();
    responder.reply(busy("Too many calls are waiting; try again in a second."));
}

void Sse::end_streams() {
    for (const auto& session : sessions_.all()) session->end();
}

void Sse::cancel_calls() {
    for (const auto& session : sessions_.all()) session->cancel();
}

}  // namespace shopkeeper::transport
