#include "server/app.hpp"

#include "base/log.hpp"
#include "server/open_database.hpp"
#include "server/secrets.hpp"
#include "server/version.hpp"
#include "tools/register_all.hpp"

namespace shopkeeper::server {
namespace {

auth::Authority authority_for(const Options& options, Random& random,
                              std::optional<std::string> acting_phone, auth::KeyUses& key_uses) {
    auth::Authority authority = make_authority(options, random);
    authority.configured_phone = std::move(acting_phone);
    authority.key_uses = &key_uses;
    return authority;
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

tools::Registry& with_all_tools(tools::Registry& registry) {
    tools::register_all(registry);
    return registry;
}

}  // namespace

App::App(const Options& options, std::optional<std::string> acting_phone,
         const std::stop_token& stop)
    : options_(options),
      database_(open_database(options, WhenMissing::refuse, clock_, stop)),
      authority_(authority_for(options, random_, std::move(acting_phone), key_uses_)),
      rate_limits_(options.rates),
      registry_({.database = *database_,
                 .clock = clock_,
                 .random = random_,
                 .authority = authority_,
                 .defaults = options_.shop,
                 .rate_limits = rate_limits_,
                 .check_everything = kCheckEverything}),
      server_(with_all_tools(registry_), clock_, presentation()),
      session_ids_(authority_.token_secret, *database_, random_, clock_) {}

bool App::knows(const std::string& credential) {
    auth::Credentials credentials;
    credentials.bearer = credential;
    const auto identity = database_->read([&](storage::Connection& connection) {
        return auth::identify(connection, authority_, options_.shop, credentials, std::nullopt,
                              clock_.now_ms(), /*needs_shop=*/false);
    });
    // Somebody whose shop is blocked is known all the same; the tools say what is the matter.
    return identity || identity.error().code != ErrorCode::unauthenticated;
}

App::~App() {
    try {
        key_uses_.write_down(*database_);
    } catch (const std::exception& trouble) {
        log::warning("server", std::string("last uses of keys are lost: ") + trouble.what());
    }
}

}  // namespace shopkeeper::server
