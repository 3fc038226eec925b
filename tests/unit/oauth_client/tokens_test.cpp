#include "oauth_client/tokens.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "base/base64.hpp"
#include "support/fake_http_client.hpp"

namespace shopkeeper::oauth_client {
namespace {

using enum ClientAuthentication;
using Fields = std::map<std::string, std::string>;

const AuthorizationServer kServer{.issuer = "https://auth.example",
                                  .token_endpoint = "https://auth.example/token"};
constexpr UnixMs kNow = 1'000'000'000'000;

Fields fields_of(const net::HttpRequest& request) {
    const auto fields = net::decode_form(request.body);
    return {fields.begin(), fields.end()};
}

Result<Tokens> answered(int status, const std::string& body) {
    return read_token_response(test::FakeHttpClient::json(status, body), kServer, {"asked"}, kNow);
}

std::string reason_of(const Result<Tokens>& tokens) {
    return tokens ? "" : tokens.error().details.reason;
}

}  // namespace

TEST_CASE("a token request shows who the client is in one way", "[tokens]") {
    const net::FormFields grant{{"grant_type", "x"}, {"resource", "https://shop.example/mcp"}};
    const auto request = [&](ClientAuthentication method) {
        return token_request(kServer, {.id = "i:d", .secret = "s cret", .authentication = method},
                             grant, "jwt");
    };
    const Fields base{{"grant_type", "x"}, {"resource", "https://shop.example/mcp"}};
    const auto with = [&](Fields more) {
        more.insert(base.begin(), base.end());
        return more;
    };

    CHECK(fields_of(request(none)) == with({{"client_id", "i:d"}}));
    CHECK(fields_of(request(client_secret_post)) ==
          with({{"client_id", "i:d"}, {"client_secret", "s cret"}}));
    CHECK(fields_of(request(private_key_jwt)) ==
          with({{"client_id", "i:d"},
                {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                {"client_assertion", "jwt"}}));
    CHECK(fields_of(request(client_secret_basic)) == base);
    CHECK(net::find_header(request(client_secret_basic).headers, "Authorization") ==
          "Basic " + encode_base64("i%3Ad:s+cret"));
    for (const auto method : {none, client_secret_post, private_key_jwt}) {
        CHECK(!net::find_header(request(method).headers, "Authorization"));
    }
    CHECK(request(none).method == "POST");
    CHECK(request(none).url == kServer.token_endpoint);
}

TEST_CASE("tokens are read with their scopes and their end", "[tokens]") {
    const auto all = answered(200, R"({"access_token":"a","token_type":"bearer",
        "refresh_token":"r","scope":"x y","expires_in":60})");
    const auto bare = answered(200, R"({"access_token":"a","token_type":"Bearer"})");

    REQUIRE(all);
    CHECK(all->access_token == "a");
    CHECK(all->refresh_token == "r");
    CHECK(all->scopes == Scopes{"x", "y"});
    CHECK(all->expires_ms == kNow + 60'000);
    REQUIRE(bare);
    CHECK(bare->refresh_token.empty());
    CHECK(bare->scopes == Scopes{"asked"});
    CHECK(!bare->expires_ms);
}

TEST_CASE("a token is stale half a minute before its end", "[tokens]") {
    CHECK(!Tokens{.expires_ms = kNow + 30'001}.is_stale(kNow));
    CHECK(Tokens{.expires_ms = kNow + 30'000}.is_stale(kNow));
    CHECK(Tokens{.expires_ms = kNow - 1}.is_stale(kNow));
    CHECK(!Tokens{}.is_stale(kNow));
}

TEST_CASE("a life that makes no sense does not overflow", "[tokens]") {
    const auto* life = GENERATE("1e300", "-5", "99999999999999999999", "9223372036854775807");

    const auto tokens = answered(200, R"({"access_token":"a","token_type":"Bearer","expires_in":)" +
                                          std::string(life) + "}");

    CAPTURE(life);
    REQUIRE(tokens);
    CHECK(*tokens->expires_ms >= kNow);
    CHECK(*tokens->expires_ms <= kNow + 366LL * 24 * 3600 * 1000);
}

TEST_CASE("an answer without a token that can be sent is refused", "[tokens]") {
    struct Case {
        int status;
        const char* body;
        const char* reason;
    };
    const auto [status, body, reason] = GENERATE(values<Case>({
        {200, R"({"token_type":"Bearer"})", "invalid_token_response"},
        {200, R"({"access_token":"","token_type":"Bearer"})", "invalid_token_response"},
        {200, R"({"access_token":"a b","token_type":"Bearer"})", "invalid_token_response"},
        {200, R"({"access_token":"a\r\nX: y","token_type":"Bearer"})", "invalid_token_response"},
        {200, R"({"access_token":"a","token_type":"DPoP"})", "invalid_token_response"},
        {200, R"({"access_token":"a","token_type":"mac"})", "invalid_token_response"},
        {200, R"({"access_token":"a"})", "invalid_token_response"},
        {200, R"({"error":"invalid_grant","access_token":"a"})", "invalid_grant"},
        {200, "<html>", "invalid_response"},
        {200, "", "invalid_response"},
        {302, R"({"access_token":"a","token_type":"Bearer"})", "invalid_response"},
        {400, R"({"error":"invalid_grant","error_description":"gone"})", "invalid_grant"},
        {401, R"({"error":"invalid_client"})", "invalid_client"},
        {400, R"({"error":7})", "invalid_response"},
        {404, "nothing here", "invalid_response"},
    }));

    CAPTURE(status, body);
    CHECK(reason_of(answered(status, body)) == reason);
}

TEST_CASE("a server that cannot look is not one that refuses", "[tokens]") {
    const int status = GENERATE(429, 500, 503);

    const auto tokens = answered(status, R"({"error":"invalid_grant"})");

    REQUIRE(!tokens);
    CHECK(tokens.error().code == ErrorCode::unavailable);
}

TEST_CASE("no message about tokens holds one", "[tokens]") {
    const auto tokens = answered(200, R"({"access_token":"se cret","refresh_token":"secret"})");

    REQUIRE(!tokens);
    CHECK(tokens.error().message.find("cret") == std::string::npos);
}

}  // namespace shopkeeper::oauth_client
