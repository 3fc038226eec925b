// The way through the browser: what is asked, and which answers are believed.
#include "oauth_client/authorization_code.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "net/form.hpp"
#include "oauth_client/pkce.hpp"
#include "support/fakes.hpp"

namespace shopkeeper::oauth_client {
namespace {

AuthorizationServer auth_server() {
    return {.issuer = "https://auth.example",
            .authorization_endpoint = "https://auth.example/authorize",
            .token_endpoint = "https://auth.example/token",
            .supports_s256 = true};
}

const AuthorizationRequest kRequest{.client_id = "https://we.example/client.json",
                                    .redirect_uri = "http://127.0.0.1:1234/callback",
                                    .state = "st+ate",
                                    .code_challenge = "ch",
                                    .scopes = {"a", "b"},
                                    .resource = "https://shop.example"};

std::map<std::string, std::string> query_of(const std::string& url) {
    const auto fields = net::decode_form(url.substr(url.find('?') + 1));
    return {fields.begin(), fields.end()};
}

std::string reason_of(const Result<std::string>& result) {
    return result ? "" : result.error().details.reason;
}

}  // namespace

TEST_CASE("an authorization request says all that the server must hold the code to", "[code]") {
    const std::string url = authorization_url(auth_server(), kRequest);

    CHECK(url.starts_with("https://auth.example/authorize?"));
    CHECK(query_of(url) == std::map<std::string, std::string>{
                               {"response_type", "code"},
                               {"client_id", kRequest.client_id},
                               {"redirect_uri", kRequest.redirect_uri},
                               {"state", "st+ate"},
                               {"code_challenge", "ch"},
                               {"code_challenge_method", "S256"},
                               {"scope", "a b"},
                               {"resource", "https://shop.example"},
                           });
}

TEST_CASE("an endpoint keeps its own query, and no scope is better than an empty one", "[code]") {
    AuthorizationServer server = auth_server();
    server.authorization_endpoint += "?tenant=1";
    AuthorizationRequest request = kRequest;
    request.scopes.clear();

    const std::string url = authorization_url(server, request);

    CHECK(url.starts_with("https://auth.example/authorize?tenant=1&response_type=code&"));
    CHECK(!query_of(url).contains("scope"));
}

TEST_CASE("a verifier is unguessable, new every time, and proves the challenge", "[pkce]") {
    test::SeededRandom random;

    const Pkce one = make_pkce(random), other = make_pkce(random);

    CHECK(one.verifier.size() == 43);
    CHECK(one.verifier != other.verifier);
    CHECK(one.challenge == s256(one.verifier));
    CHECK(s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") ==
          "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");  // RFC 7636, appendix B
}

TEST_CASE("an answer is believed when its state and its issuer are right", "[code]") {
    AuthorizationServer server = auth_server();
    server.names_itself = GENERATE(true, false);

    CHECK(read_authorization_response("state=s&code=c%2B1&iss=https%3A%2F%2Fauth.example", server,
                                      "s") == "c+1");
}

TEST_CASE("an answer from elsewhere, or for somebody else, gives no code", "[code]") {
    struct Case {
        const char* query;
        bool names_itself;
        const char* reason;
    };
    const auto [query, names_itself, reason] = GENERATE(values<Case>({
        {"code=c&state=other", false, "state_mismatch"},
        {"code=c", false, "state_mismatch"},
        {"code=c&state=", false, "state_mismatch"},
        {"code=c&state=s&iss=https://evil.example", true, "issuer_mismatch"},
        {"code=c&state=s&iss=https://evil.example", false, "issuer_mismatch"},
        {"code=c&state=s&iss=https://auth.example/", true, "issuer_mismatch"},
        {"code=c&state=s&iss=HTTPS://auth.example", true, "issuer_mismatch"},
        {"code=c&state=s&iss=", false, "issuer_mismatch"},
        {"code=c&state=s", true, "issuer_mismatch"},
        {"error=access_denied&state=s", true, "issuer_mismatch"},
        {"error=access_denied&state=x", false, "state_mismatch"},
        {"error=access_denied&state=s", false, "access_denied"},
        {"error=access_denied&code=c&state=s", false, "access_denied"},
        {"state=s", false, "invalid_response"},
        {"code=&state=s", false, "invalid_response"},
        {"code=c&code=d&state=s", false, "invalid_response"},
        {"code=c&state=s&state=s", false, "invalid_response"},
        {"code=c&state=s&iss=https://auth.example&iss=https://evil.example", true,
         "invalid_response"},
        {"", false, "state_mismatch"},
    }));
    AuthorizationServer server = auth_server();
    server.names_itself = names_itself;

    CAPTURE(query, names_itself);
    CHECK(reason_of(read_authorization_response(query, server, "s")) == reason);
}

TEST_CASE("an error of a stranger is told without what could act on a terminal", "[code]") {
    const std::string query =
        "state=s&error=access%1b%5B2Jdenied&error_description=" + std::string(5000, 'x') +
        "%0a%1b%5D0";

    const auto answer = read_authorization_response(query, auth_server(), "s");

    REQUIRE(!answer);
    CHECK(answer.error().details.reason == "access[2Jdenied");
    CHECK(answer.error().message.find('\x1b') == std::string::npos);
    CHECK(answer.error().message.size() < 500);
}

}  // namespace shopkeeper::oauth_client
