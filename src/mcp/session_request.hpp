#pragma once

#include <optional>
#include <stop_token>
#include <string>

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

    const transport::McpHeaders* headers() const {
        return peer.over_http ? &peer.headers : nullptr;
    }
    const Json* param(const char* name) const { return member(&message.params, name); }
    /// The parameter `name` where it is a string.
    const std::string* text(const char* name) const {
        const Json* value = param(name);
        return value != nullptr ? value->get_ptr<const std::string*>() : nullptr;
    }
    Era era() const { return has_handshake(revision) ? Era::handshake : Era::stateless; }
};

/// Characters of a word of the client's that an error message repeats.
inline constexpr std::size_t kEchoedMax = 100;

inline ProtocolError invalid_params(std::string message) {
    return {jsonrpc::kInvalidParams, std::move(message)};
}

inline ProtocolError invalid_cursor() {
    return invalid_params("Invalid cursor: use the nextCursor of the page before, unchanged.");
}

}  // namespace shopkeeper::mcp
