#include "oauth_client/challenge.hpp"

#include <catch2/catch.hpp>

namespace shopkeeper::oauth_client {

TEST_CASE("a bearer challenge is read in every form that RFC 9110 allows", "[challenge]") {
    struct Case {
        const char* header;
        const char* error;
        const char* scopes;
        const char* metadata;
    };
    const auto [header, error, scopes, metadata] = GENERATE(values<Case>({
        {"Bearer", "", "", ""},
        {"bearer realm=shop", "", "", ""},
        {R"(Bearer error="insufficient_scope", scope="a b", resource_metadata="https://h/x")",
         "insufficient_scope", "a b", "https://h/x"},
        {R"(Bearer scope="b a b",error=invalid_token)", "invalid_token", "b a", ""},
        {R"(Bearer  Scope = "a" , ERROR = "e")", "e", "a", ""},
        {R"(Bearer error_description="say \"scope=\\x\", please", scope="a")", "", "a", ""},
        {R"(Bearer error_description="a, Basic realm=x", scope="a")", "", "a", ""},
        {R"(Basic realm="x", Bearer scope="a")", "", "a", ""},
        {R"(Negotiate dG9rZW4=, Bearer scope="a", Basic scope="b")", "", "a", ""},
        {R"(Negotiate abc/+==, , Bearer error="e")", "e", "", ""},
        {R"(Basic, Bearer scope="a")", "", "a", ""},
        {R"(Bearer scope="a", scope="b")", "", "a", ""},
        {R"(Bearer scope="a", error="never closed)", "", "a", ""},
        {R"(Bearer scope="a", ;;;, error="e")", "", "a", ""},
    }));

    const auto challenge = find_bearer_challenge(header);

    CAPTURE(header);
    REQUIRE(challenge);
    CHECK(challenge->error == error);
    CHECK(spaced(challenge->scopes) == scopes);
    CHECK(challenge->resource_metadata == metadata);
}

TEST_CASE("what challenges for something else, or for nothing, is no bearer challenge",
          "[challenge]") {
    const auto* header = GENERATE("", "   ", ",,", "Basic realm=\"Bearer\"", "DPoP algs=\"ES256\"",
                                  "scope=\"a\", Bearer", "\"Bearer\"", "Bearers scope=\"a\"");

    CAPTURE(header);
    CHECK(!find_bearer_challenge(header));
}

TEST_CASE("scopes are kept in order, each once, and only what may be one", "[scopes]") {
    CHECK(read_scopes(" b a  b ") == Scopes{"b", "a"});
    CHECK(read_scopes("a \"b\" c\\d e\x7f f") == Scopes{"a", "f"});
    CHECK(read_scopes("").empty());
    std::string many;
    for (int i = 0; i < 1000; ++i) many += "s" + std::to_string(i) + " ";
    CHECK(read_scopes(many).size() == kScopesMax);

    CHECK(united({"a", "b"}, {"c", "a"}) == Scopes{"a", "b", "c"});
    CHECK(contains_all({"a", "b"}, {}));
    CHECK(!contains_all({"a", "b"}, {"b", "c"}));
}

}  // namespace shopkeeper::oauth_client
