#pragma once

#include <optional>
#include <string>

#include "mcp/client/authorizer.hpp"
#include "mcp/client/failure.hpp"
#include "mcp/client/patience.hpp"
#include "net/http_client.hpp"

namespace shopkeeper::mcp::client {

/// Where an HTTP server is and how to introduce oneself.
struct HttpServerPlace {
    std::string url;
    net::HeaderFields headers = {};    ///< on every request, e.g. an API key
    Authorizer* authorizer = nullptr;  ///< optional; outlives the client
};

/// Sends HTTP requests to one MCP server, with a token where one is needed. Thread-safe.
class HttpSender {
public:
    HttpSender(net::HttpClient& http, HttpServerPlace place)
        : http_(http), place_(std::move(place)) {}

    const std::string& url() const { return place_.url; }

    /// Sends `request` once, whatever the answer. Errors: those of `send` but unauthorized.
    Outcome<net::HttpHead> send_once(const net::HttpRequest& request, std::size_t body_bytes_max,
                                     net::HttpReceiver& receiver, const Patience& patience);

    /// Sends `request` until it is not challenged; the receiver sees every answer.
    /// Errors: unreachable, closed, timed_out, stopped, too_large, broken, unauthorized.
    Outcome<net::HttpHead> send(const net::HttpRequest& request, std::size_t body_bytes_max,
                                net::HttpReceiver& receiver, const Patience& patience);

private:
    std::optional<std::string> token();
    Outcome<net::HttpHead> send_with(const std::optional<std::string>& token,
                                     net::HttpRequest request, std::size_t body_bytes_max,
                                     net::HttpReceiver& receiver, const Patience& patience);

    net::HttpClient& http_;
    const HttpServerPlace place_;
};

/// The media type of an answer, without parameters, in lower case.
std::string media_type(const net::HttpHead& head);

}  // namespace shopkeeper::mcp::client
