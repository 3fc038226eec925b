#include "oauth_client/registration.hpp"

#include <catch2/catch.hpp>

#include "base/json.hpp"

namespace shopkeeper::oauth_client {
namespace {

using enum ClientAuthentication;
using Texts = std::vector<std::string>;

const ClientDescription kUs{
    .name = "Florist", .redirect_uri = "http://127.0.0.1:1234/callback", .scopes = {"a", "b"}};

AuthorizationServer auth_server(Texts methods) {
    return {.issuer = "https://auth.example", .token_auth_methods = std::move(methods)};
}

}  // namespace

TEST_CASE("a native client registers itself for codes and refresh tokens", "[registration]") {
    const auto request = parse_json(registration_request(kUs, auth_server({"none"})));

    CHECK(request == Json{
                         {"client_name", "Florist"},
                         {"application_type", "native"},
                         {"redirect_uris", {"http://127.0.0.1:1234/callback"}},
                         {"grant_types", {"authorization_code", "refresh_token"}},
                         {"response_types", {"code"}},
                         {"token_endpoint_auth_method", "none"},
                         {"scope", "a b"},
                     });
    CHECK(!parse_json(registration_request({.name = "F"}, auth_server({})))->contains("scope"));
}

TEST_CASE("a client asks for the method that the server takes, none if it may", "[registration]") {
    const auto [methods, wanted] = GENERATE(table<Texts, const char*>({
        {{"client_secret_basic", "none"}, "none"},
        {{"client_secret_post", "client_secret_basic"}, "client_secret_basic"},
        {{"client_secret_post"}, "client_secret_post"},
        {Texts{}, "client_secret_basic"},  // the default of RFC 8414
        {{"tls_client_auth"}, "client_secret_basic"},
    }));

    CHECK((*parse_json(registration_request(
              kUs, auth_server(methods))))["token_endpoint_auth_method"] == wanted);
}

TEST_CASE("a registered client authenticates as it was told, or as the server takes it",
          "[registration]") {
    const auto [answer, methods,
                expected] = GENERATE(table<const char*, Texts, ClientAuthentication>({
        {R"({"client_id":"c"})", {"client_secret_basic"}, none},
        {R"({"client_id":"c","client_secret":"s"})", {"none"}, none},
        {R"({"client_id":"c","client_secret":"s"})", Texts{}, client_secret_basic},
        {R"({"client_id":"c","client_secret":"s"})", {"client_secret_post"}, client_secret_post},
        {R"({"client_id":"c","client_secret":"s",
                 "token_endpoint_auth_method":"client_secret_post"})",
         {"client_secret_basic"},
         client_secret_post},
        {R"({"client_id":"c","client_secret":"s","token_endpoint_auth_method":"none"})",
         {"client_secret_basic"},
         none},
        {R"({"client_id":"c","client_secret":"s",
                 "token_endpoint_auth_method":"private_key_jwt"})",
         {"client_secret_post"},
         client_secret_post},
    }));

    const auto client = read_registration(answer, kUs, auth_server(methods));

    CAPTURE(answer);
    REQUIRE(client);
    CHECK(client->id == "c");
    CHECK(word(client->authentication) == word(expected));
    CHECK(client->redirect_uri == kUs.redirect_uri);
}

TEST_CASE("a secret ends when the server has said so, and 0 means never", "[registration]") {
    const auto [expires_at, at_5000s] = GENERATE(table<const char*, bool>(
        {{"0", false}, {"4999", true}, {"5000", true}, {"5001", false}, {"\"soon\"", false}}));

    const auto client =
        read_registration(R"({"client_id":"c","client_secret":"s","client_secret_expires_at":)" +
                              std::string(expires_at) + "}",
                          kUs, auth_server({}));

    CAPTURE(expires_at);
    CHECK(client->is_expired(5'000'000) == at_5000s);
}

TEST_CASE("a registration without a client id is none", "[registration]") {
    const auto* answer = GENERATE("", "[]", "{}", "<html>", R"({"client_id":""})",
                                  R"({"client_id":7})", R"({"client_secret":"s"})");

    const auto client = read_registration(answer, kUs, auth_server({}));

    REQUIRE(!client);
    CHECK(client.error().details.reason == "invalid_registration");
}

}  // namespace shopkeeper::oauth_client
