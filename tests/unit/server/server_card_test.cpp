#include "server/server_card.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "base/json.hpp"
#include "source_dir.hpp"

namespace shopkeeper::server {
namespace {

constexpr std::string_view kUrl = "https://shop.example:8443/mcp";

TEST_CASE("the card says what is served where", "[server]") {
    const Json card = *parse_json(server_card(kUrl));
    CHECK(card.at("name") == kRegistryName);
    std::ostringstream kept;
    kept << std::ifstream(SHOPKEEPER_SOURCE_DIR "/server.json").rdbuf();
    const Json entry = *parse_json(kept.str());  // what registries are given
    for (const char* same : {"name", "version", "title", "description"})
        CHECK(card.at(same) == entry.at(same));
    CHECK(card.at("description").get<std::string>().size() <= 100);
    REQUIRE(card.at("remotes").size() == 1);
    const Json& remote = card.at("remotes").front();
    CHECK(remote.at("type") == "streamable-http");
    CHECK(remote.at("url") == kUrl);
    CHECK(remote.at("supportedProtocolVersions").size() == 5);
    CHECK(remote.at("supportedProtocolVersions").front() == "2026-07-28");
}

TEST_CASE("the catalogue leads to the card", "[server]") {
    const Json catalogue = *parse_json(ai_catalogue(kUrl));
    REQUIRE(catalogue.at("entries").size() == 1);
    CHECK(catalogue.at("entries").front().at("url") == "https://shop.example:8443/mcp/server-card");
    CHECK(catalogue.at("entries").front().at("type") == "application/mcp-server-card+json");
}

}  // namespace
}  // namespace shopkeeper::server
