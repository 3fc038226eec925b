#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/form.hpp"
#include "net/http_client.hpp"
#include "oauth_client/authorization_server.hpp"
#include "oauth_client/client.hpp"
#include "oauth_client/scopes.hpp"

/// The conversation with a token endpoint. Rule: RFC 6749 sections 2.3, 4.1.3, 4.4.2, 5 and 6.
namespace shopkeeper::oauth_client {

/// What one authorization server has issued for one protected server.
struct Tokens {
    std::string access_token;
    std::string refresh_token = {};         ///< empty: there is none
    Scopes scopes = {};                     ///< what was granted
    std::optional<UnixMs> expires_ms = {};  ///< nullopt: nobody has said

    /// About to end, or ended: a request on its way must not find out.
    bool is_stale(UnixMs now_ms) const;
};

/// The request that asks for tokens by `grant`. `assertion` is the client's, for private_key_jwt.
net::HttpRequest token_request(const AuthorizationServer& server, const Client& client,
                               net::FormFields grant, const std::string& assertion = {});

/// What the endpoint has answered. A scope that it does not name is as it was asked for.
/// Errors: those of `failed_request`; unauthenticated, reason `invalid_token_response`: no token
/// that could be used.
Result<Tokens> read_token_response(const net::HttpResponse& response,
                                   const AuthorizationServer& server, const Scopes& asked,
                                   UnixMs now_ms);

}  // namespace shopkeeper::oauth_client
