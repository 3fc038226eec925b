#include "server/app.hpp"

#include <stdexcept>

#include "base/log.hpp"
#include "oauth/site.hpp"
#include "server/database_place.hpp"
#include "server/exit_code.hpp"
#include "server/open_database.hpp"
#include "server/secrets.hpp"
#include "server/version.hpp"
#include "tools/register_all.hpp"
#include "tools/shared_rate_limits.hpp"

namespace shopkeeper::server {
namespace {

auth::Authority authority_for(const Options& options, Random& random,
                              std::optional<std::string> acting_phone, auth::KeyUses& key_uses) {
    auth::Authority authority = make_authority(options, random);
    authority.configured_phone = std::move(acting_phone);
    authority.key_uses = &key_uses;
    if (options.oauth.has_login_page) {
        const auto site = oauth::Site::at(options.http.url(options.http.port));
        authority.oauth = {site.issuer, site.resource};
    }
    return authority;
}

std::unique_ptr<oauth::IssuerTokens> make_issuer_tokens(const Options& options,
                                                        net::HttpClient& http) {
    if (options.oauth.issuers.empty()) return nullptr;
    const auto site = oauth::Site::at(options.http.url(options.http.port));
    return std::make_unique<oauth::IssuerTokens>(http, options.oauth.issuers, site.resource);
}

/// Draws are short; more connections would only wait for each other's rows.
constexpr std::size_t kRateConnectionsMax = 4;

/// SQLite's one writer is worth more than a count over the few processes of one machine.
std::unique_ptr<tools::RateLimits> make_rate_limits(const Options& options, const Serving& serving,
                                                    const auth::Authority& authority) {
    if (serving.place.url.empty()) {
        return std::make_unique<tools::LocalRateLimits>(options.rates);
    }
    DatabasePlace place = serving.place;
    place.connections_max = kRateConnectionsMax;
    place.is_durable = false;  // a crash gives a few calls away
    return std::make_unique<tools::SharedRateLimits>(
        options.rates, open_place(place, /*create=*/false), authority.address_key);
}

mcp::ServerOptions presentation() {
    mcp::ServerOptions options;
    options.version = kVersion;
    return options;
}

#ifdef NDEBUG
constexpr bool kCheckEverything = false;
#else
constexpr bool kCheckEverything = true;
#endif

tools::Registry& with_tools(tools::Registry& registry, const transport::ToolChoice& offered) {
    tools::register_all(registry);
    try {
        registry.offer(offered);
    } catch (const std::invalid_argument& unknown) {
        throw CommandFailure(ExitCode::configuration,
                             std::string("the choice of tools cannot be used: ") + unknown.what());
    }
    return registry;
}

mcp::Features all_features(tools::Resources& resources, tools::Prompts& prompts,
                           tools::Completions& completions, tools::ResourceChanges& changes,
                           mcp::StateSeal& seal) {
    tools::register_resources(resources);
    tools::register_prompts(prompts);
    tools::register_completions(completions);
    return {.resources = &resources,
            .prompts = &prompts,
            .completer = &completions,
            .changes = &changes,
            .extensions = {tools::kAppsExtension},
            .seal = &seal};
}

}  // namespace

App::App(const Options& options, std::optional<std::string> acting_phone,
         const std::stop_token& stop)
    : options_(options),
      serving_(open_for_serving(options, clock_, stop)),
      authority_(authority_for(options, random_, std::move(acting_phone), key_uses_)),
      http_client_(net::make_http_client()),
      issuer_tokens_(make_issuer_tokens(options_, *http_client_)),
      rate_limits_(make_rate_limits(options, serving_, authority_)),
      registry_({.database = *serving_.database,
                 .clock = clock_,
                 .random = random_,
                 .authority = authority_,
                 .defaults = options_.shop,
                 .rate_limits = *rate_limits_,
                 .foreign_tokens = issuer_tokens_.get(),
                 .check_everything = kCheckEverything}),
      resources_(with_tools(registry_, options_.tools)),
      prompts_(registry_),
      completions_(registry_, prompts_, resources_),
      changes_(*serving_.database, clock_, resources_),
      seal_(authority_.token_secret, random_),
      server_(registry_, clock_, presentation(),
              all_features(resources_, prompts_, completions_, changes_, seal_)),
      session_ids_(authority_.token_secret, *serving_.database, random_, clock_),
      change_watch_(changes_) {}

bool App::knows(const std::string& credential) {
    auth::Credentials credentials;
    credentials.bearer = credential;
    if (issuer_tokens_) {
        auto foreign = issuer_tokens_->read(credential, clock_.now_ms(), /*may_wait=*/true);
        if (foreign && !*foreign) {
            if (foreign->error().code == ErrorCode::unavailable)
                throw storage::Unavailable(foreign->error().message);
            return false;
        }
        if (foreign) credentials.foreign = std::move(**foreign);
    }
    const auto identity = serving_.database->read([&](storage::Connection& connection) {
        return auth::identify(connection, authority_, options_.shop, credentials, std::nullopt,
                              clock_.now_ms(), /*needs_shop=*/false);
    });
    // Somebody whose shop is blocked is known all the same; the tools say what is the matter.
    return identity || identity.error().code != ErrorCode::unauthenticated;
}

App::~App() {
    try {
        key_uses_.write_down(*serving_.database);
    } catch (const std::exception& trouble) {
        log::warning("server", std::string("last uses of keys are lost: ") + trouble.what());
    }
}

}  // namespace shopkeeper::server
