// Our client and our server, each the real one: every revision on every carrier it has.
#include <catch2/catch.hpp>
#include <csignal>

#include "mcp/client/client.hpp"
#include "process/served.hpp"

namespace shopkeeper::test {
namespace {

using mcp::Revision;
using mcp::client::Client;
using mcp::client::ClientOptions;
using mcp::client::Outcome;

constexpr Revision kRevisions[] = {Revision::r2024_11_05, Revision::r2025_03_26,
                                   Revision::r2025_06_18, Revision::r2025_11_25,
                                   Revision::r2026_07_28};

/// Lists the tools, calls one, and is refused another: what a client is for.
void use(const Outcome<std::unique_ptr<Client>>& connected) {
    INFO((connected ? "" : connected.error().message));
    REQUIRE(connected);
    Client& client = **connected;
    CHECK(client.server_info()["name"] == "shopkeeper");
    CHECK(client.capabilities().contains("tools"));

    const auto list = client.list_tools();
    REQUIRE(list);
    CHECK(list->dropped.empty());
    CHECK(list->tools.size() > 10);

    const auto result = client.call_tool("list_products", Json::object());
    REQUIRE(result);
    const Json page = parse_json(result->at("content").at(0).at("text").get<std::string>()).value();
    CHECK(page.at("total") == 0);

    const auto unknown = client.call_tool("no_such_tool", Json::object());
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == -32602);
}

ClientOptions speaking(std::optional<Revision> only) {
    return {.only = only};
}

class OwnShop {
public:
    OwnShop() {
        std::signal(SIGPIPE, SIG_IGN);
        REQUIRE(shop.run({"init"}).code == 0);
    }
    mcp::client::ServerProgram program() const {
        return {.words = {SHOPKEEPER_BINARY, "stdio"},
                .environment = {"SHOPKEEPER_HOME=" + shop.home()}};
    }

    CommandLine shop;
};

}  // namespace

TEST_CASE("our client speaks every revision with our server over stdio", "[process]") {
    const OwnShop own;
    for (const Revision revision : kRevisions) {
        INFO(word(revision));
        const auto client = Client::over_stdio(own.program(), speaking(revision));
        use(client);
        CHECK((*client)->revision() == revision);
    }
    const auto found = Client::over_stdio(own.program());
    use(found);
    CHECK((*found)->revision() == mcp::kStateless);
}

TEST_CASE("our client speaks every revision with our server over HTTP", "[process]") {
    const OwnShop own;
    Served server(own.shop);
    const std::string origin = "http://127.0.0.1:" + std::to_string(server.port());
    const auto http = net::make_http_client();
    for (const Revision revision : kRevisions) {
        INFO(word(revision));
        const auto client = Client::over_http(*http, {.url = origin + "/mcp"}, speaking(revision));
        use(client);
        CHECK((*client)->revision() == revision);
    }
    const auto found = Client::over_http(*http, {.url = origin + "/mcp"});
    use(found);
    CHECK((*found)->revision() == mcp::kStateless);

    const auto over_sse = Client::over_http(*http, {.url = origin + "/sse"});
    use(over_sse);
    CHECK(has_handshake((*over_sse)->revision()));
}

}  // namespace shopkeeper::test
