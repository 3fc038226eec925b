#include "mcp/param_headers.hpp"

#include <catch2/catch.hpp>

namespace shopkeeper::mcp {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

std::vector<ToolEntry> tool_with(const char* properties) {
    return {{"plain", R"({"name":"plain","inputSchema":{"type":"object"}})"},
            {"routed", R"({"name":"routed","inputSchema":{"type":"object","properties":)" +
                           std::string(properties) + "}}"}};
}

constexpr const char* kProperties = R"({
    "region": {"type": "string", "x-mcp-header": "Region"},
    "count": {"type": "integer", "x-mcp-header": "Count"},
    "where": {"type": "object", "properties": {"cold": {"type": "boolean", "x-mcp-header": "Cold"}}},
    "free": {"type": "string"}})";

}  // namespace

TEST_CASE("a header says what the argument says", "[mcp]") {
    const auto tools = tool_with(kProperties);
    const ParamHeaders params(tools);
    const auto fits = [&](const char* arguments, const Headers& headers) {
        const auto problem = params.check("routed", Json::parse(arguments), headers);
        if (problem) CHECK((problem->code == kHeaderMismatch && problem->http_status == 400));
        return !problem;
    };

    CHECK(fits(R"({})", {}));
    CHECK(fits(R"({"region":null,"free":"x"})", {{"Free", "y"}}));
    CHECK(fits(R"({"region":"eu"})", {{"region", "eu"}}));  // names have no case, values do
    CHECK_FALSE(fits(R"({"region":"eu"})", {{"Region", "EU"}}));
    CHECK_FALSE(fits(R"({"region":"eu"})", {}));
    CHECK_FALSE(fits(R"({})", {{"Region", "eu"}}));
    CHECK(fits(R"({"region":""})", {{"Region", ""}}));
    CHECK_FALSE(fits(R"({"region":5})", {{"Region", "eu"}}));

    CHECK(fits(R"({"region":"Алматы"})", {{"Region", "=?base64?0JDQu9C80LDRgtGL?="}}));
    CHECK_FALSE(fits(R"({"region":"Алматы"})", {{"Region", "=?base64?0JDQu9C80LDRgtGL"}}));
    CHECK_FALSE(fits(R"({"region":"Hello"})", {{"Region", "=?base64?SGVs!!!bG8=?="}}));
    CHECK(fits(R"({"region":"=?base64?SGVsbG8="})", {{"Region", "=?base64?SGVsbG8="}}));

    CHECK(fits(R"({"count":42})", {{"Count", "42"}}));
    CHECK(fits(R"({"count":42})", {{"Count", "42.0"}}));
    CHECK_FALSE(fits(R"({"count":42})", {{"Count", "43"}}));
    CHECK_FALSE(fits(R"({"count":42})", {{"Count", "42x"}}));
    CHECK_FALSE(fits(R"({"count":42})", {{"Count", ""}}));
    CHECK(fits(R"({"where":{"cold":true}})", {{"Cold", "true"}}));
    CHECK_FALSE(fits(R"({"where":{"cold":true}})", {{"Cold", "false"}}));
    CHECK_FALSE(fits(R"({"where":{"cold":true}})", {}));
}

TEST_CASE("headers of a tool without annotations are nobody's business", "[mcp]") {
    const auto tools = tool_with(kProperties);
    CHECK_FALSE(ParamHeaders(tools).check("plain", Json::object(), Headers{{"Region", "eu"}}));
    const auto none = tool_with("{}");
    CHECK_FALSE(ParamHeaders(none).check("routed", Json::object(), Headers{{"Region", "eu"}}));
}

TEST_CASE("an annotation that breaks the rules stops the start", "[mcp]") {
    const char* broken = GENERATE(R"({"a": {"type": "number", "x-mcp-header": "A"}})",
                                  R"({"a": {"type": "string", "x-mcp-header": ""}})",
                                  R"({"a": {"type": "string", "x-mcp-header": "A B"}})",
                                  R"({"a": {"type": "string", "x-mcp-header": 5}})",
                                  R"({"a": {"type": "string", "x-mcp-header": "A"},
                                      "b": {"type": "string", "x-mcp-header": "a"}})");
    const auto tools = tool_with(broken);
    CHECK_THROWS_AS(ParamHeaders(tools), std::logic_error);
}

}  // namespace shopkeeper::mcp
