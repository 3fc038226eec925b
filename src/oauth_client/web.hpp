#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "net/http_client.hpp"
#include "oauth_client/url.hpp"

namespace shopkeeper::oauth_client {

/// The Web as a client of `server` may use it: every URL passes `may_visit`, no redirection is
/// followed, and unless the server is on this machine only the public Internet is asked. Lives as
/// long as the client it is given. Thread-safe.
/// Rule: MCP security best practices, "Server-Side Request Forgery".
class Web {
public:
    /// `limits.reach` counts for a server that is not on this machine.
    Web(net::HttpClient& client, Url server, net::HttpLimits limits);

    const Url& server() const { return server_; }

    /// The answer, whatever its status.
    /// Errors: unauthenticated, reason `forbidden_url`; unavailable, when there is no answer.
    Result<net::HttpResponse> send(const net::HttpRequest& request, std::stop_token stop) const;

    /// The JSON object that lies at `url`; nullopt where none does: another status, or a page that
    /// some servers have for every address.
    /// Errors: those of `send`; unavailable, when the server could not look (5xx, 429).
    Result<std::optional<Json>> find_document(const std::string& url, std::stop_token stop) const;

private:
    net::HttpClient& client_;
    const Url server_;
    net::HttpLimits limits_;
};

}  // namespace shopkeeper::oauth_client
