#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "oauth_client/scopes.hpp"
#include "oauth_client/url.hpp"

namespace shopkeeper::oauth_client {

/// What an authorization server publishes about itself, as far as this client uses it.
/// Rule: RFC 8414 section 2, OpenID Connect Discovery 1.0 section 3.
struct AuthorizationServer {
    std::string issuer;                  ///< its name; compared exactly, never normalised
    std::string authorization_endpoint;  ///< empty: it has no users
    std::string token_endpoint;
    std::string registration_endpoint;  ///< empty: clients are registered by hand
    Scopes scopes_supported;
    std::vector<std::string> token_auth_methods;  ///< empty: not said
    bool supports_s256 = false;                   ///< PKCE, without which no code is asked for
    bool takes_metadata_documents = false;        ///< an URL as client id (CIMD)
    bool names_itself = false;  ///< sends `iss` with every authorization response (RFC 9207)
};

/// Where its document may lie, in the order of asking.
/// Rule: RFC 8414 section 3.1; MCP authorization, "Authorization Server Metadata Discovery".
std::vector<std::string> authorization_server_metadata_urls(const Url& issuer);

/// `server` is whom the client wants to speak with: it decides where endpoints may lie (see
/// `may_visit`).
/// Errors: unauthenticated, reason `invalid_server_metadata` or `issuer_mismatch`: who answered
/// calls itself differently, and might stand between us and the one we meant.
Result<AuthorizationServer> read_authorization_server(const Json& document, std::string_view issuer,
                                                      const Url& server);

/// One that publishes nothing has its endpoints at fixed places and PKCE.
/// Rule: MCP 2025-03-26 authorization, sections 2.3.2 and 2.3.3.
AuthorizationServer undocumented_authorization_server(const std::string& origin);

}  // namespace shopkeeper::oauth_client
