#pragma once

#include <optional>

#include "net/http_server.hpp"
#include "oauth/authorization_server.hpp"
#include "oauth/client_documents.hpp"
#include "oauth/routes.hpp"
#include "server/app.hpp"
#include "server/options.hpp"
#include "transport/http.hpp"

namespace shopkeeper::server {

/// The OAuth endpoints of a process whose options say where tokens come from, wired to its app.
class OAuthEndpoints {
public:
    /// What the listener has to know before it listens: who needs no token, and what to tell those
    /// who do.
    static void open_doors(const Options& options, transport::HttpTransportOptions& listener);

    /// REQUIRES: all outlive this, and `server` is stopped before it goes.
    OAuthEndpoints(App& app, const Options& options, net::HttpServer& server);

private:
    std::optional<oauth::ClientDocuments> documents_;
    std::optional<oauth::AuthorizationServer> own_;
    std::optional<oauth::Routes> routes_;
};

}  // namespace shopkeeper::server
