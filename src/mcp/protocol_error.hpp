#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "jsonrpc/message.hpp"
#include "mcp/protocol.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::mcp {

/// Why a request gets no result: a JSON-RPC error, and the status that an HTTP carrier gives it.
struct ProtocolError {
    int code;
    std::string message;
    std::string data_json = {};
    int http_status = 200;
    std::optional<Demand> demand = {};

    transport::Reply reply(const jsonrpc::Id& id) const {
        return {jsonrpc::error_message(id, code, message, data_json), http_status, demand};
    }
};

/// The result of a request as JSON text, or the reason why there is none.
using Answer = tl::expected<std::string, ProtocolError>;

inline tl::unexpected<ProtocolError> fail(ProtocolError error) {
    return tl::unexpected(std::move(error));
}

/// The client must declare `capabilities_json` for this request. Rule: protocol.md 3.3 step 10.
inline ProtocolError missing_capability(std::string_view capabilities_json) {
    return {kMissingCapability, "The client does not declare a capability that this request needs.",
            R"({"requiredCapabilities":)" + std::string(capabilities_json) + "}", 400};
}

}  // namespace shopkeeper::mcp
