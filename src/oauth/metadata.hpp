#pragma once

#include <string>
#include <vector>

#include "oauth/site.hpp"

/// The documents by which programs find out where tokens come from.
namespace shopkeeper::oauth {

inline constexpr std::string_view kResourceMetadataPath = "/.well-known/oauth-protected-resource";
inline constexpr std::string_view kServerMetadataPath = "/.well-known/oauth-authorization-server";

/// Where the metadata of `site.resource` is: the path is inserted. Rule: RFC 9728 3.1.
std::string resource_metadata_url(const Site& site);

/// Rule: RFC 9728 2. REQUIRES: at least one server.
std::string resource_metadata(const Site& site, const std::vector<std::string>& servers);

/// How programs may become known here.
struct Registration {
    bool dynamic = true;    ///< RFC 7591
    bool documents = true;  ///< client id metadata documents
};

/// Of our own authorization server. Rule: RFC 8414 2, RFC 9207 3.
std::string server_metadata(const Site& site, const Registration& registration);

}  // namespace shopkeeper::oauth
