#include "oauth_client/discovery.hpp"

#include <algorithm>

#include "oauth_client/refused.hpp"

namespace shopkeeper::oauth_client {
namespace {

/// The first of `urls` where a JSON object lies.
Result<std::optional<Json>> find_first(const Web& web, const std::vector<std::string>& urls,
                                       const std::stop_token& stop) {
    for (const std::string& url : urls) {
        auto document = web.find_document(url, stop);
        if (!document || *document) return document;
    }
    return std::nullopt;
}

Result<std::optional<ResourceMetadata>> find_resource(const Web& web,
                                                      const BearerChallenge& challenge,
                                                      const std::stop_token& stop) {
    const bool is_named = !challenge.resource_metadata.empty();
    const auto document = find_first(
        web,
        is_named ? std::vector{challenge.resource_metadata} : resource_metadata_urls(web.server()),
        stop);
    if (!document) return Refusal(document.error());
    if (!*document) {
        if (!is_named) return std::nullopt;
        return refused("invalid_resource_metadata",
                       "The server " + web.server().origin() +
                           " names protected resource metadata, but there are none.");
    }
    auto resource = read_resource_metadata(**document, web.server());
    if (!resource) return Refusal(resource.error());
    return *std::move(resource);
}

Result<AuthorizationServer> find_server(const Web& web, const std::string& issuer,
                                        const std::stop_token& stop) {
    const auto url = parse_url(issuer);
    if (!url || !url->query.empty()) {
        return refused("invalid_resource_metadata",
                       "The server " + web.server().origin() +
                           " names an authorization server by something that is no https URL.");
    }
    const auto document = find_first(web, authorization_server_metadata_urls(*url), stop);
    if (!document) return Refusal(document.error());
    if (!*document) {
        return refused("invalid_server_metadata",
                       "The authorization server " + issuer + " publishes no metadata.");
    }
    return read_authorization_server(**document, issuer, web.server());
}

/// Rule: MCP 2025-03-26 authorization, section 2.3.
Result<Discovery> discover_undocumented(const Web& web, const std::stop_token& stop) {
    const Url& server = web.server();
    const std::string issuer = server.origin();
    Discovery discovery{.resource = {.resource = issuer + server.path, .issuers = {issuer}}};
    const auto document =
        web.find_document(issuer + "/.well-known/oauth-authorization-server", stop);
    if (!document) return Refusal(document.error());
    if (!*document) {
        discovery.server = undocumented_authorization_server(issuer);
        return discovery;
    }
    auto found = read_authorization_server(**document, issuer, server);
    if (!found) return Refusal(found.error());
    discovery.server = *std::move(found);
    return discovery;
}

}  // namespace

Result<Discovery> discover(const Web& web, const BearerChallenge& challenge,
                           const std::function<bool(const std::string& issuer)>& is_preferred,
                           std::stop_token stop) {
    auto resource = find_resource(web, challenge, stop);
    if (!resource) return Refusal(resource.error());
    if (!*resource) return discover_undocumented(web, stop);

    const auto& issuers = (*resource)->issuers;
    const auto preferred = std::find_if(issuers.begin(), issuers.end(), is_preferred);
    auto server = find_server(web, preferred == issuers.end() ? issuers.front() : *preferred, stop);
    if (!server) return Refusal(server.error());
    return Discovery{.resource = **std::move(resource), .server = *std::move(server)};
}

}  // namespace shopkeeper::oauth_client
