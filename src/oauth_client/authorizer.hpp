#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.hpp"
#include "mcp/client/authorizer.hpp"
#include "net/http_client.hpp"
#include "oauth_client/authorization_server.hpp"
#include "oauth_client/credential_store.hpp"
#include "oauth_client/grants.hpp"
#include "oauth_client/web.hpp"

namespace shopkeeper::oauth_client {

struct AuthorizerOptions {
    std::string server_url;  ///< the protected server
    Identity identity = {};
    /// Of each request to an authorization server; the URLs are a stranger's.
    net::HttpLimits limits{.body_bytes_max = std::size_t{256} * 1024,
                           .reach = net::Reach::public_internet};
};

/// Gets, keeps and renews the access token for one protected server. Thread-safe: of several
/// requests that are refused at once one goes for a token, and the others wait for it.
///
/// A token that was kept is shown only after the server has named the authorization server it is
/// from; so a server that has changed its mind, or its owner, gets none of the former one.
/// Rule: MCP 2026-07-28 "Authorization", OAuth 2.1.
class Authorizer final : public mcp::client::Authorizer {
public:
    /// `store` and what `with` names live as long as the authorizer.
    /// Errors: invalid_argument, when the server's URL is none.
    static Result<std::unique_ptr<Authorizer>> open(AuthorizerOptions options, Surroundings with,
                                                    CredentialStore& store);

    /// Only for the URL that it was opened for. May ask the authorization server to renew a token
    /// that is about to end.
    std::optional<std::string> bearer(std::string_view server_url) override;

    tl::expected<void, std::string> on_challenge(std::string_view server_url,
                                                 const mcp::client::Challenge& challenge,
                                                 std::stop_token stop) override;

    /// The same with an error for programs.
    /// Errors: unauthenticated, with a reason. `insufficient_scope`, `invalid_token`: a token that
    /// has all that was asked for is refused; else what went wrong on the way. permission_denied: a
    /// 403 that has nothing to do with tokens. unavailable: somebody did not answer, or the stop
    /// token.
    Result<void> renew(const mcp::client::Challenge& challenge, const std::stop_token& stop);

private:
    enum class Origin { kept, refreshed, granted };
    /// The token in use, and how to renew it.
    struct Held {
        AuthorizationServer server;
        Client client;
        std::string resource;
        Tokens tokens;
        Origin origin;
    };
    class Turn;
    class Renewal;

    Authorizer(AuthorizerOptions options, const Surroundings& with, CredentialStore& store,
               Url server);

    /// At the authorization server that it is from; what is held afterwards. REQUIRES: a token.
    Held renew_before_it_ends();
    bool is_stale(const Held& held) const;
    std::optional<Held> held();
    void hold(Held held);
    void keep(const std::string& issuer, const Credentials& credentials);

    const AuthorizerOptions options_;
    const Surroundings with_;
    CredentialStore& store_;
    const Web web_;
    Grants grants_;

    std::mutex mutex_;
    std::condition_variable_any turn_over_;
    bool is_taken_ = false;     // guarded by mutex_: somebody's turn to change `held_`
    std::optional<Held> held_;  // guarded by mutex_
};

}  // namespace shopkeeper::oauth_client
