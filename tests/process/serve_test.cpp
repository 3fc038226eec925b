// `serve` from its first line on stderr to its last: the addresses it prints are those it answers
// on.
#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "process/served.hpp"
#include "support/http_probe.hpp"

namespace shopkeeper::test {
namespace {

TEST_CASE("serve prints where it listens and what to paste, answers there, and ends with 0",
          "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    Served server(shop);

    CHECK(server.text().find("/sse") != std::string::npos);
    const std::size_t from = server.text().find('{');
    const std::size_t to = server.text().rfind('}');
    const auto snippet = parse_json(server.text().substr(from, to - from + 1));
    REQUIRE(snippet);
    CHECK(snippet->at("mcpServers").at("shop").at("args") == Json::array({"stdio"}));

    CHECK(fetch(server.port(), "GET", "/livez").status == 200);
    CHECK(fetch(server.port(), "GET", "/readyz").body == "{\"ready\":true}");
    const WireReply health = fetch(server.port(), "GET", "/health");
    CHECK(health.header("Cache-Control") == "no-store");
    CHECK(health.body.find("\"status\":\"healthy\"") != std::string::npos);
    CHECK(fetch(server.port(), "GET", "/health/db").status == 200);
    CHECK(fetch(server.port(), "GET", "/health/kitchen").status == 404);

    CHECK(server.end(GENERATE(SIGTERM, SIGINT)) == 0);
}

TEST_CASE("C7: a connection is closed after as many requests as HTTP_KEEPALIVE_MAX says",
          "[process]") {
    CommandLine shop;
    shop.set("SHOPKEEPER_HTTP_KEEPALIVE_MAX", "2");
    REQUIRE(shop.run({"init"}).code == 0);
    Served server(shop);
    HttpProbe client(server.port());

    client.request("GET", "/livez");
    CHECK_FALSE(client.reply().has("Connection"));
    client.request("GET", "/livez");
    CHECK(client.reply().header("Connection") == "close");
    client.wait_closed();
    CHECK(server.end(SIGTERM) == 0);
}

TEST_CASE("who knows nothing yet finds the card: any page, any name, protected or not",
          "[process]") {
    CommandLine shop;
    shop.set("SHOPKEEPER_AUTH_MODE", GENERATE("off", "required"));
    shop.set("SHOPKEEPER_BASE_URL", "https://Shop.example/");
    REQUIRE(shop.run({"init"}).code == 0);
    Served server(shop);
    const char* path = GENERATE("/mcp/server-card", "/.well-known/mcp/server-card.json",
                                "/.well-known/mcp.json", "/.well-known/ai-catalog.json");
    const WireReply card = fetch(server.port(), "GET", path, {"Origin: https://crawler.example"});
    CHECK(card.status == 200);
    CHECK(card.header("Access-Control-Allow-Origin") == "*");
    CHECK(card.header("Cache-Control") == "public, max-age=3600");
    CHECK(card.body.find("\"https://shop.example/mcp") != std::string::npos);
    const WireReply same =
        fetch(server.port(), "GET", path, {"If-None-Match: " + card.header("ETag")});
    CHECK(same.status == 304);
    CHECK(same.body.empty());
    CHECK(fetch(server.port(), "GET", path, {"If-None-Match: \"another\""}).status == 200);
    CHECK(server.end(SIGTERM) == 0);
}

/// What `initialize` meets, with these header lines.
int status_of(const Served& server, std::vector<std::string> lines = {}) {
    lines.insert(lines.end(),
                 {"Content-Type: application/json", "Accept: application/json, text/event-stream"});
    return fetch(server.port(), "POST", "/mcp", lines,
                 R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":)"
                 R"("2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})")
        .status;
}

TEST_CASE("C11, C12: beyond this machine, or by order, nobody is served without a token or key",
          "[process]") {
    CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    const auto created = shop.run({"key", "create", "--name", "till", "--scopes", "tools:read"});
    const std::string key = created.out.substr(0, created.out.find('\n'));
    const bool is_by_order = GENERATE(true, false);
    if (is_by_order) shop.set("SHOPKEEPER_AUTH_MODE", "required");
    Served server(shop, is_by_order ? "127.0.0.1" : "0.0.0.0");

    CHECK(status_of(server) == 401);
    CHECK(status_of(server, {"Authorization: Bearer shk_00000000_wrong"}) == 401);
    CHECK(status_of(server, {"Authorization: Bearer " + key}) == 200);
    CHECK(status_of(server, {"X-API-Key: " + key}) == 200);
    CHECK(fetch(server.port(), "GET", "/sse").status == 401);
    CHECK(fetch(server.port(), "GET", "/readyz").status == 200);
    REQUIRE(shop.run({"key", "revoke", "1"}).code == 0);
    CHECK(status_of(server, {"X-API-Key: " + key}) == 401);
    CHECK(server.end(SIGTERM) == 0);
}

TEST_CASE("C12: on this machine guests are served unless somebody orders otherwise", "[process]") {
    CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    if (GENERATE(true, false)) shop.set("SHOPKEEPER_AUTH_MODE", "off");
    const Served server(shop);

    CHECK(status_of(server) == 200);
}

TEST_CASE("two serves of one shop share it; the later one takes another port", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    Served first(shop);
    Served second(shop);

    CHECK(fetch(first.port(), "GET", "/readyz").status == 200);
    CHECK(fetch(second.port(), "GET", "/readyz").status == 200);
    CHECK(first.end(SIGTERM) == 0);
    CHECK(fetch(second.port(), "GET", "/readyz").status == 200);
    CHECK(second.end(SIGTERM) == 0);
}

}  // namespace
}  // namespace shopkeeper::test
