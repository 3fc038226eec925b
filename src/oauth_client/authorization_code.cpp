#include "oauth_client/authorization_code.hpp"

#include <map>
#include <optional>

#include "base/crypto.hpp"
#include "net/form.hpp"
#include "oauth_client/oauth_error.hpp"
#include "oauth_client/refused.hpp"

namespace shopkeeper::oauth_client {
namespace {

/// nullopt where a parameter comes twice: two programs would read different ones (RFC 6749 section
/// 3.1).
std::optional<std::map<std::string, std::string>> parameters_of(std::string_view query) {
    std::map<std::string, std::string> parameters;
    for (auto& [name, value] : net::decode_form(query)) {
        if (!parameters.emplace(std::move(name), std::move(value)).second) return std::nullopt;
    }
    return parameters;
}

}  // namespace

std::string authorization_url(const AuthorizationServer& server,
                              const AuthorizationRequest& request) {
    net::FormFields fields{
        {"response_type", "code"},
        {"client_id", request.client_id},
        {"redirect_uri", request.redirect_uri},
        {"state", request.state},
        {"code_challenge", request.code_challenge},
        {"code_challenge_method", "S256"},
        {"resource", request.resource},
    };
    if (!request.scopes.empty()) fields.emplace_back("scope", spaced(request.scopes));
    const std::string& endpoint = server.authorization_endpoint;
    const char separator = endpoint.find('?') == std::string::npos ? '?' : '&';
    return endpoint + separator + net::encode_form(fields);
}

Result<std::string> read_authorization_response(std::string_view query,
                                                const AuthorizationServer& server,
                                                std::string_view state) {
    auto parameters = parameters_of(query);
    if (!parameters) {
        return refused("invalid_response",
                       "The browser came back with a parameter that is given twice.");
    }
    if (!equal_in_constant_time((*parameters)["state"], state)) {
        return refused("state_mismatch",
                       "The browser came back with an answer to another request; nothing of it is "
                       "used.");
    }
    const auto named = parameters->find("iss");
    const bool is_named = named != parameters->end();
    if (is_named ? named->second != server.issuer : server.names_itself) {
        return refused("issuer_mismatch",
                       "The answer does not come from the authorization server " + server.issuer +
                           ", which was asked; its code is not used.");
    }
    if (const auto error = parameters->find("error"); error != parameters->end()) {
        return oauth_refusal(
            server, {.code = error->second, .description = (*parameters)["error_description"]});
    }
    std::string code = std::move((*parameters)["code"]);
    if (code.empty()) {
        return refused("invalid_response", "The browser came back without a code.");
    }
    return code;
}

}  // namespace shopkeeper::oauth_client
