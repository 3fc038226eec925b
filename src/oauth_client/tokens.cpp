#include "oauth_client/tokens.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "net/http_message.hpp"
#include "oauth_client/json_members.hpp"
#include "oauth_client/oauth_error.hpp"
#include "oauth_client/refused.hpp"

namespace shopkeeper::oauth_client {
namespace {

constexpr UnixMs kExpiryMarginMs = 30'000;
/// A year: whatever is said beyond it, sums of milliseconds stay far from their limits.
constexpr std::int64_t kLifeSecondsMax = 366LL * 24 * 3600;
constexpr std::size_t kTokenBytesMax = std::size_t{16} * 1024;
constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What may stand in an `Authorization` header behind `Bearer` without changing its meaning.
bool is_access_token(std::string_view token) {
    return !token.empty() && token.size() <= kTokenBytesMax &&
           std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

Refusal invalid(const AuthorizationServer& server, const std::string& why) {
    return refused("invalid_token_response",
                   "The authorization server " + server.issuer + " has answered " + why);
}

}  // namespace

bool Tokens::is_stale(UnixMs now_ms) const {
    return expires_ms && *expires_ms - kExpiryMarginMs <= now_ms;
}

net::HttpRequest token_request(const AuthorizationServer& server, const Client& client,
                               net::FormFields grant, const std::string& assertion) {
    net::HttpRequest request{
        .method = "POST",
        .url = server.token_endpoint,
        .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                    {"Accept", "application/json"}},
    };
    switch (client.authentication) {
        case ClientAuthentication::client_secret_basic:
            // Form-encoded before they are joined: an id may hold a colon (RFC 6749 section 2.3.1).
            request.headers.emplace_back(
                "Authorization", "Basic " + encode_base64(net::form_encoded(client.id) + ":" +
                                                          net::form_encoded(client.secret)));
            break;
        case ClientAuthentication::client_secret_post:
            grant.emplace_back("client_id", client.id);
            grant.emplace_back("client_secret", client.secret);
            break;
        case ClientAuthentication::private_key_jwt:
            grant.emplace_back("client_id", client.id);
            grant.emplace_back("client_assertion_type", kAssertionType);
            grant.emplace_back("client_assertion", assertion);
            break;
        case ClientAuthentication::none:
            grant.emplace_back("client_id", client.id);
            break;
    }
    request.body = net::encode_form(grant);
    return request;
}

Result<Tokens> read_token_response(const net::HttpResponse& response,
                                   const AuthorizationServer& server, const Scopes& asked,
                                   UnixMs now_ms) {
    const auto json = parse_object(response.body);
    // Some say what is wrong under status 200.
    if (response.status != 200 || !json || json->contains("error")) {
        return failed_request(server, response);
    }
    if (!net::equals_ignoring_case(text_member(*json, "token_type"), "Bearer")) {
        return invalid(server, "with a kind of token that is not a bearer token.");
    }
    Tokens tokens{
        .access_token = text_member(*json, "access_token"),
        .refresh_token = text_member(*json, "refresh_token"),
        .scopes = json->contains("scope") ? read_scopes(text_member(*json, "scope")) : asked,
    };
    if (!is_access_token(tokens.access_token)) return invalid(server, "without a usable token.");
    const auto life = json->find("expires_in");
    if (life != json->end() && life->is_number()) {
        const auto seconds = std::clamp<double>(life->get<double>(), 0, kLifeSecondsMax);
        tokens.expires_ms = now_ms + static_cast<UnixMs>(seconds) * 1000;
    }
    return tokens;
}

}  // namespace shopkeeper::oauth_client
