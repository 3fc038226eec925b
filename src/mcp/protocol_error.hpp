#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "jsonrpc/message.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::mcp {

/// Why a request gets no result: a JSON-RPC error, and the status that an HTTP carrier gives it.
struct ProtocolError {
    int code;
    std::string message;
    std::string data_json = {};
    int http_status = 200;

    transport::Reply reply(const jsonrpc::Id& id) const {
        return {jsonrpc::error_message(id, code, message, data_json), http_status};
    }
};

/// The result of a request as JSON text, or the reason why there is none.
using Answer = tl::expected<std::string, ProtocolError>;

inline tl::unexpected<ProtocolError> fail(ProtocolError error) {
    return tl::unexpected(std::move(error));
}

}  // namespace shopkeeper::mcp
