// The tool files as every known client and model vendor accepts them: one odd keyword in one schema
// and some vendors refuse the whole list. Reads schemas/**.json, from which tools/list is derived
// (tools/listing.hpp).
#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "base/json.hpp"
#include "tidy/sources.hpp"

namespace shopkeeper::tidy {
namespace {

const std::set<std::string> kDomains = {"auth", "products", "orders",  "warehouse",
                                        "shop", "reviews",  "telegram"};

/// What every vendor's dialect of JSON Schema understands in an input; the rest is said in words.
const std::set<std::string> kInputKeywords = {
    "type",      "properties", "required",   "additionalProperties",
    "items",     "enum",       "minimum",    "maximum",
    "minLength", "maxLength",  "minItems",   "maxItems",
    "default",   "title",      "description"};

/// Keywords that say something of an argument that has no description.
constexpr const char* kLimits[] = {"enum", "minimum", "maximum", "maxLength", "maxItems"};

const std::set<std::string> kTypes = {"object", "array", "string", "integer", "number", "boolean"};

class ToolLint {
public:
    ToolLint(std::string path, const Json& tool) : path_(std::move(path)), tool_(tool) {}

    std::vector<Finding> run() {
        face();
        annotations();
        view();
        input("inputSchema", tool_.value("inputSchema", Json::object()));
        output();
        common_arguments();
        return std::move(findings_);
    }

private:
    void require(bool holds, const std::string& advice) {
        if (!holds) findings_.push_back({path_, 1, advice});
    }

    void face() {
        const std::set<std::string> keys = {"name",        "title",        "description",
                                            "inputSchema", "outputSchema", "annotations"};
        for (const auto& item : tool_.items())
            require(keys.contains(item.key()) || item.key() == "_meta",
                    "remove '" + item.key() + "': not a field of a tool");
        for (const std::string& key : keys) require(tool_.contains(key), "add '" + key + "'");
        const std::string name = tool_.value("name", "");
        static const std::regex kName("schemas/([a-z]+)/([a-z][a-z0-9_]{0,39})\\.json");
        std::smatch match;
        const bool placed = std::regex_match(path_, match, kName);
        require(placed && kDomains.contains(match[1]),
                "a tool file is schemas/<domain>/<name of at most 40 of a-z, 0-9, _>.json");
        require(placed && match[2] == name, "name the file after the tool '" + name + "'");
        const std::string text = tool_.value("description", "");
        require(text.size() >= 40, "describe what the tool does, when to use it and what it needs");
        require(text.size() <= 1024,
                "shorten the description to 1024 characters: models pay for it");
        require(!tool_.value("title", "").empty(), "give the tool a title for people");
    }

    void annotations() {
        const Json hints = tool_.value("annotations", Json::object());
        for (const char* hint :
             {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"})
            require(hints.contains(hint) && hints[hint].is_boolean(),
                    std::string("set annotations.") + hint + " explicitly to true or false");
        require(!hints.contains("title"), "remove annotations.title: it is the title, in the list");
        require(!(hints.value("readOnlyHint", false) && hints.value("destructiveHint", false)),
                "a tool that only reads cannot destroy: set one of the two hints to false");
        require(!hints.value("openWorldHint", true),
                "openWorldHint is false: the shop is a closed world");
    }

    /// Every byte of `_meta` is sent to every client.
    void view() {
        if (!tool_.contains("_meta")) return;
        constexpr std::string_view kStart = "ui://shopkeeper/";
        const Json::json_pointer place("/ui/resourceUri");
        const Json& meta = tool_["_meta"];
        const std::string uri = meta.contains(place) ? meta[place].get<std::string>() : "";
        require(
            uri.starts_with(kStart) && meta == Json{{"ui", {{"resourceUri", uri}}}},
            "_meta is only {\"ui\": {\"resourceUri\": \"ui://shopkeeper/<view of apps/views>\"}}");
    }

    void input(const std::string& at, const Json& schema) {
        if (!schema.is_object()) return require(false, at + " is not an object");
        for (const auto& item : schema.items())
            require(kInputKeywords.contains(item.key()),
                    at + ": remove '" + item.key() +
                        "', some vendors refuse it; say it in the description");
        const bool typed = schema.contains("type") && schema["type"].is_string();
        require(typed && kTypes.contains(schema["type"].get<std::string>()),
                at + ": 'type' is one type name");
        if (!typed) return;
        const auto type = schema["type"].get<std::string>();
        if (schema.contains("enum"))
            for (const Json& value : schema["enum"])
                require(value.is_string(), at + ": values of an enum are strings");
        if (type == "array") {
            require(schema.contains("items"), at + ": say what the items are");
            if (schema.contains("items")) input(at + "/items", schema["items"]);
        }
        if (type == "object") object(at, schema);
    }

    void object(const std::string& at, const Json& schema) {
        require(schema.contains("properties") && schema["properties"].is_object(),
                at + ": 'properties' must stand, even empty");
        require(schema.contains("additionalProperties") && schema["additionalProperties"] == false,
                at + ": set additionalProperties to false, so that a misspelt name is refused");
        const Json properties = schema.value("properties", Json::object());
        for (const Json& name : schema.value("required", Json::array()))
            require(properties.contains(name.get<std::string>()),
                    at + ": requires '" + name.get<std::string>() + "', which is no property");
        for (const auto& property : properties.items()) {
            const std::string place = at + "/" + property.key();
            const std::string words = property.value().value("description", "");
            const bool speaks_for_itself = std::ranges::any_of(
                kLimits, [&](const char* limit) { return property.value().contains(limit); });
            require(!words.empty() || speaks_for_itself,
                    place + ": describe it; its name and its limits do not say what it is");
            const bool repeats = words.find("at most ") != std::string::npos ||
                                 words.find("characters") != std::string::npos;
            require(!repeats, place + ": limits are put into words by the list; do not say them");
            input(place, property.value());
        }
    }

    void output() {
        const Json schema = tool_.value("outputSchema", Json::object());
        require(schema.value("type", Json()) == "object", "outputSchema: its root is an object");
        require(!schema.contains("$schema"),
                "outputSchema: remove $schema, clients choke on old ones");
        require(
            schema.value("additionalProperties", Json()) == false,
            "outputSchema: set additionalProperties to false at the root, so that drift is caught");
        for (const char* keyword : {"oneOf", "anyOf", "allOf", "if", "$ref"})
            require(!schema.contains(keyword),
                    std::string("outputSchema: no ") + keyword + " at the root");
        const Json properties = schema.value("properties", Json::object());
        for (const char* names : {"required", "listed"})
            for (const Json& name : schema.value(names, Json::array()))
                require(properties.contains(name.get<std::string>()),
                        std::string("outputSchema: ") + names + " has '" + name.get<std::string>() +
                            "', which is no property");
        require(schema.contains("listed"),
                "outputSchema: name in 'listed' the few properties that clients are shown");
    }

    void common_arguments() {
        const Json arguments = tool_.value("/inputSchema/properties"_json_pointer, Json::object());
        if (arguments.contains("shop_id"))
            require(arguments["shop_id"].value("type", "") == "integer" &&
                        arguments["shop_id"].value("minimum", 0) == 1,
                    "shop_id is an integer of at least 1");
        if (arguments.contains("token"))
            require(arguments["token"].value("type", "") == "string" &&
                        arguments["token"].value("maxLength", 0) == 4096,
                    "token is a string of at most 4096 characters");
        if (!arguments.contains("idempotency_key")) return;
        const Json& key = arguments["idempotency_key"];
        require(key.value("type", "") == "string" && key.value("minLength", 0) == 1 &&
                    key.value("maxLength", 0) == 255,
                "idempotency_key is a string of 1 to 255 characters");
        require(
            !tool_.value("/annotations/idempotentHint"_json_pointer, true),
            "a tool with an idempotency_key is not idempotent without it: idempotentHint is false");
        const auto replay = "/outputSchema/properties/idempotent_replay/type"_json_pointer;
        require(tool_.value(replay, Json()) == "boolean",
                "outputSchema: add the optional boolean idempotent_replay");
    }

    std::string path_;
    const Json& tool_;
    std::vector<Finding> findings_;
};

std::vector<Finding> check_tool(const SourceFile& file) {
    const Json tool = Json::parse(file.text, nullptr, false);
    if (!tool.is_object()) return {{file.path, 1, "is not a JSON object"}};
    try {
        return ToolLint(file.path, tool).run();
    } catch (const Json::exception& shape) {
        return {{file.path, 1, std::string("has a value of an unexpected type: ") + shape.what()}};
    }
}

Json good_tool() {
    return Json::parse(R"json({
        "name": "list_things", "title": "List things",
        "description": "Lists the things of a shop. Use it to see what there is; needs no identity.",
        "inputSchema": {"type": "object", "additionalProperties": false, "properties": {
            "limit": {"type": "integer", "minimum": 1, "maximum": 100, "description": "Rows."},
            "all": {"type": "boolean", "description": "Those off sale, too."}}},
        "outputSchema": {"type": "object", "listed": [], "additionalProperties": false, "properties": {}},
        "annotations": {"readOnlyHint": true, "destructiveHint": false,
                        "idempotentHint": true, "openWorldHint": false}})json");
}

bool refused(const Json& tool) {
    return !check_tool({"schemas/shop/list_things.json", tool.dump()}).empty();
}

}  // namespace

TEST_CASE("every tool file is safe for every client and vendor", "[tidy]") {
    std::vector<Finding> findings;
    for (const SourceFile& file : sources({"schemas"}, {".json"})) {
        const auto found = check_tool(file);
        findings.insert(findings.end(), found.begin(), found.end());
    }

    INFO(to_text(findings));
    CHECK(findings.empty());
}

TEST_CASE("the tool lint refuses what a vendor would refuse", "[tidy]") {
    REQUIRE_FALSE(refused(good_tool()));
    const auto with = [](const char* pointer, Json value) {
        Json tool = good_tool();
        tool[Json::json_pointer(pointer)] = std::move(value);
        return tool;
    };
    CHECK(refused(with("/name", "list.things")));
    CHECK(refused(with("/inputSchema/oneOf", Json::array())));
    CHECK_FALSE(refused(with("/_meta/ui/resourceUri", "ui://shopkeeper/products")));
    CHECK(refused(with("/_meta/ui/resourceUri", "ui://elsewhere/products")));
    CHECK(refused(with("/_meta/note", "what nobody reads")));
    CHECK(refused(with("/inputSchema/properties/limit/type", {"integer", "null"})));
    CHECK(refused(with("/inputSchema/properties/limit/exclusiveMinimum", 0)));
    CHECK(refused(with("/inputSchema/properties/limit/description", "Rows, at most 100.")));
    CHECK(refused(with("/inputSchema/properties/all/description", "")));
    CHECK(refused(with("/inputSchema/additionalProperties", true)));
    CHECK(refused(with("/inputSchema/required", {"offset"})));
    CHECK(refused(with("/outputSchema/$schema", "draft-07")));
    CHECK(refused(with("/outputSchema/type", "array")));
    CHECK(refused(with("/outputSchema/listed", {"total"})));
    CHECK(refused(with("/annotations/title", "List things")));
    CHECK(refused(with("/annotations/readOnlyHint", nullptr)));
    CHECK(refused(with("/annotations/destructiveHint", true)));
    CHECK(refused(with("/inputSchema/properties/idempotency_key",
                       {{"type", "string"}, {"description", "Any text."}})));
    CHECK(refused(with("/meta", 1)));
}

}  // namespace shopkeeper::tidy
