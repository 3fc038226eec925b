// The choice of tools in the path and the headers of a request, on the wire.
#include <catch2/catch.hpp>

#include "http_fixture.hpp"

namespace shopkeeper::transport {
namespace {

using Names = std::vector<std::string>;

std::vector<ToolChoice> choices_of(test::HttpFixture& http, const std::string& path,
                                   const test::HttpFixture::Lines& headers = {}) {
    const auto reply =
        test::fetch(http.port(), "POST", path, test::HttpFixture::json_lines(headers),
                    test::request_json(1, "initialize"));
    REQUIRE(reply.status == 200);
    return http.shop().last_peer->choices;
}

TEST_CASE("a request without a choice makes none", "[tool_choice]") {
    test::HttpFixture http;
    CHECK(choices_of(http, "/mcp").empty());
    CHECK(choices_of(http, "/mcp?x=1", {"X-MCP-Toolsets:", "X-MCP-Readonly: false"}).empty());
}

TEST_CASE("headers choose toolsets, tools, exclusions and reading only", "[tool_choice]") {
    test::HttpFixture http;
    const auto choices = choices_of(http, "/mcp",
                                    {"x-mcp-toolsets: orders, shop,,", "X-MCP-Tools: get_faq",
                                     "X-MCP-Exclude-Tools: login , x", "X-MCP-Readonly: TRUE"});

    REQUIRE(choices.size() == 1);
    CHECK(choices[0].toolsets == Names{"orders", "shop"});
    CHECK(choices[0].tools == Names{"get_faq"});
    CHECK(choices[0].excluded == Names{"login", "x"});
    CHECK(choices[0].is_read_only);
    CHECK(choices[0].problem.empty());
}

TEST_CASE("a flag that is neither true nor false is a problem", "[tool_choice]") {
    test::HttpFixture http;
    const auto choices = choices_of(http, "/mcp", {"X-MCP-Readonly: maybe"});
    REQUIRE(choices.size() == 1);
    CHECK(choices[0].problem == "X-MCP-Readonly must be true or false.");
}

TEST_CASE("the path chooses toolsets and reading only, and headers narrow it", "[tool_choice]") {
    test::HttpFixture http;
    struct Row {
        const char* path;
        Names toolsets;
        bool is_read_only;
    };
    const auto row = GENERATE(values<Row>({{"/mcp/readonly", {}, true},
                                           {"/mcp/x/orders", {"orders"}, false},
                                           {"/mcp/x/orders,shop", {"orders", "shop"}, false},
                                           {"/mcp/x/all/readonly", {"all"}, true},
                                           {"/mcp/x/orders/readonly?a=b", {"orders"}, true}}));

    const auto choices = choices_of(http, row.path, {"X-MCP-Tools: get_faq"});
    REQUIRE(choices.size() == 2);
    CHECK(choices[0].tools == Names{"get_faq"});
    CHECK(choices[1].toolsets == row.toolsets);
    CHECK(choices[1].is_read_only == row.is_read_only);
}

TEST_CASE("other paths below are not found, by any method", "[tool_choice]") {
    test::HttpFixture http;
    const auto* path = GENERATE("/mcp/", "/mcp/x", "/mcp/x/", "/mcp/x/,", "/mcp/x/a/b",
                                "/mcp/orders", "/mcp/readonly/x/orders", "/mcp/x/readonly/");
    const auto* method = GENERATE("POST", "GET", "DELETE");
    CHECK(test::fetch(http.port(), method, path, test::HttpFixture::json_lines(),
                      test::request_json(1, "initialize"))
              .status == 404);
}

TEST_CASE("a header of a choice that comes twice with two values is refused", "[tool_choice]") {
    test::HttpFixture http;
    const auto lines = test::HttpFixture::json_lines({"X-MCP-Tools: a", "X-MCP-Tools: b"});
    CHECK(http.post(test::request_json(1, "initialize"), lines).status == 400);
}

}  // namespace
}  // namespace shopkeeper::transport
