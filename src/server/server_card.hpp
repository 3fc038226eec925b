#pragma once

#include <string>
#include <string_view>

#include "net/http_server.hpp"

/// The documents by which registries, crawlers and clients find out what is served here, before
/// they connect. Rule: protocol.md 7.5 (SEP-2127).
namespace shopkeeper::server {

/// The reverse-DNS name of this server in registries; server.json has the same one.
inline constexpr std::string_view kRegistryName = "dev.shopkeeper/shopkeeper";

/// The Server Card. `mcp_url` is where Streamable HTTP is served, as clients reach it.
std::string server_card(std::string_view mcp_url);

/// The catalogue of this host: one entry, which names the card.
std::string ai_catalogue(std::string_view mcp_url);

/// Where `add_card_routes` answers, for whoever lets strangers in.
inline constexpr std::string_view kCardPaths[] = {
    "/mcp/server-card", "/.well-known/mcp/server-card.json", "/.well-known/mcp.json",
    "/.well-known/ai-catalog.json"};

/// Both documents on their well-known paths: readable by every page, cacheable for an hour, with an
/// entity tag. REQUIRES: `server` is not started.
void add_card_routes(net::HttpServer& server, std::string_view mcp_url);

}  // namespace shopkeeper::server
