#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "net/form.hpp"
#include "oauth_client/browser.hpp"
#include "oauth_client/client.hpp"
#include "oauth_client/discovery.hpp"
#include "oauth_client/tokens.hpp"
#include "oauth_client/web.hpp"

namespace shopkeeper::oauth_client {

/// A client that somebody has registered by hand.
struct ConfiguredClient {
    /// Where it is registered; nobody else is shown its id and secret. Empty: whomever the
    /// protected server names, which must be trusted with the secret then.
    std::string issuer = {};
    std::string id;
    std::string secret = {};
    std::shared_ptr<const Es256Key> key = {};  ///< set: it authenticates by private_key_jwt
};

/// Who this program is.
struct Identity {
    std::string name = "Shopkeeper";  ///< shown to whoever is asked for access
    /// Where its own metadata document lies (CIMD): https, with a path; empty: nowhere.
    std::string metadata_url = {};
    std::vector<ConfiguredClient> clients = {};
};

/// What an authorizer uses and does not own.
struct Surroundings {
    net::HttpClient& http;
    Clock& clock;
    Random& random;
    Browser* browser;  ///< nullptr: there is no person, the client gets tokens for itself
};

/// The ways to tokens at an authorization server, each one request or conversation; keeps nothing.
/// Thread-safe if its surroundings are.
class Grants {
public:
    struct Granted {
        Client client;
        Tokens tokens;
    };

    Grants(const Identity& identity, const Surroundings& with, const Web& web)
        : identity_(identity), with_(with), web_(web) {}

    /// New tokens: a person grants them in the browser, or without one the client gets them for
    /// itself. As a client it is, in this order, the one configured for this server, the one of the
    /// metadata document where the server takes it, `registered` if that fits still, or one
    /// registered now. Rule: MCP authorization, "Client Registration Approaches".
    /// Errors: unauthenticated. Reason `pkce_unsupported`; `registration_needed`: the server
    /// registers nobody by itself; `no_authorization_endpoint`; else those of the parts.
    Result<Granted> grant(const Discovery& discovery, const Scopes& scopes,
                          const std::optional<Client>& registered, const std::stop_token& stop);

    /// Tokens in place of `tokens`. The refresh token may be the old one or another.
    /// REQUIRES: there is a refresh token. Errors: those of `read_token_response`.
    Result<Tokens> refresh(const AuthorizationServer& server, const Client& client,
                           const std::string& resource, const Tokens& tokens,
                           const std::stop_token& stop);

    /// The client that needs no registration: configured, or of the metadata document.
    std::optional<Client> given_client(const AuthorizationServer& server) const;

private:
    Result<Granted> grant_by_person(const Discovery& discovery, const Scopes& scopes,
                                    const std::optional<Client>& registered,
                                    const std::stop_token& stop);
    Result<Granted> grant_to_client(const Discovery& discovery, const Scopes& scopes,
                                    const std::stop_token& stop);
    Result<Client> find_client(const Discovery& discovery, const Scopes& scopes,
                               const std::optional<Client>& registered,
                               const std::string& redirect_uri, const std::stop_token& stop);
    Result<Client> register_client(const Discovery& discovery, const Scopes& scopes,
                                   const std::string& redirect_uri, const std::stop_token& stop);
    Result<Tokens> ask(const AuthorizationServer& server, const Client& client,
                       net::FormFields grant, const Scopes& scopes, const std::stop_token& stop);

    const Identity& identity_;
    const Surroundings& with_;
    const Web& web_;
};

}  // namespace shopkeeper::oauth_client
