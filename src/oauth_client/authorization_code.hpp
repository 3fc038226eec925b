#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "oauth_client/authorization_server.hpp"
#include "oauth_client/scopes.hpp"

/// The way through a person's browser: the address it is sent to, and what it brings back.
namespace shopkeeper::oauth_client {

struct AuthorizationRequest {
    std::string client_id;
    std::string redirect_uri;
    std::string state;           ///< unguessable, for this request only
    std::string code_challenge;  ///< S256
    Scopes scopes;               ///< empty: left to the server
    std::string resource;        ///< whom the token is for (RFC 8707)
};

/// The URL that the browser opens. REQUIRES: the server has an authorization endpoint.
std::string authorization_url(const AuthorizationServer& server,
                              const AuthorizationRequest& request);

/// The code out of the query with which the browser came back.
/// Errors: unauthenticated. Reason `state_mismatch`: it is no answer to our request;
/// `issuer_mismatch`: somebody else answered than was asked, or did not say who (RFC 9207);
/// `invalid_response`: no code, or a parameter twice; else the error of the server, such as
/// `access_denied`.
Result<std::string> read_authorization_response(std::string_view query,
                                                const AuthorizationServer& server,
                                                std::string_view state);

}  // namespace shopkeeper::oauth_client
