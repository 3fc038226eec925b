#pragma once

#include <string>
#include <string_view>

#include "domains/auth/scopes.hpp"
#include "net/form.hpp"
#include "oauth/clients.hpp"
#include "oauth/error.hpp"

/// What a program sends a browser with to the login page. Rule: OAuth 2.1 4.1.1; protocol.md 6.
namespace shopkeeper::oauth {

/// Who asks, and where the answer may go. Nothing is answered there before this is known.
struct Addressee {
    std::string client_id;
    std::string redirect_uri;
};

struct AuthorizationRequest {
    std::string state;
    std::string challenge;  ///< PKCE, S256
    auth::ScopeSet scopes;
};

/// Errors, to be shown to the person and sent nowhere: invalid_request.
OAuthResult<Addressee> read_addressee(const net::FormFields& parameters);

/// The rest, once the addressee is known to be the client's. Errors, to be sent there:
/// invalid_request, unsupported_response_type, invalid_scope, invalid_target.
OAuthResult<AuthorizationRequest> read_authorization_request(const net::FormFields& parameters,
                                                             std::string_view resource);

/// True for the verifier from which this challenge was made. Takes the same time for any other.
/// Rule: RFC 7636 4.6.
bool proves(std::string_view verifier, std::string_view challenge);

/// The value of a parameter that came once; empty when it is absent.
std::string_view value_of(const net::FormFields& parameters, std::string_view name);

}  // namespace shopkeeper::oauth
