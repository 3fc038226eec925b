#include "oauth_client/authorization_server.hpp"

#include <algorithm>

#include "oauth_client/json_members.hpp"
#include "oauth_client/refused.hpp"

namespace shopkeeper::oauth_client {
namespace {

using Texts = std::vector<std::string>;

Refusal invalid(std::string_view issuer, const std::string& why) {
    return refused("invalid_server_metadata",
                   "The metadata of the authorization server " + std::string(issuer) + " " + why);
}

/// An endpoint that is absent, or one to which this client may go.
bool is_usable(const std::string& endpoint, const Url& server) {
    if (endpoint.empty()) return true;
    const auto url = parse_url(endpoint);
    return url && may_visit(*url, server);
}

}  // namespace

std::vector<std::string> authorization_server_metadata_urls(const Url& issuer) {
    const std::string origin = issuer.origin();
    const std::string oauth = "/.well-known/oauth-authorization-server";
    const std::string openid = "/.well-known/openid-configuration";
    std::string path = issuer.path;
    if (path.ends_with('/')) path.pop_back();
    if (path.empty()) return {origin + oauth, origin + openid};
    return {origin + oauth + path, origin + openid + path, origin + path + openid};
}

Result<AuthorizationServer> read_authorization_server(const Json& document, std::string_view issuer,
                                                      const Url& server) {
    AuthorizationServer found{
        .issuer = text_member(document, "issuer"),
        .authorization_endpoint = text_member(document, "authorization_endpoint"),
        .token_endpoint = text_member(document, "token_endpoint"),
        .registration_endpoint = text_member(document, "registration_endpoint"),
        .token_auth_methods =
            texts_member(document, "token_endpoint_auth_methods_supported").value_or(Texts()),
        .takes_metadata_documents = flag_member(document, "client_id_metadata_document_supported"),
        .names_itself = flag_member(document, "authorization_response_iss_parameter_supported"),
    };
    if (found.issuer != issuer) {
        return refused("issuer_mismatch",
                       "Whoever published metadata for the authorization server " +
                           std::string(issuer) + " calls itself by another name; it is not used.");
    }
    if (found.token_endpoint.empty()) return invalid(issuer, "names no token endpoint.");
    for (const std::string* endpoint :
         {&found.authorization_endpoint, &found.token_endpoint, &found.registration_endpoint}) {
        if (!is_usable(*endpoint, server)) {
            return invalid(issuer, "names an endpoint that is not a plain https URL.");
        }
    }
    const Texts pkce = texts_member(document, "code_challenge_methods_supported").value_or(Texts());
    found.supports_s256 = std::find(pkce.begin(), pkce.end(), "S256") != pkce.end();
    for (const std::string& scope : texts_member(document, "scopes_supported").value_or(Texts())) {
        found.scopes_supported = united(std::move(found.scopes_supported), read_scopes(scope));
    }
    return found;
}

AuthorizationServer undocumented_authorization_server(const std::string& origin) {
    return {
        .issuer = origin,
        .authorization_endpoint = origin + "/authorize",
        .token_endpoint = origin + "/token",
        .registration_endpoint = origin + "/register",
        .supports_s256 = true,
    };
}

}  // namespace shopkeeper::oauth_client
