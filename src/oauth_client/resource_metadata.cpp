#include "oauth_client/resource_metadata.hpp"

#include "oauth_client/json_members.hpp"
#include "oauth_client/refused.hpp"

namespace shopkeeper::oauth_client {
namespace {

std::string_view without_last_slash(std::string_view path) {
    if (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

}  // namespace

std::vector<std::string> resource_metadata_urls(const Url& server) {
    const std::string root = server.origin() + "/.well-known/oauth-protected-resource";
    std::string inserted = root + std::string(without_last_slash(server.path));
    if (!server.query.empty()) inserted += "?" + server.query;
    if (inserted == root) return {root};
    return {inserted, root};
}

bool covers(std::string_view resource, const Url& server) {
    const auto url = parse_url(resource);
    if (!url || url->origin() != server.origin()) return false;
    if (!url->query.empty() && url->query != server.query) return false;
    const std::string_view above = without_last_slash(url->path);
    const std::string_view path = server.path;
    return path.starts_with(above) && (path.size() == above.size() || path[above.size()] == '/');
}

Result<ResourceMetadata> read_resource_metadata(const Json& document, const Url& server) {
    using Texts = std::vector<std::string>;
    ResourceMetadata metadata{
        .resource = text_member(document, "resource"),
        .issuers = texts_member(document, "authorization_servers").value_or(Texts()),
    };
    for (const std::string& scope : texts_member(document, "scopes_supported").value_or(Texts())) {
        metadata.scopes_supported =
            united(std::move(metadata.scopes_supported), read_scopes(scope));
    }
    if (!covers(metadata.resource, server)) {
        return refused("resource_mismatch",
                       "The protected resource metadata of " + server.origin() +
                           " is about another resource; no token is asked for.");
    }
    if (metadata.issuers.empty()) {
        return refused("invalid_resource_metadata", "The protected resource metadata of " +
                                                        server.origin() +
                                                        " names no authorization server.");
    }
    return metadata;
}

}  // namespace shopkeeper::oauth_client
