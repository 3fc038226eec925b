#include "server/oauth_endpoints.hpp"

#include <string>
#include <vector>

#include "domains/auth/scopes.hpp"
#include "oauth/metadata.hpp"

namespace shopkeeper::server {
namespace {

oauth::Site site_of(const Options& options) {
    return oauth::Site::at(options.http.url(options.http.port));
}

std::vector<std::string> servers_of(const Options& options, const oauth::Site& site) {
    std::vector<std::string> servers;
    if (options.oauth.has_login_page) servers.push_back(site.issuer);
    servers.insert(servers.end(), options.oauth.issuers.begin(), options.oauth.issuers.end());
    return servers;
}

/// Rule: operations C17; a visitor of this machine is exempt where a caller is.
Result<void> charge(App& app, const oauth::Visitor& visitor) {
    tools::RateLimits& limits = app.rate_limits();
    if (!limits.options().enabled || visitor.is_loopback) return {};
    return limits.take(limits.options().address, "address", visitor.address, app.clock().now_ms());
}

/// The bucket on which the tool `login` draws. Rule: domain A22.
Result<void> charge_login(App& app, const oauth::Visitor& visitor) {
    tools::RateLimits& limits = app.rate_limits();
    if (!limits.options().enabled) return {};
    return limits.take(limits.options().login, "login", visitor.address, app.clock().now_ms());
}

}  // namespace

void OAuthEndpoints::open_doors(const Options& options, transport::HttpTransportOptions& listener) {
    const oauth::Site site = site_of(options);
    listener.access.public_host = site.issuer.substr(site.issuer.find("://") + 3);
    listener.access.public_paths.insert(listener.access.public_paths.end(),
                                        std::begin(oauth::kPublicPaths),
                                        std::end(oauth::kPublicPaths));
    const transport::Challenge challenge{.resource_metadata = oauth::resource_metadata_url(site),
                                         .scope = auth::ScopeSet::reading().text()};
    listener.access.challenge = challenge;
    listener.streamable.challenge = challenge;
}

OAuthEndpoints::OAuthEndpoints(App& app, const Options& options, net::HttpServer& server) {
    const oauth::Site site = site_of(options);
    if (options.oauth.has_login_page) {
        if (options.oauth.reads_documents)
            documents_.emplace(app.http_client(), app.clock(), options.is_dev);
        own_.emplace(oauth::AuthorizationServerOptions{
            .database = app.database(),
            .clock = app.clock(),
            .random = app.random(),
            .authority = app.authority(),
            .defaults = app.defaults(),
            .site = site,
            .documents = documents_ ? &*documents_ : nullptr,
            .registers = options.oauth.registers,
            .charge_login = [&app](const oauth::Visitor& visitor) {
                return charge_login(app, visitor);
            }});
    }
    routes_.emplace(server, oauth::RoutesOptions{.site = site,
                                                 .servers = servers_of(options, site),
                                                 .own = own_ ? &*own_ : nullptr,
                                                 .trusted_proxies = options.http.trusted_proxies,
                                                 .charge = [&app](const oauth::Visitor& visitor) {
                                                     return charge(app, visitor);
                                                 }});
}

}  // namespace shopkeeper::server
