#include "oauth/authorization_request.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "oauth/redirect_uri.hpp"

namespace shopkeeper::oauth {
namespace {

constexpr std::size_t kClientIdMax = 2000;
constexpr std::size_t kStateMax = 2000;
/// Base64url of a SHA-256.
constexpr std::size_t kChallengeSize = 43;
constexpr std::size_t kVerifierMin = 43;
constexpr std::size_t kVerifierMax = 128;

constexpr std::array<std::string_view, 8> kOnce = {
    "client_id", "redirect_uri", "response_type",         "state",
    "scope",     "resource",     "code_challenge_method", "code_challenge"};

bool comes_twice(const net::FormFields& parameters, std::string_view name) {
    return std::count_if(parameters.begin(), parameters.end(),
                         [&](const auto& field) { return field.first == name; }) > 1;
}

bool is_base64url(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

bool is_verifier(std::string_view text) {
    const bool fits = text.size() >= kVerifierMin && text.size() <= kVerifierMax;
    return fits && std::all_of(text.begin(), text.end(), [](char c) {
               return is_base64url({&c, 1}) || c == '.' || c == '~';
           });
}

OAuthResult<auth::ScopeSet> read_scopes(std::string_view list) {
    if (list.empty()) return auth::ScopeSet::reading();
    const auto scopes = auth::ScopeSet::parse(list);
    if (scopes.empty())
        return fail("invalid_scope", "none of these scopes is known; see scopes_supported");
    return scopes;
}

}  // namespace

std::string_view value_of(const net::FormFields& parameters, std::string_view name) {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const auto& field) { return field.first == name; });
    return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

OAuthResult<Addressee> read_addressee(const net::FormFields& parameters) {
    const auto client_id = value_of(parameters, "client_id");
    const auto redirect_uri = value_of(parameters, "redirect_uri");
    if (comes_twice(parameters, "client_id") || comes_twice(parameters, "redirect_uri"))
        return fail("invalid_request", "client_id and redirect_uri must come once");
    if (client_id.empty() || client_id.size() > kClientIdMax)
        return fail("invalid_request", "client_id is missing");
    if (!is_registrable_redirect(redirect_uri))
        return fail("invalid_request", "redirect_uri is missing, or none that may be used");
    return Addressee{std::string(client_id), std::string(redirect_uri)};
}

OAuthResult<AuthorizationRequest> read_authorization_request(const net::FormFields& parameters,
                                                             std::string_view resource) {
    for (const std::string_view name : kOnce) {
        if (comes_twice(parameters, name))
            return fail("invalid_request", std::string(name) + " must come once");
    }
    if (value_of(parameters, "response_type") != "code")
        return fail("unsupported_response_type", "response_type must be code");
    const auto state = value_of(parameters, "state");
    if (state.size() > kStateMax) return fail("invalid_request", "state is too long");
    const auto challenge = value_of(parameters, "code_challenge");
    const bool is_s256 = value_of(parameters, "code_challenge_method") == "S256";
    if (!is_s256 || challenge.size() != kChallengeSize || !is_base64url(challenge))
        return fail("invalid_request",
                    "PKCE is required: code_challenge_method must be S256 and code_challenge the "
                    "base64url of a SHA-256");
    // Programs of older revisions name none, and mean the only one there is.
    const auto target = value_of(parameters, "resource");
    if (!target.empty() && target != resource)
        return fail("invalid_target", "resource must be " + std::string(resource));
    const auto scopes = read_scopes(value_of(parameters, "scope"));
    if (!scopes) return tl::unexpected(scopes.error());
    return AuthorizationRequest{std::string(state), std::string(challenge), *scopes};
}

bool proves(std::string_view verifier, std::string_view challenge) {
    return is_verifier(verifier) && equal_in_constant_time(base64url(sha256(verifier)), challenge);
}

}  // namespace shopkeeper::oauth
