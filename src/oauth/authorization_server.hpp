#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/call_context.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "domains/auth/identity.hpp"
#include "domains/auth/user.hpp"
#include "net/form.hpp"
#include "net/http_message.hpp"
#include "oauth/browser_session.hpp"
#include "oauth/client_documents.hpp"
#include "oauth/metadata.hpp"
#include "oauth/pages.hpp"
#include "oauth/site.hpp"
#include "storage/database.hpp"

namespace shopkeeper::oauth {

/// Who sends a request, as the carrier knows it.
struct Visitor {
    std::string address;
    bool is_loopback = true;
};

/// What the authorization server works with. Everything outlives it.
struct AuthorizationServerOptions {
    storage::Database& database;
    const Clock& clock;
    Random& random;
    const auth::Authority& authority;
    const ShopDefaults& defaults;
    Site site;
    ClientDocuments* documents = nullptr;  ///< null: programs cannot name a document
    bool registers = true;                 ///< programs may register themselves
    /// Draws on the buckets of a sign-in (A22); an error puts it off.
    std::function<Result<void>(const Visitor&)> charge_login;
};

/// The small authorization server of a shop that has no other: members of staff sign in with phone
/// and password and say which program may act in their name. Authorization code with PKCE S256
/// only, for public clients only. Every call is one whole request and may wait for the database, a
/// password hash or another host. Thread-safe. Rule: protocol.md 6; OAuth 2.1.
///
/// An error is sent to a redirect URI only when that is the client's; otherwise a page is shown.
class AuthorizationServer {
public:
    explicit AuthorizationServer(const AuthorizationServerOptions& options);

    net::Reply metadata() const;
    net::Reply authorize(const net::Request& request, const Visitor& visitor);  ///< GET and POST
    net::Reply token(const net::Request& request);
    net::Reply register_program(const net::Request& request);
    net::Reply revoke_token(const net::Request& request);
    static net::Reply style();

private:
    struct Asked;

    /// The request for authorization in `query`; or the answer, where there is nothing to ask
    /// anybody.
    std::variant<Asked, net::Reply> read(const net::Request& request, std::string_view query);
    net::Reply show(const net::Request& request);
    net::Reply submit(const net::Request& request, const Visitor& visitor);
    net::Reply sign_in(const Asked& asked, const BrowserSession& session,
                       const net::FormFields& form, const Visitor& visitor);
    net::Reply decide(Asked& asked, const BrowserSession& session, const net::FormFields& form);

    OAuthResult<Client> find_client(const std::string& id);
    std::optional<auth::User> user_of(const BrowserSession& session);
    void audit_consent(storage::Connection& connection, const auth::User& user, const Asked& asked);
    net::Reply login_form(const Asked& asked, const BrowserSession& session, LoginTrouble trouble,
                          std::string_view phone) const;
    net::Reply send_back(const Asked& asked, net::FormFields answer) const;
    net::Reply page(int status, std::string html, std::string_view form_target = {}) const;

    const AuthorizationServerOptions options_;
    const BrowserSessions sessions_;
};

}  // namespace shopkeeper::oauth
