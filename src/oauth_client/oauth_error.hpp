#pragma once

#include <string>

#include "base/result.hpp"
#include "net/http_client.hpp"
#include "oauth_client/authorization_server.hpp"

namespace shopkeeper::oauth_client {

/// How an authorization server says no. Rule: RFC 6749 sections 4.1.2.1 and 5.2.
struct OAuthError {
    std::string code;
    std::string description;
};

/// The refusal with that code as its reason. What the server wrote is cut, and cleaned of what
/// could act on a terminal.
Refusal oauth_refusal(const AuthorizationServer& server, const OAuthError& error);

/// The refusal for an answer that is not what was asked for: unavailable when the server could not
/// look (5xx, 429), else the error in its body, or `invalid_response`.
Refusal failed_request(const AuthorizationServer& server, const net::HttpResponse& response);

}  // namespace shopkeeper::oauth_client
