#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "oauth_client/authorization_server.hpp"
#include "oauth_client/client.hpp"
#include "oauth_client/scopes.hpp"

/// Dynamic client registration. Rule: RFC 7591.
namespace shopkeeper::oauth_client {

/// What this program says about itself.
struct ClientDescription {
    std::string name;          ///< shown to the person who is asked
    std::string redirect_uri;  ///< on this machine, so the application type is native
    Scopes scopes;             ///< all that it may ever ask for here; empty: left to the server
};

/// The body of the request to the registration endpoint of `server`.
std::string registration_request(const ClientDescription& client,
                                 const AuthorizationServer& server);

/// What the endpoint has answered with 200 or 201. A method of authentication that the answer does
/// not name is chosen from what the server takes.
/// Errors: unauthenticated, reason `invalid_registration`.
Result<Client> read_registration(std::string_view document, const ClientDescription& client,
                                 const AuthorizationServer& server);

}  // namespace shopkeeper::oauth_client
