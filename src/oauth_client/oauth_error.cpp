#include "oauth_client/oauth_error.hpp"

#include "base/text.hpp"
#include "oauth_client/json_members.hpp"
#include "oauth_client/refused.hpp"

namespace shopkeeper::oauth_client {
namespace {

constexpr std::size_t kCodeMax = 60;
constexpr std::size_t kDescriptionMax = 200;

std::string shown(std::string_view text, std::size_t max) {
    return text::truncate(text::clean(text), max);
}

}  // namespace

Refusal oauth_refusal(const AuthorizationServer& server, const OAuthError& error) {
    const std::string code = shown(error.code, kCodeMax);
    std::string message = "The authorization server " + server.issuer + " refuses: " + code;
    if (!error.description.empty()) message += ", " + shown(error.description, kDescriptionMax);
    return refused(code, message + ".");
}

Refusal failed_request(const AuthorizationServer& server, const net::HttpResponse& response) {
    const std::string status = std::to_string(response.status);
    if (response.status >= 500 || response.status == 429) {
        return refuse(ErrorCode::unavailable, "The authorization server " + server.issuer +
                                                  " answers with status " + status +
                                                  "; try again later.");
    }
    const Json body = parse_object(response.body).value_or(Json::object());
    const OAuthError error{.code = text_member(body, "error"),
                           .description = text_member(body, "error_description")};
    if (!error.code.empty()) return oauth_refusal(server, error);
    return refused("invalid_response", "The authorization server " + server.issuer +
                                           " has answered with status " + status +
                                           " and nothing that can be used.");
}

}  // namespace shopkeeper::oauth_client
