// `serve` with a login page: what programs find before anybody has signed in.
#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "process/served.hpp"
#include "support/http_probe.hpp"

namespace shopkeeper::test {
namespace {

constexpr auto kMetadata = "/.well-known/oauth-protected-resource/mcp";

/// What a tool's call meets, by a client of the stateless revision that knows us as shop.example.
WireReply call(const Served& server, const std::string& tool, std::vector<std::string> lines = {}) {
    HttpProbe client(server.port());
    lines.insert(
        lines.end(),
        {"Content-Type: application/json", "Accept: application/json, text/event-stream",
         "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: " + tool});
    client.request(
        "POST", "/mcp", lines,
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":")" + tool +
            R"(","arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
            R"("io.modelcontextprotocol/clientCapabilities":{},)"
            R"("io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"}}}})");
    return client.reply();
}

TEST_CASE("a shop with a login page says where tokens come from, and lets guests in",
          "[process][oauth]") {
    CommandLine shop;
    shop.set("SHOPKEEPER_BASE_URL", "https://shop.example");
    shop.set("SHOPKEEPER_AUTH_LOGIN_PAGE", "1");
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    Served server(shop);

    const auto resource = parse_json(fetch(server.port(), "GET", kMetadata).body);
    REQUIRE(resource);
    CHECK(resource->at("resource") == "https://shop.example/mcp");
    CHECK(resource->at("authorization_servers") == Json::array({"https://shop.example"}));
    const auto own =
        parse_json(fetch(server.port(), "GET", "/.well-known/oauth-authorization-server").body);
    REQUIRE(own);
    CHECK(own->at("issuer") == "https://shop.example");

    CHECK(call(server, "get_shop_settings").status == 200);
    const auto guest = call(server, "list_warehouse_items");
    CHECK(guest.status == 401);
    const std::string challenge = guest.header("WWW-Authenticate");
    CHECK(challenge.find("resource_metadata=\"https://shop.example" + std::string(kMetadata)) !=
          std::string::npos);
    CHECK(challenge.find("warehouse:read") != std::string::npos);
    CHECK(challenge.find("error") == std::string::npos);
    const auto forged = call(server, "list_warehouse_items", {"Authorization: Bearer sho_x.y.z"});
    CHECK(forged.status == 401);
    CHECK(forged.header("WWW-Authenticate").find("error=\"invalid_token\"") != std::string::npos);
    CHECK(server.end(SIGTERM) == 0);
}

TEST_CASE("subjects of another server are linked and unlinked at the command line",
          "[process][oauth]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    const std::vector<std::string> who{"--issuer", "https://id.example", "--subject", "abc"};
    const auto with_who = [&](std::vector<std::string> words) {
        words.insert(words.end(), who.begin(), who.end());
        return shop.run(words);
    };

    CHECK(with_who({"access", "link", "+77000000801"}).code == 0);
    CHECK(with_who({"access", "link", "+77000000803"}).code == 1);
    CHECK(with_who({"access", "unlink"}).code == 0);
    CHECK(with_who({"access", "unlink"}).code == 1);
    CHECK(with_who({"access", "link", "+77000000803"}).code == 0);
    CHECK(shop.run({"access", "list"}).out.find("PROGRAM") != std::string::npos);
    CHECK(shop.run({"access", "end", "0123456789abcdef0123456789abcdef"}).code == 1);
}

}  // namespace
}  // namespace shopkeeper::test
