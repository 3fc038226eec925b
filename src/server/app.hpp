#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "domains/auth/key_uses.hpp"
#include "mcp/server.hpp"
#include "net/http_client.hpp"
#include "oauth/issuer_tokens.hpp"
#include "server/change_watch.hpp"
#include "server/open_database.hpp"
#include "server/options.hpp"
#include "server/secret_seal.hpp"
#include "server/session_ids.hpp"
#include "storage/database.hpp"
#include "tools/completions.hpp"
#include "tools/prompts.hpp"
#include "tools/rate_limits.hpp"
#include "tools/registry.hpp"
#include "tools/resource_changes.hpp"
#include "tools/resources.hpp"

namespace shopkeeper::server {

/// The shop behind one process: database, secrets, tools and protocol, wired together. What carries
/// messages to it (stdio, HTTP, the command line) is the caller's.
class App {
public:
    /// Opens everything. `acting_phone`: calls without credentials of their own come from this
    /// member of staff, which is for processes that serve one person only (A2). Throws
    /// storage::Unavailable, storage::Unusable, CommandFailure(configuration).
    /// `stop` ends the wait for a database that is away.
    explicit App(const Options& options, std::optional<std::string> acting_phone = std::nullopt,
                 const std::stop_token& stop = {});
    App(const App&) = delete;
    App& operator=(const App&) = delete;
    /// Writes down what only memory knows.
    ~App();

    storage::Database& database() { return *serving_.database; }
    Clock& clock() { return clock_; }
    Random& random() { return random_; }
    /// Whether a token or key belongs to somebody. Throws storage::Unavailable.
    /// May wait for the token's issuer.
    bool knows(const std::string& credential);
    const auth::Authority& authority() const { return authority_; }
    tools::RateLimits& rate_limits() { return *rate_limits_; }
    /// Asks other servers; loads nothing before it is asked to.
    net::HttpClient& http_client() { return *http_client_; }
    auth::KeyUses& key_uses() { return key_uses_; }
    const ShopDefaults& defaults() const { return options_.shop; }
    tools::Registry& registry() { return registry_; }
    transport::Endpoints& endpoints() { return server_; }
    transport::SessionIds& session_ids() { return session_ids_; }

private:
    // Each is built from those above it.
    const Options options_;
    SystemClock clock_;
    SystemRandom random_;
    Serving serving_;
    auth::KeyUses key_uses_;
    const auth::Authority authority_;
    const std::unique_ptr<net::HttpClient> http_client_;
    const std::unique_ptr<oauth::IssuerTokens> issuer_tokens_;  ///< null: no issuer is trusted
    const std::unique_ptr<tools::RateLimits> rate_limits_;
    tools::Registry registry_;
    tools::Resources resources_;
    tools::Prompts prompts_;
    tools::Completions completions_;
    tools::ResourceChanges changes_;
    SecretSeal seal_;
    mcp::Server server_;
    SignedSessionIds session_ids_;
    ChangeWatch change_watch_;  ///< last: it tells the server
};

}  // namespace shopkeeper::server
