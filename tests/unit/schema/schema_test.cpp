#include "schema/schema.hpp"

#include <catch2/catch.hpp>

using shopkeeper::Json;
using shopkeeper::schema::Schema;

namespace {

const Json kOrder = Json::parse(R"json({
  "type": "object",
  "properties": {
    "name": {"type": "string", "minLength": 1, "maxLength": 5},
    "customer_phone": {"type": "string"},
    "quantity": {"type": "integer", "minimum": 1, "maximum": 1000},
    "price": {"type": "number", "minimum": 0},
    "kind": {"type": "string", "enum": ["IN", "OUT"]},
    "gift": {"type": "boolean", "default": false},
    "ids": {"type": "array", "items": {"type": "integer"}, "maxItems": 3},
    "password": {"type": "string"},
    "lines": {"type": "array", "minItems": 1, "items": {
      "type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"], "additionalProperties": false}}
  },
  "required": ["name"],
  "additionalProperties": false
})json");

std::vector<std::string> paths(const Json& value) {
    std::vector<std::string> found;
    for (const auto& violation : Schema(kOrder).check(value)) found.push_back(violation.path);
    return found;
}

Json coerced(const char* text) {
    Json value = Json::parse(text);
    constexpr std::string_view kVerbatim[] = {"password"};
    constexpr std::string_view kDigits[] = {"customer_phone"};
    Schema(kOrder).coerce(value, {.verbatim = kVerbatim, .digit_texts = kDigits});
    return value;
}

}  // namespace

TEST_CASE("C4: every violation is listed with its path", "[schema]") {
    const auto found = paths(Json::parse(
        R"({"quantity": 0, "kind": "SIDEWAYS", "lines": [{"id": 1}, {}], "colour": 1})"));

    CHECK(found == std::vector<std::string>{"name", "colour", "kind", "lines[1].id", "quantity"});
}

TEST_CASE("C4: an unknown field names the accepted ones", "[schema]") {
    const auto violations = Schema(kOrder).check(Json::parse(R"({"name": "a", "nam": "b"})"));

    REQUIRE(violations.size() == 1);
    CHECK(violations[0].accepted.size() == 9);
    CHECK(violations[0].message.find("quantity") != std::string::npos);
}

TEST_CASE("C5: lengths count code points, not bytes", "[schema]") {
    CHECK(paths({{"name", "пятая"}}).empty());
    CHECK(paths({{"name", "шестая"}}) == std::vector<std::string>{"name"});
}

TEST_CASE("1.0 is an integer, 1.5 is not", "[schema]") {
    CHECK(paths({{"name", "a"}, {"quantity", 1.0}}).empty());
    CHECK(paths({{"name", "a"}, {"quantity", 1.5}}) == std::vector<std::string>{"quantity"});
}

TEST_CASE("C3: coercion does what the rule lists and nothing else", "[schema]") {
    CHECK(coerced(R"({"quantity": " 8 "})")["quantity"] == 8);
    CHECK(coerced(R"({"quantity": 8.0})")["quantity"].is_number_integer());
    CHECK(coerced(R"({"price": "12.5"})")["price"] == 12.5);
    CHECK(coerced(R"({"gift": "TRUE"})")["gift"] == true);
    CHECK(coerced(R"({"kind": "in"})")["kind"] == "IN");
    CHECK(coerced(R"({"ids": "1, 2,3"})")["ids"] == Json::parse("[1, 2, 3]"));
    CHECK(coerced(R"({"customer_phone": 77000001234})")["customer_phone"] == "77000001234");
    CHECK(coerced(R"({"name": 5})")["name"] == 5);
    CHECK(coerced(R"({"quantity": "eight"})")["quantity"] == "eight");
    CHECK(coerced(R"({"quantity": "1e999"})")["quantity"] == "1e999");
}

TEST_CASE("C3: null, empty and blank mean absent; defaults fill in", "[schema]") {
    const Json value = coerced(R"({"name": "  ", "price": null, "kind": ""})");

    CHECK(value == Json::parse(R"({"gift": false})"));
}

TEST_CASE("a secret is taken as given", "[schema]") {
    CHECK(coerced(R"({"password": " <b>x</b> "})")["password"] == " <b>x</b> ");
}

TEST_CASE("a keyword that nothing checks is refused when compiling", "[schema]") {
    CHECK_THROWS_AS(Schema(Json::parse(R"({"type": "string", "pattern": "^a"})")),
                    std::invalid_argument);
    CHECK_THROWS_AS(Schema(Json::parse(R"({"type": "object", "required": ["a"]})")),
                    std::invalid_argument);
    CHECK_THROWS_AS(Schema(Json::parse(R"({"type": "strange"})")), std::invalid_argument);
}

TEST_CASE("hostile shapes are violations, not accidents", "[schema]") {
    for (const char* text :
         {"[]", "null", "7", R"({"name": {"a": 1}})", R"({"name": "a", "lines": {}})",
          R"({"name": "a", "quantity": 99999999999999999999999})"}) {
        CAPTURE(text);
        CHECK_FALSE(Schema(kOrder).check(Json::parse(text)).empty());
    }
}
