#pragma once

#include <string_view>

#include "jsonrpc/message.hpp"
#include "net/http_message.hpp"
#include "transport/challenge.hpp"
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

/// The status of the endpoint's answer: a demand becomes one where the caller can be told how to
/// meet it.
inline int http_status(const Reply& reply, const Challenge& challenge) {
    const bool challenges = reply.demand && challenge.leads_somewhere();
    return challenges ? status_of(*reply.demand) : reply.http_status;
}

/// The endpoint's answer as HTTP. A 401 carries the challenge it must. Rule: protocol.md 6.
inline net::Reply to_http(Reply reply, bool sent_token, const Challenge& challenge) {
    net::Reply http{.status = http_status(reply, challenge), .body = std::move(reply.json)};
    const std::string_view scope = reply.demand ? reply.demand->scopes : std::string_view();
    if (http.status == 401)
        http.headers.emplace_back("WWW-Authenticate", challenge.for_token(sent_token, scope));
    else if (http.status == 403 && reply.demand)
        http.headers.emplace_back("WWW-Authenticate", challenge.for_scope(scope));
    return http;
}

}  // namespace shopkeeper::transport
