#include "mcp/server.hpp"

#include <algorithm>

#include "mcp/era.hpp"
#include "mcp/protocol.hpp"

namespace shopkeeper::mcp {
namespace {

using jsonrpc::Message;
using transport::McpHeaders;
using transport::Routing;

Routing refuse(const jsonrpc::Id& id, const ProtocolError& error) {
    return {Routing::Kind::refused, error.reply(id)};
}

ProtocolError invalid_request(std::string message) {
    return {jsonrpc::kInvalidRequest, std::move(message), {}, 400};
}

/// A batch belongs to the handshake era and holds neither its handshake nor the other era.
/// Rule: protocol.md 1 row 2, 5.1.
Routing route_batch(const std::vector<Message>& messages, const McpHeaders& headers) {
    const auto version =
        headers.protocol_version ? find_revision(*headers.protocol_version) : std::nullopt;
    if ((version && !has_handshake(*version)) || std::ranges::any_of(messages, claims_stateless)) {
        return refuse({}, invalid_request(
                              "Revision 2026-07-28 has no batches: send each message by itself."));
    }
    const bool initializes = std::ranges::any_of(
        messages, [](const Message& message) { return message.method == "initialize"; });
    if (initializes) return refuse({}, invalid_request("initialize must not be part of a batch."));
    return {Routing::Kind::in_session, std::nullopt};
}

}  // namespace

Server::Server(ToolHost& tools, const Clock& clock, const ServerOptions& options,
               const Features& features)
    : service_(tools, features, clock, options), stateless_(service_, Session::Kind::stateless) {}

std::shared_ptr<transport::Endpoint> Server::open() {
    return std::make_shared<Session>(service_, Session::Kind::conversation);
}

std::shared_ptr<transport::Endpoint> Server::resume(std::string_view agreement) {
    const auto agreed = Agreement::parse(agreement);
    if (!agreed) return nullptr;
    return std::make_shared<Session>(service_, Session::Kind::conversation, *agreed);
}

Routing Server::route(const jsonrpc::Incoming& incoming, const McpHeaders& headers) const {
    if (incoming.is_batch) return route_batch(incoming.messages, headers);
    const Message& message = incoming.messages.front();
    if (message.kind == Message::Kind::invalid)
        return refuse(message.id, invalid_request(message.problem));
    const EraOf era = era_of(message, &headers);
    if (!era) return refuse(message.id, era.error());
    if (*era == Era::stateless) return {Routing::Kind::stateless, std::nullopt};
    const bool opens = message.kind == Message::Kind::request && message.method == "initialize";
    return {opens ? Routing::Kind::opens_session : Routing::Kind::in_session, std::nullopt};
}

bool Server::knows_version(std::string_view version) const {
    const auto revision = find_revision(version);
    return revision && has_handshake(*revision);
}

}  // namespace shopkeeper::mcp
