// What a listener that knows where tokens come from says to those who need one.
#include "transport/challenge.hpp"

#include <catch2/catch.hpp>

#include "http_fixture.hpp"

namespace shopkeeper::transport {
namespace {

constexpr auto kMetadata = "https://shop.example/.well-known/oauth-protected-resource/mcp";
constexpr auto kWhere =
    R"(resource_metadata="https://shop.example/.well-known/oauth-protected-resource/mcp")";

/// A listener for guests and for one key.
test::HttpFixture::Options led(bool takes_guests) {
    test::HttpFixture::Options options;
    options.access.admit = [](const std::string& credential) {
        return credential == "right" ? Admission::granted : Admission::refused;
    };
    options.access.takes_guests = takes_guests;
    options.access.challenge = {.resource_metadata = kMetadata, .scope = "shop:read"};
    options.streamable.challenge = options.access.challenge;
    return options;
}

TEST_CASE("a challenge names the metadata and the scopes, and an error when a token was sent",
          "[access_rules]") {
    test::HttpFixture http(led(/*takes_guests=*/false));
    const auto ask = [&](test::HttpFixture::Lines lines) {
        return http.post(test::request_json(1, "initialize"), http.json_lines(std::move(lines)));
    };

    const auto without = ask({});
    CHECK(without.status == 401);
    CHECK(without.header("WWW-Authenticate") ==
          std::string("Bearer ") + kWhere + R"(, scope="shop:read")");
    const auto wrong = ask({"Authorization: Bearer wrong"});
    CHECK(wrong.status == 401);
    CHECK(wrong.header("WWW-Authenticate") ==
          std::string(R"(Bearer error="invalid_token", )") + kWhere + R"(, scope="shop:read")");
    CHECK(ask({"Authorization: Bearer right"}).status == 200);
}

TEST_CASE("where guests are welcome, a wrong token is no guest's", "[access_rules]") {
    test::HttpFixture http(led(/*takes_guests=*/true));
    const auto ask = [&](test::HttpFixture::Lines lines) {
        return http.post(test::request_json(1, "initialize"), http.json_lines(std::move(lines)));
    };

    CHECK(ask({}).status == 200);
    CHECK(ask({"Authorization: Bearer right"}).status == 200);
    CHECK(ask({"Authorization: Bearer wrong"}).status == 401);
}

TEST_CASE("a refusal that a token would not meet with becomes 401, one of scopes 403",
          "[streamable]") {
    test::HttpFixture http(led(/*takes_guests=*/true));
    const auto ask = [&](const char* method, test::HttpFixture::Lines lines = {}) {
        return http.post(test::request_json(1, method), http.modern_lines(std::move(lines)));
    };

    const auto guest = ask("needs_token");
    CHECK(guest.status == 401);
    CHECK(guest.header("WWW-Authenticate") ==
          std::string("Bearer ") + kWhere + R"(, scope="orders:read")");
    CHECK(guest.body.find("isError") != std::string::npos);
    CHECK(ask("needs_token", {"Authorization: Bearer right"})
              .header("WWW-Authenticate")
              .starts_with(R"(Bearer error="invalid_token", )"));
    const auto narrow = ask("needs_scope", {"Authorization: Bearer right"});
    CHECK(narrow.status == 403);
    CHECK(narrow.header("WWW-Authenticate") ==
          std::string(R"(Bearer error="insufficient_scope", scope="orders:read", )") + kWhere);
    CHECK(ask("echo").status == 200);
}

TEST_CASE("where nobody knows of tokens such a refusal stays a result", "[streamable]") {
    test::HttpFixture http;
    const auto reply = http.post(test::request_json(1, "needs_scope"), http.modern_lines());
    CHECK(reply.status == 200);
    CHECK_FALSE(reply.has("WWW-Authenticate"));
}

}  // namespace
}  // namespace shopkeeper::transport
