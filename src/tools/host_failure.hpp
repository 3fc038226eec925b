#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "mcp/asker.hpp"
#include "mcp/host_answer.hpp"
#include "mcp/tool_host.hpp"
#include "tools/content.hpp"

/// Between the protocol's words and the gate's, for what is served beside tools.
namespace shopkeeper::tools {

/// A call of this name by who asks, without arguments.
inline mcp::ToolCall call_of(const mcp::Asker& asker, std::string_view name) {
    return {.name = name,
            .arguments = Json::object(),
            .meta = asker.meta,
            .bearer = asker.bearer,
            .address = asker.address,
            .is_loopback = asker.is_loopback,
            .session = asker.session,
            .cancelled = asker.gone};
}

/// The shop's no, with the error object that a tool would give.
inline mcp::HostFailure failure_of(const Error& error, std::string_view request_id = {},
                                   const std::optional<Demand>& demand = std::nullopt) {
    return {.kind = mcp::HostFailure::Kind::refused,
            .message = error.message,
            .data_json = error_json(error, request_id),
            .demand = demand};
}

inline mcp::HostFailure broken(std::string_view request_id) {
    return {.kind = mcp::HostFailure::Kind::failed,
            .message = "internal error (request " + std::string(request_id) + ")"};
}

}  // namespace shopkeeper::tools
