#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "mcp/era.hpp"
#include "mcp/protocol.hpp"
#include "mcp/protocol_error.hpp"
#include "mcp/session.hpp"

/// Shared by the files of Session; nobody else includes it.
namespace shopkeeper::mcp {

/// One request or notification on its way through the session.
struct Session::Request {
    const jsonrpc::Message& message;
    const transport::Peer& peer;
    transport::Outlet& outlet;
    std::stop_source stop;
    Revision revision = kAssumed;
    std::optional<LogLevel> log_level;
    /// Its place among the requests of the client, for who keeps the answer open: takes it along.
    std::optional<InFlight::Ticket>* ticket = nullptr;
    /// Of a result that is a refusal: goes with the reply.
    std::optional<Demand>* demand = nullptr;
    Abilities abilities = {};
    const AskedCall* asked = nullptr;  ///< null: nothing was asked before
    /// The tools that its choices leave; nullopt: it makes none.
    std::optional<ToolSet> chosen = std::nullopt;

    const transport::McpHeaders* headers() const {
        return peer.over_http ? &peer.headers : nullptr;
    }
    const Json* param(const char* name) const { return member(&message.params, name); }
    /// The parameter `name` where it is a string.
    const std::string* text(const char* name) const {
        const Json* value = param(name);
        return value != nullptr ? value->get_ptr<const std::string*>() : nullptr;
    }
    const ClientInput* input() const { return asked == nullptr ? nullptr : &asked->input; }
    Era era() const { return has_handshake(revision) ? Era::handshake : Era::stateless; }
};

/// A row of the method table: which revisions have the method and who serves it.
struct Session::Method {
    std::string_view name;
    jsonrpc::Message::Kind kind;
    Revision since;
    Revision until;
    Answer (Session::*serve)(const Request&);
    /// Which feature it belongs to; null: to none that a server may lack.
    bool (*belongs_to)(const Features&) = nullptr;
    bool may_ask = false;  ///< its client, in the middle of it
};

/// Characters of a word of the client's that an error message repeats.
inline constexpr std::size_t kEchoedMax = 100;

inline ProtocolError invalid_params(std::string message) {
    return {jsonrpc::kInvalidParams, std::move(message)};
}

inline ProtocolError tasks_needed() {
    return missing_capability(R"({"extensions":{"io.modelcontextprotocol/tasks":{}}})");
}

inline ProtocolError invalid_cursor() {
    return invalid_params("Invalid cursor: use the nextCursor of the page before, unchanged.");
}

}  // namespace shopkeeper::mcp
