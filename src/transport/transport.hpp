#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/demand.hpp"
#include "jsonrpc/message.hpp"
#include "transport/tool_choice.hpp"

/// How messages travel. A transport turns bytes into JSON-RPC messages and back and knows nothing
/// else; what a message means is decided behind `Endpoint`, which the protocol room implements.
namespace shopkeeper::transport {

/// The request headers that the protocol has an opinion about, values as sent (optional white space
/// around them removed, nothing decoded). Differing repeats of one header are refused by the
/// carrier.
struct McpHeaders {
    std::optional<std::string> protocol_version;              ///< MCP-Protocol-Version
    std::optional<std::string> method;                        ///< Mcp-Method
    std::optional<std::string> name;                          ///< Mcp-Name
    std::vector<std::pair<std::string, std::string>> params;  ///< Mcp-Param-<first>: second
};

/// What the carrier knows about the sender of one message.
struct Peer {
    bool over_http = false;         ///< headers are meaningful; replies carry a status
    std::string address = "local";  ///< numeric address, or "local" on stdio
    bool is_loopback = true;
    std::optional<std::string> bearer;  ///< the token of `Authorization: Bearer`
    std::string session;  ///< the conversation's id where there is one, for rate limits
    McpHeaders headers;
    std::vector<ToolChoice> choices;  ///< of the request's path and headers; each narrows
    /// Requested when nobody waits for the answer any more: the process stops, or the peer left and
    /// its revision says that leaving cancels.
    std::stop_token gone;
};

/// The answer to one message. `http_status` is what an HTTP carrier sends with it, unless it turns
/// the demand into a challenge.
struct Reply {
    std::string json;
    int http_status = 200;
    std::optional<Demand> demand = {};
};

/// A way to one client beside the answers to its requests. Thread-safe; never blocks.
class Channel {
public:
    virtual ~Channel() = default;
    /// False when the client cannot take it now: it listens to nothing, or does not read what it
    /// has. REQUIRES: `json` is one JSON-RPC message without line feeds.
    virtual bool post(std::string json) = 0;
};

/// The answer to a request that stays open after `Endpoint::receive` has returned. Whoever drops it
/// unfinished ends it without a word.
class OpenAnswer : public Channel {
public:
    /// The last message.
    virtual void finish(std::string json) = 0;
};

/// Where messages go that belong to a request and come before its reply (progress, log lines).
/// Thread-safe. An HTTP carrier turns the reply into an event stream at the first of them.
class Outlet {
public:
    virtual ~Outlet() = default;
    /// REQUIRES: `json` is one JSON-RPC message without line feeds. Dropped when the peer is gone.
    virtual void send(std::string json) = 0;
    /// Ends the client's connection: it comes back for what follows, where it can.
    virtual void send_away() {}
    /// Keeps the answer of this request open: `receive` then returns no reply. Null where the
    /// client takes no event stream, or too many are open, or the request is one of a batch.
    virtual std::shared_ptr<OpenAnswer> keep_open() { return nullptr; }
};

/// One client's conversation, as the protocol sees it. Thread-safe: requests may be delivered
/// concurrently; `initialize` and notifications are delivered alone and in order.
class Endpoint {
public:
    virtual ~Endpoint() = default;

    /// Tells of a message that will be received later, on another thread: announced in the order of
    /// arrival, a cancellation that is read right after its request finds it. Never blocks.
    /// REQUIRES: every announced message is received, once.
    virtual void announce(jsonrpc::Message& message) { static_cast<void>(message); }

    /// Handles one message (any kind, invalid ones too) and returns the reply; nullopt for
    /// notifications, responses, and requests that the peer cancelled or that are kept open. Never
    /// throws. May block on the database unless `is_quick`.
    virtual std::optional<Reply> receive(const jsonrpc::Message& message, const Peer& peer,
                                         Outlet& outlet) = 0;

    /// True when `receive` of this message waits for nothing: the carrier then answers on the
    /// thread that read it, since handing over costs more than such a call.
    virtual bool is_quick(const jsonrpc::Message& message) const = 0;

    /// How the client is reached beside its requests. Called once, before the first message.
    virtual void reach_by(std::shared_ptr<Channel> channel) { static_cast<void>(channel); }
    /// The channel takes messages again, or for the first time.
    virtual void on_reachable() {}
    /// The carrier ends: finishes every answer that is kept open, and keeps no more.
    virtual void end_open_answers() {}

    /// The revision agreed by `initialize`; empty before.
    virtual std::string protocol_version() const = 0;

    /// Everything that `initialize` agreed, as short text (at most SessionIds::kAgreementMax bytes)
    /// that `Endpoints::resume` understands; empty before.
    virtual std::string agreement() const = 0;
};

/// What an HTTP carrier must know about a body before it can choose a conversation for it.
struct Routing {
    enum class Kind {
        stateless,      ///< 2026-07-28: no session, `Endpoints::stateless()` answers
        opens_session,  ///< `initialize`: a new session answers
        in_session,     ///< needs the session that the header names
        refused,        ///< `refusal` is the whole answer
    };
    Kind kind = Kind::refused;
    std::optional<Reply> refusal;
};

/// Makes and finds conversations. Thread-safe. Implemented by mcp::Server.
class Endpoints {
public:
    virtual ~Endpoints() = default;
    /// A new conversation with one client. It serves every revision, classified per message.
    virtual std::shared_ptr<Endpoint> open() = 0;
    /// A conversation that has agreed so already, on another process or before a restart; null when
    /// the agreement is not understood.
    virtual std::shared_ptr<Endpoint> resume(std::string_view agreement) = 0;
    /// The one endpoint of all requests without a session.
    virtual Endpoint& stateless() = 0;
    /// Rule: protocol.md 5.1 (body first, then headers).
    virtual Routing route(const jsonrpc::Incoming& incoming, const McpHeaders& headers) const = 0;
    /// True when this revision may be named by an MCP-Protocol-Version header of a session.
    virtual bool knows_version(std::string_view version) const = 0;
};

}  // namespace shopkeeper::transport
