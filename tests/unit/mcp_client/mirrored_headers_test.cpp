#include "mcp/client/mirrored_headers.hpp"

#include <catch2/catch.hpp>

#include "mcp/protocol.hpp"

namespace shopkeeper::mcp::client {
namespace {

Json schema_of(const char* properties) {
    return {{"type", "object"}, {"properties", Json::parse(properties)}};
}

std::string problem_of(const Json& schema) {
    const auto found = header_arguments(schema);
    return found ? "" : found.error();
}

}  // namespace

TEST_CASE("a header carries text as it is, or in its base64 form") {
    for (const std::string plain : {"", "Hello", "us west 1", "SELECT * FROM users", "a,b;c=\"d\"",
                                    "=?base64?", "?=", "file:///path/to/file%20name.txt"}) {
        CHECK(encode_header(plain) == plain);
    }
    CHECK(encode_header("Hello, 世界") == "=?base64?SGVsbG8sIOS4lueVjA==?=");
    for (const std::string risky : {" padded ", " a", "a ", "a\nb", "a\r\nb", "\tindented", "a\tb",
                                    "\x7f", "=?base64?SGk=?=", "é"}) {
        const std::string encoded = encode_header(risky);
        CHECK(encoded.starts_with("=?base64?"));
        CHECK(mcp::decode_header(encoded) == risky);
    }
}

TEST_CASE("annotated arguments are mirrored by their type, also inside objects") {
    const auto annotated = header_arguments(schema_of(R"({
        "region": {"type": "string", "x-mcp-header": "Region"},
        "priority": {"type": "integer", "x-mcp-header": "Priority"},
        "verbose": {"type": "boolean", "x-mcp-header": "Verbose"},
        "place": {"type": "object", "properties": {
            "x-mcp-header": {"type": "string", "x-mcp-header": "City"}}},
        "plain": {"type": "string", "default": {"x-mcp-header": "no annotation"}}})"));
    REQUIRE(annotated);
    CHECK(annotated->size() == 4);
    using Fields = net::HeaderFields;
    const auto headers = mirror(*annotated, Json::parse(R"({"region": "", "priority": 42.0,
        "verbose": false, "place": {"x-mcp-header": "Алматы"}, "plain": "p"})"));
    CHECK(net::find_header(headers, "mcp-param-region") == "");
    CHECK(net::find_header(headers, "mcp-param-priority") == "42");
    CHECK(net::find_header(headers, "mcp-param-verbose") == "false");
    CHECK(net::find_header(headers, "mcp-param-city") == encode_header("Алматы"));
    CHECK(headers.size() == 4);
    CHECK(mirror(*annotated, Json::parse(R"({"region": null, "place": 1})")) == Fields{});
    CHECK(mirror(*annotated, Json()) == Fields{});
}

TEST_CASE("an annotation against the rules says which") {
    CHECK(problem_of(schema_of(R"({"a": {"type": "string", "x-mcp-header": ""}})")) != "");
    CHECK(problem_of(schema_of(R"({"a": {"type": "string", "x-mcp-header": "A B"}})")) != "");
    CHECK(problem_of(schema_of(R"({"a": {"type": "string", "x-mcp-header": "A:"}})")) != "");
    CHECK(problem_of(schema_of(R"({"a": {"type": "string", "x-mcp-header": 1}})")) != "");
    for (const char* type : {"number", "object", "array", "null"}) {
        Json schema = schema_of("{}");
        schema["properties"]["a"] = {{"type", type}, {"x-mcp-header", "A"}};
        CHECK(problem_of(schema) ==
              "the x-mcp-header at '/a' is not of a string, an integer or a "
              "boolean");
    }
    CHECK(problem_of(schema_of(R"({"a": {"x-mcp-header": "A"}})")) != "");
    CHECK(problem_of(schema_of(R"({"a": {"type": "string", "x-mcp-header": "A"},
                                   "b": {"type": "string", "x-mcp-header": "a"}})")) ==
          "the x-mcp-header at '/b' comes twice");
    CHECK(problem_of(schema_of(R"({"a": {"type": "array", "items":
                                   {"type": "string", "x-mcp-header": "A"}}})")) != "");
    CHECK(problem_of({{"type", "string"}, {"x-mcp-header", "Root"}}) != "");
    CHECK(problem_of(Json::parse(R"({"allOf": [{"properties":
                                     {"a": {"type": "string", "x-mcp-header": "A"}}}]})")) != "");
    CHECK(problem_of(Json::parse(R"({"$defs": {"d": {"type": "string", "x-mcp-header": "A"}}})")) !=
          "");
    CHECK(problem_of(Json(true)) == "");
}

}  // namespace shopkeeper::mcp::client
