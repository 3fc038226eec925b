// The operator's choice of tools, from the command line and the environment to the wire.
#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "process/served.hpp"
#include "support/http_probe.hpp"

namespace shopkeeper::test {
namespace {

using Names = std::vector<std::string>;

constexpr const char* kList = R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{)"
                              R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                              R"("io.modelcontextprotocol/clientCapabilities":{}}}})";

Names names_in(const std::string& reply) {
    const Json json = Json::parse(reply);
    Names names;
    for (const Json& tool : json.at("result").at("tools"))
        names.push_back(tool.at("name").get<std::string>());
    return names;
}

WireReply list(const Served& server, const std::string& path, Names headers = {}) {
    headers.insert(headers.end(), {"Content-Type: application/json", "Accept: application/json",
                                   "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/list"});
    return fetch(server.port(), "POST", path, headers, kList);
}

TEST_CASE("serve offers what the environment says, and requests narrow it", "[process]") {
    CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    shop.set("SHOPKEEPER_TOOLSETS", "reviews,auth");
    shop.set("SHOPKEEPER_READ_ONLY", "1");
    Served server(shop);

    CHECK(names_in(list(server, "/mcp").body) ==
          Names{"get_current_user", "get_product_reviews", "get_reviews", "login"});
    CHECK(names_in(list(server, "/mcp/x/reviews").body) ==
          Names{"get_product_reviews", "get_reviews"});
    CHECK(names_in(list(server, "/mcp/x/reviews", {"X-MCP-Exclude-Tools: get_reviews"}).body) ==
          Names{"get_product_reviews"});
    CHECK(names_in(list(server, "/mcp", {"X-MCP-Toolsets: orders"}).body).empty());

    const auto refused = list(server, "/mcp", {"X-MCP-Toolsets: ordres"});
    CHECK(refused.status == 400);
    CHECK(Json::parse(refused.body).at("error").at("message") ==
          "There is no toolset \"ordres\"; there are: all, reviews, auth.");
    CHECK(server.end(SIGTERM) == 0);
}

TEST_CASE("stdio offers what its flags say", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    const auto finished = shop.run({"stdio", "--toolsets", "shop", "--tools", "login",
                                    "--exclude-tools", "get_shop_settings", "--read-only"},
                                   std::string(kList) + "\n");
    CHECK(names_in(finished.out) == Names{"check_delivery_feasibility", "get_delivery_slots",
                                          "get_faq", "get_working_hours", "login",
                                          "validate_delivery_time"});
}

TEST_CASE("a choice of what there is not ends the start with what there is", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    const auto finished = shop.run({"stdio", "--toolsets", "ordres"}, "");
    CHECK(finished.code == 78);
    CHECK(finished.err.find("There is no toolset \"ordres\"; there are: all, products") !=
          std::string::npos);
}

}  // namespace
}  // namespace shopkeeper::test
