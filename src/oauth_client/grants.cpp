#include "oauth_client/grants.hpp"

#include "base/crypto.hpp"
#include "oauth_client/authorization_code.hpp"
#include "oauth_client/client_assertion.hpp"
#include "oauth_client/oauth_error.hpp"
#include "oauth_client/pkce.hpp"
#include "oauth_client/refused.hpp"
#include "oauth_client/registration.hpp"

namespace shopkeeper::oauth_client {
namespace {

std::string unguessable(Random& random) {
    constexpr std::size_t kBytes = 32;
    return random.hex(kBytes);
}

/// A refresh token is asked for where there is such a scope, and never as the only one: then the
/// server would not add its own default. Rule: SEP-2207.
Scopes with_offline_access(Scopes scopes, const AuthorizationServer& server) {
    constexpr std::string_view kOfflineAccess = "offline_access";
    if (scopes.empty() || !contains(server.scopes_supported, kOfflineAccess)) return scopes;
    return united(std::move(scopes), {std::string(kOfflineAccess)});
}

Client as_client(const ConfiguredClient& configured, const AuthorizationServer& server) {
    Client client{.id = configured.id, .secret = configured.secret, .key = configured.key};
    if (configured.key) {
        client.authentication = ClientAuthentication::private_key_jwt;
    } else if (!configured.secret.empty()) {
        client.authentication = authentication_with_secret(server);
    }
    return client;
}

}  // namespace

Result<Grants::Granted> Grants::grant(const Discovery& discovery, const Scopes& scopes,
                                      const std::optional<Client>& registered,
                                      const std::stop_token& stop) {
    if (!with_.browser) return grant_to_client(discovery, scopes, stop);
    return grant_by_person(discovery, with_offline_access(scopes, discovery.server), registered,
                           stop);
}

Result<Grants::Granted> Grants::grant_by_person(const Discovery& discovery, const Scopes& scopes,
                                                const std::optional<Client>& registered,
                                                const std::stop_token& stop) {
    const AuthorizationServer& server = discovery.server;
    if (server.authorization_endpoint.empty()) {
        return refused("no_authorization_endpoint",
                       "The authorization server " + server.issuer +
                           " has no page where a person could sign in.");
    }
    if (!server.supports_s256) {
        return refused("pkce_unsupported",
                       "The authorization server " + server.issuer +
                           " does not say that it knows PKCE with S256; without it a stolen code "
                           "is as good as a token.");
    }
    const auto redirect_uri = with_.browser->redirect_uri();
    if (!redirect_uri) return Refusal(redirect_uri.error());
    const auto client = find_client(discovery, scopes, registered, *redirect_uri, stop);
    if (!client) return Refusal(client.error());

    const Pkce pkce = make_pkce(with_.random);
    const std::string state = unguessable(with_.random);
    const std::string url = authorization_url(server, {.client_id = client->id,
                                                       .redirect_uri = *redirect_uri,
                                                       .state = state,
                                                       .code_challenge = pkce.challenge,
                                                       .scopes = scopes,
                                                       .resource = discovery.resource.resource});
    const auto query = with_.browser->visit(url, state, stop);
    if (!query) return Refusal(query.error());
    const auto code = read_authorization_response(*query, server, state);
    if (!code) return Refusal(code.error());
    auto tokens = ask(server, *client,
                      {{"grant_type", "authorization_code"},
                       {"code", *code},
                       {"redirect_uri", *redirect_uri},
                       {"code_verifier", pkce.verifier},
                       {"resource", discovery.resource.resource}},
                      scopes, stop);
    if (!tokens) return Refusal(tokens.error());
    return Granted{.client = *client, .tokens = *std::move(tokens)};
}

Result<Grants::Granted> Grants::grant_to_client(const Discovery& discovery, const Scopes& scopes,
                                                const std::stop_token& stop) {
    const auto client = given_client(discovery.server);
    if (!client || client->authentication == ClientAuthentication::none) {
        return refused("registration_needed",
                       "To get tokens for itself at " + discovery.server.issuer +
                           ", this program must be given the id and the secret or key of a client "
                           "that is registered there.");
    }
    net::FormFields fields{{"grant_type", "client_credentials"},
                           {"resource", discovery.resource.resource}};
    if (!scopes.empty()) fields.emplace_back("scope", spaced(scopes));
    auto tokens = ask(discovery.server, *client, std::move(fields), scopes, stop);
    if (!tokens) return Refusal(tokens.error());
    return Granted{.client = *client, .tokens = *std::move(tokens)};
}

Result<Tokens> Grants::refresh(const AuthorizationServer& server, const Client& client,
                               const std::string& resource, const Tokens& tokens,
                               const std::stop_token& stop) {
    auto fresh = ask(server, client,
                     {{"grant_type", "refresh_token"},
                      {"refresh_token", tokens.refresh_token},
                      {"resource", resource}},
                     tokens.scopes, stop);
    if (fresh && fresh->refresh_token.empty()) fresh->refresh_token = tokens.refresh_token;
    return fresh;
}

std::optional<Client> Grants::given_client(const AuthorizationServer& server) const {
    for (const ConfiguredClient& configured : identity_.clients) {
        if (configured.issuer.empty() || configured.issuer == server.issuer) {
            return as_client(configured, server);
        }
    }
    if (server.takes_metadata_documents && !identity_.metadata_url.empty()) {
        return Client{.id = identity_.metadata_url};
    }
    return std::nullopt;
}

Result<Client> Grants::find_client(const Discovery& discovery, const Scopes& scopes,
                                   const std::optional<Client>& registered,
                                   const std::string& redirect_uri, const std::stop_token& stop) {
    if (auto given = given_client(discovery.server)) return *std::move(given);
    if (registered && registered->redirect_uri == redirect_uri &&
        !registered->is_expired(with_.clock.now_ms())) {
        return *registered;
    }
    return register_client(discovery, scopes, redirect_uri, stop);
}

Result<Client> Grants::register_client(const Discovery& discovery, const Scopes& scopes,
                                       const std::string& redirect_uri,
                                       const std::stop_token& stop) {
    const AuthorizationServer& server = discovery.server;
    if (server.registration_endpoint.empty()) {
        return refused("registration_needed",
                       "The authorization server " + server.issuer +
                           " registers no clients by itself. Register this program there by hand "
                           "and configure the client id.");
    }
    const ClientDescription description{
        .name = identity_.name,
        .redirect_uri = redirect_uri,
        // What a later step-up may ask for belongs to it: some servers hold clients to this list.
        .scopes = united(scopes, discovery.resource.scopes_supported),
    };
    const auto response = web_.send(
        {.method = "POST",
         .url = server.registration_endpoint,
         .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
         .body = registration_request(description, server)},
        stop);
    if (!response) return Refusal(response.error());
    if (response->status != 200 && response->status != 201) {
        return failed_request(server, *response);
    }
    return read_registration(response->body, description, server);
}

Result<Tokens> Grants::ask(const AuthorizationServer& server, const Client& client,
                           net::FormFields grant, const Scopes& scopes,
                           const std::stop_token& stop) {
    std::string assertion;
    if (client.key) {
        assertion = client_assertion(*client.key, client.id, server.issuer, with_.clock.now_ms(),
                                     with_.random);
    }
    const auto response =
        web_.send(token_request(server, client, std::move(grant), assertion), stop);
    if (!response) return Refusal(response.error());
    return read_token_response(*response, server, scopes, with_.clock.now_ms());
}

}  // namespace shopkeeper::oauth_client
