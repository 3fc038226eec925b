#include "base/json.hpp"

#include <catch2/catch.hpp>

#include "base/json_writer.hpp"

using namespace shopkeeper;

TEST_CASE("C16: nesting is bounded before anything is built", "[json]") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };

    CHECK(parse_json(nested(kJsonDepthMax)));
    CHECK_FALSE(parse_json(nested(kJsonDepthMax + 1)));
    CHECK_FALSE(parse_json(std::string(1'000'000, '[')));
    CHECK(parse_json(
        R"({"text": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\""})"));
}

TEST_CASE("text that is not exactly one JSON value is no JSON", "[json]") {
    for (const char* text : {"", "{", "{}x", "{'a':1}", "nul", "\"\xFF\"", "[1,]", "\x00",
                             "{\"a\":1}{\"b\":2}", "01"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_json(text));
    }
}

TEST_CASE("compacting takes the white space between tokens and nothing else", "[json]") {
    CHECK(compact_json("{\n  \"b\": [1, 2.5,\tnull],\r\n  \"a\" : {}\n}\n") ==
          R"({"b":[1,2.5,null],"a":{}})");
    for (const char* text : {R"(" a  b ")", R"({"k, :\"x\" ":" \\"})", R"(["\\\""," \" , \" "])",
                             R"("")", R"({})", R"([""," ",""])", R"("\u0022 \\")"}) {
        CAPTURE(text);
        const auto before = parse_json(text);
        REQUIRE(before);
        CHECK(parse_json(compact_json(text)) == before);
        CHECK(compact_json(before->dump(2)) == before->dump());
    }
    CHECK(compact_json("").empty());
}

TEST_CASE("the writer's documents are what a parser reads back", "[json]") {
    JsonWriter out;
    out.begin_object();
    out.field("text", "роза \"в\" \\ \n\t\x01");
    out.field("number", std::int64_t{-5});
    out.field("real", 4.7);
    out.field("flag", true);
    out.field("nothing", std::optional<std::string>());
    out.field("list", std::vector<std::string>{"a", "b"});
    out.key("objects");
    out.begin_array();
    for (int i = 0; i < 2; ++i) {
        out.begin_object();
        out.field("i", i);
        out.end_object();
    }
    out.end_array();
    out.raw_field("amount", "9000.5");
    out.field_if("left_out", std::string());
    out.end_object();

    const auto json = parse_json(out.view());
    REQUIRE(json);
    CHECK((*json)["text"] == "роза \"в\" \\ \n\t\x01");
    CHECK((*json)["number"] == -5);
    CHECK((*json)["real"] == 4.7);
    CHECK((*json)["nothing"].is_null());
    CHECK((*json)["list"].size() == 2);
    CHECK((*json)["objects"][1]["i"] == 1);
    CHECK((*json)["amount"] == 9000.5);
    CHECK_FALSE(json->contains("left_out"));
}

TEST_CASE("broken bytes become replacement characters, so a document is always valid", "[json]") {
    for (const char* broken : {"a\xFFz", "\xC3", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
        std::string out;
        append_json_string(out, broken);
        CAPTURE(out);
        CHECK(parse_json(out));
        CHECK(out.find("\xEF\xBF\xBD") != std::string::npos);
    }
}
