// What clients are shown of a tool: less than its file promises, and never something else.
#include "tools/listing.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "base/embedded.hpp"
#include "base/json.hpp"

using namespace shopkeeper;
using tools::listed_tool;

namespace {

/// What a model reads: about four bytes a token.
constexpr std::size_t kTokensMax = 12'000;
constexpr std::size_t kBytesOfToken = 4;

Json listed_argument(const Json& schema) {
    const Json tool{{"name", "t"},
                    {"inputSchema", {{"type", "object"}, {"properties", {{"it", schema}}}}}};
    return Json::parse(listed_tool(tool.dump())).at("inputSchema").at("properties").at("it");
}

/// Whatever fits `full` fits `listed`: the same types, some of the properties, and nothing else.
void check_accepts_all_of(const Json& listed, const Json& full, const std::string& where) {
    CAPTURE(where);
    CHECK(listed.at("type") == full.at("type"));
    for (const auto& [keyword, value] : listed.items()) {
        CAPTURE(keyword);
        CHECK((keyword == "type" || keyword == "properties"));
    }
    if (!listed.contains("properties")) return;
    for (const auto& [name, property] : listed.at("properties").items())
        check_accepts_all_of(property, full.at("properties").at(name), where + "/" + name);
}

void check_vendor_safe(const Json& schema, const std::string& where) {
    static const std::set<std::string> kKeywords = {"type",       "description", "enum",
                                                    "properties", "items",       "required"};
    for (const auto& [keyword, value] : schema.items()) {
        INFO(where << " has " << keyword);
        CHECK(kKeywords.contains(keyword));
    }
    if (schema.contains("items")) check_vendor_safe(schema.at("items"), where + "[]");
    if (!schema.contains("properties")) return;
    for (const auto& [name, property] : schema.at("properties").items())
        check_vendor_safe(property, where + "/" + name);
}

}  // namespace

TEST_CASE("the limits and the default of an argument become words", "[listing]") {
    struct Row {
        const char* schema;
        const char* words;
    };
    const Row row = GENERATE(values<Row>({
        {R"({"type":"string","description":"Name.","maxLength":100})", "Name. Max 100 chars."},
        {R"({"type":"string","description":"Name.","minLength":1,"maxLength":100})",
         "Name. Max 100 chars."},
        {R"({"type":"string","description":"HH:MM.","maxLength":5})", "HH:MM."},
        {R"({"type":"string","description":"Token.","maxLength":4096})", "Token."},
        {R"({"type":"integer","minimum":1,"maximum":100,"default":20})", "1 to 100. Default: 20."},
        {R"({"type":"integer","maximum":9})", "At most 9."},
        {R"({"type":"boolean","description":"On sale.","default":true})",
         "On sale. Default: true."},
        {R"({"type":"boolean","description":"On sale.","default":false})", "On sale."},
        {R"({"type":"string","description":"Order.","default":"newest"})",
         "Order. Default: newest."},
        {R"({"type":"array","items":{"type":"string"},"maxItems":10})", "At most 10."},
        {R"({"type":"array","items":{"type":"string"},"minItems":1,"maxItems":10})", "1 to 10."},
    }));

    CHECK(listed_argument(Json::parse(row.schema)).at("description") == row.words);
}

TEST_CASE("an argument about which there is nothing to say has no description", "[listing]") {
    CHECK(listed_argument({{"type", "integer"}, {"minimum", 1}, {"default", 0}}) ==
          Json{{"type", "integer"}});
}

TEST_CASE("a result shows the properties that its file lists, and closes nothing", "[listing]") {
    const Json tool = Json::parse(listed_tool(R"json({"name": "t", "title": "T", "outputSchema": {
        "type": "object", "listed": ["item", "note"], "required": ["item", "secret"],
        "additionalProperties": false, "properties": {"secret": {"type": "string"},
        "note": {"type": ["string", "null"], "description": "Words."},
        "item": {"type": "object", "listed": ["id"],
                 "properties": {"id": {"type": "integer"}, "more": {"type": "array"}}}}},
        "annotations": {"readOnlyHint": true}})json"));

    CHECK(tool.at("outputSchema") == Json::parse(R"json({"type": "object", "properties": {
        "item": {"type": "object", "properties": {"id": {"type": "integer"}}},
        "note": {"type": ["string", "null"]}}})json"));
    CHECK(tool.at("annotations") == Json{{"title", "T"}, {"readOnlyHint", true}});
    CHECK_FALSE(tool.contains("title"));
}

TEST_CASE("a file that lists what its result has not cannot be listed", "[listing]") {
    CHECK_THROWS_WITH(
        listed_tool(R"({"outputSchema":{"type":"object","listed":["id"],"properties":{}}})"),
        Catch::Contains("id"));
}

TEST_CASE("what is listed of a result accepts whatever its full schema accepts", "[listing]") {
    for (const EmbeddedFile& file : embedded::schemas()) {
        const Json full = Json::parse(file.content);
        const Json listed = Json::parse(listed_tool(file.content));
        check_accepts_all_of(listed.at("outputSchema"), full.at("outputSchema"),
                             std::string(file.path));
        CHECK_FALSE(listed.at("outputSchema").at("properties").empty());
    }
}

TEST_CASE("what is listed of the arguments uses only keywords that no vendor refuses",
          "[listing]") {
    for (const EmbeddedFile& file : embedded::schemas())
        check_vendor_safe(Json::parse(listed_tool(file.content)).at("inputSchema"),
                          std::string(file.path));
}

TEST_CASE("all tools together cost a model at most 12,000 tokens", "[listing]") {
    std::size_t bytes = 0;
    for (const EmbeddedFile& file : embedded::schemas())
        bytes += listed_tool(file.content).size() + 1;  // and a comma

    CHECK(bytes <= kTokensMax * kBytesOfToken);
}
