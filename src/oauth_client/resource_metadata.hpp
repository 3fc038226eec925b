#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "oauth_client/scopes.hpp"
#include "oauth_client/url.hpp"

namespace shopkeeper::oauth_client {

/// What a protected server publishes about itself. Rule: RFC 9728 section 2.
struct ResourceMetadata {
    std::string resource;              ///< its identifier, to be sent exactly as it is written
    std::vector<std::string> issuers;  ///< of the authorization servers it trusts; at least one
    Scopes scopes_supported;
};

/// Where the document of `server` may lie when no challenge has said it, in the order of asking.
/// Rule: RFC 9728 section 3.1; MCP authorization, "Protected Resource Metadata Discovery".
std::vector<std::string> resource_metadata_urls(const Url& server);

/// Whether a document about `resource` speaks for `server`: the same URL or one above it.
bool covers(std::string_view resource, const Url& server);

/// Errors: unauthenticated, reason `invalid_resource_metadata` or `resource_mismatch`: the document
/// is about somebody else, and a token for it would be sent to the wrong one.
Result<ResourceMetadata> read_resource_metadata(const Json& document, const Url& server);

}  // namespace shopkeeper::oauth_client
