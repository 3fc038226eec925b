#pragma once

#include <optional>

#include "jsonrpc/message.hpp"
#include "mcp/protocol_error.hpp"
#include "transport/transport.hpp"

/// Which of the two eras of MCP a message belongs to. Decided for each message on its own: clients
/// switch within one connection (Claude Code sends `initialize` after `server/discover`).
namespace shopkeeper::mcp {

enum class Era { handshake, stateless };

using EraOf = tl::expected<Era, ProtocolError>;

/// The era of one message. `headers` is nullptr where the carrier has none.
/// Errors: a message that claims both eras, or one but not the other's marks.
/// Rule: protocol.md 5.1.
EraOf era_of(const jsonrpc::Message& message, const transport::McpHeaders* headers);

/// The checks that a stateless request passes before its method is looked at, in this order:
/// version header, envelope, version, method and name headers. Nullopt when all is well. Rule:
/// protocol.md 3.3, steps 4 to 7.
std::optional<ProtocolError> check_envelope(const jsonrpc::Message& message,
                                            const transport::McpHeaders* headers);

/// True when the message's `_meta` names a protocol version, whatever version that is.
bool claims_stateless(const jsonrpc::Message& message);

}  // namespace shopkeeper::mcp
