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
