#pragma once

#include <string_view>

#include "jsonrpc/message.hpp"
#include "net/http_message.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::transport {

/// A refusal by the carrier: a status and a JSON-RPC error, so that a client that only reads bodies
/// understands it too.
inline net::Reply refusal(int status, int code, std::string_view message,
                          const jsonrpc::Id& id = {}) {
    return {.status = status, .body = jsonrpc::error_message(id, code, message)};
}

/// 503: try again in a second. Rule: operations C7 (above the limits -> 503).
inline net::Reply busy(std::string_view message, const jsonrpc::Id& id = {}) {
    auto reply = refusal(503, jsonrpc::kInternalError, message, id);
    reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

/// The endpoint's answer as HTTP. A 401 carries the challenge it must. Rule: protocol.md 6.
inline net::Reply to_http(Reply reply, bool sent_token) {
    net::Reply http{.status = reply.http_status, .body = std::move(reply.json)};
    if (http.status == 401) {
        http.headers.emplace_back("WWW-Authenticate",
                                  sent_token ? "Bearer error=\"invalid_token\"" : "Bearer");
    }
    return http;
}

}  // namespace shopkeeper::transport
