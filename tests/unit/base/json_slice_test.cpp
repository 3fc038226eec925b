#include "base/json_slice.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

using namespace shopkeeper;

TEST_CASE("a slice finds members and elements without reading the rest", "[json_slice]") {
    const auto whole = JsonSlice::of(R"(
        { "a" : [1, "two, \" and ] more\\", {"b": null}] ,"skipped":{"a":[{}, "}"]},
          "n":-1.5e3, "t":true,"e":{}, "f":[] })")
                           .members();

    CHECK(whole.size() == 6);
    CHECK(whole.begin()->first == "a");
    const auto elements = whole.at("a").elements();
    REQUIRE(elements.size() == 3);
    CHECK(elements[0].text() == "1");
    CHECK(elements[1].is_string());
    CHECK(elements[1].inside() == R"(two, \" and ] more\\)");
    CHECK(elements[2].members().at("b").text() == "null");
    CHECK(whole.at("n").text() == "-1.5e3");
    CHECK(whole.at("t").text() == "true");
    CHECK(whole.at("e").members().size() == 0);
    CHECK(whole.at("f").elements().empty());
    CHECK(whole.at("skipped").text() == R"({"a":[{}, "}"]})");
}

TEST_CASE("what is not there is not found", "[json_slice]") {
    const auto whole = JsonSlice::of(R"({"a":{"b":1}})").members();
    CHECK_FALSE(whole.find("b"));
    CHECK_THROWS_WITH(whole.at("b"), Catch::Contains("b"));
    CHECK_THROWS_AS(JsonSlice::of(" "), std::logic_error);
}
