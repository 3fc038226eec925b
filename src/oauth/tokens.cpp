#include "oauth/tokens.hpp"

#include <optional>
#include <utility>

#include "domains/auth/grants.hpp"
#include "domains/auth/token.hpp"
#include "domains/auth/user.hpp"
#include "oauth/authorization_request.hpp"
#include "oauth/clients.hpp"

namespace shopkeeper::oauth {
namespace {

OAuthError invalid_grant() {
    return {"invalid_grant", "the code or token is not valid, or not any more"};
}

class TokenRequest {
public:
    TokenRequest(storage::Connection& connection, Random& random, UnixMs now_ms,
                 const auth::Authority& authority, const net::FormFields& parameters)
        : connection_(connection),
          random_(random),
          now_ms_(now_ms),
          authority_(authority),
          parameters_(parameters) {}

    TokenAnswer answer() {
        const auto target = value("resource");
        if (!target.empty() && target != authority_.oauth.resource)
            return OAuthError{"invalid_target", "resource must be " + authority_.oauth.resource};
        if (value("client_id").empty())
            return OAuthError{"invalid_request", "client_id is missing"};
        const auto type = value("grant_type");
        if (type == "authorization_code") return from_code();
        if (type == "refresh_token") return from_refresh_token();
        return OAuthError{"unsupported_grant_type",
                          "grant_type must be authorization_code or refresh_token"};
    }

private:
    std::string_view value(std::string_view name) const { return value_of(parameters_, name); }

    TokenAnswer from_code() {
        const auto grant = auth::find_grant_of_code(connection_, value("code"));
        if (!grant) return invalid_grant();
        // A code that comes again was stolen, whoever of the two has stolen it.
        const bool is_right = !grant->is_exchanged() && now_ms_ < grant->code_expires_ms &&
                              value("client_id") == grant->client_id &&
                              value("redirect_uri") == grant->redirect_uri &&
                              proves(value("code_verifier"), grant->challenge) && is_alive(*grant);
        if (!is_right) return end(*grant);
        auto refresh = auth::exchange_code(connection_, random_, now_ms_, *grant);
        if (!refresh) return end(*grant);
        mark_used(connection_, grant->client_id, now_ms_);
        return tokens(*grant, std::move(*refresh), grant->scopes);
    }

    TokenAnswer from_refresh_token() {
        const auto presented = value("refresh_token");
        const auto grant_id = auth::grant_named_by(presented);
        const auto grant = grant_id ? auth::find_grant(connection_, *grant_id) : std::nullopt;
        if (!grant) return invalid_grant();
        if (value("client_id") != grant->client_id || !is_alive(*grant)) return end(*grant);
        auto scopes = grant->scopes;
        if (const auto asked = value("scope"); !asked.empty()) {
            scopes = auth::ScopeSet::parse(asked);
            if (scopes.empty() || (scopes | grant->scopes) != grant->scopes)
                return OAuthError{"invalid_scope", "more scopes than were granted"};
        }
        auto next = auth::rotate_refresh_token(connection_, random_, now_ms_, *grant, presented);
        if (!next) return end(*grant);
        return tokens(*grant, std::move(*next), scopes);
    }

    TokenAnswer end(const auth::Grant& grant) {
        auth::end_grant(connection_, grant.id, now_ms_);
        return invalid_grant();
    }

    /// The person may still do what they allowed others to. Rule: domain A15, K7.
    bool is_alive(const auth::Grant& grant) {
        const auto user = auth::find_user(connection_, grant.user_id);
        return user && user->is_active && user->token_version == grant.token_version;
    }

    Tokens tokens(const auth::Grant& grant, std::string refresh, const auth::ScopeSet& scopes) {
        return {auth::issue_access_token(authority_.token_secret, authority_.oauth,
                                         {grant.id, scopes}, now_ms_, kAccessTtlS, random_),
                std::move(refresh), scopes};
    }

    storage::Connection& connection_;
    Random& random_;
    const UnixMs now_ms_;
    const auth::Authority& authority_;
    const net::FormFields& parameters_;
};

}  // namespace

TokenAnswer answer_token_request(storage::Connection& connection, Random& random, UnixMs now_ms,
                                 const auth::Authority& authority,
                                 const net::FormFields& parameters) {
    return TokenRequest(connection, random, now_ms, authority, parameters).answer();
}

void revoke(storage::Connection& connection, UnixMs now_ms, const auth::Authority& authority,
            const net::FormFields& parameters) {
    const auto token = value_of(parameters, "token");
    auto grant_id = auth::grant_named_by(token);
    if (!grant_id) {
        const auto claims =
            auth::read_access_token(authority.token_secret, authority.oauth, token, now_ms);
        if (claims) grant_id = claims->grant_id;
    }
    const auto grant = grant_id ? auth::find_grant(connection, *grant_id) : std::nullopt;
    if (grant && grant->client_id == value_of(parameters, "client_id"))
        auth::end_grant(connection, grant->id, now_ms);
}

}  // namespace shopkeeper::oauth
