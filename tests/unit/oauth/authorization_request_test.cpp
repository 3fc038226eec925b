#include "oauth/authorization_request.hpp"

#include <catch2/catch.hpp>

#include "base/crypto.hpp"

namespace shopkeeper::oauth {
namespace {

constexpr auto kResource = "https://shop.example/mcp";
/// Of RFC 7636, appendix B.
constexpr auto kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr auto kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

net::FormFields good() {
    return {{"client_id", "mcp_1"},
            {"redirect_uri", "https://app.example/cb"},
            {"response_type", "code"},
            {"state", "s"},
            {"scope", "orders:read"},
            {"resource", kResource},
            {"code_challenge_method", "S256"},
            {"code_challenge", kChallenge}};
}

net::FormFields with(std::string_view name, std::string_view value) {
    auto fields = good();
    for (auto& [key, old] : fields) {
        if (key == name) old = value;
    }
    return fields;
}

net::FormFields without(std::string_view name) {
    auto fields = good();
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    return fields;
}

std::string refused(const net::FormFields& fields) {
    const auto read = read_authorization_request(fields, kResource);
    return read ? "" : std::string(read.error().code);
}

TEST_CASE("a request says what it wants, for which challenge", "[oauth]") {
    const auto read = read_authorization_request(good(), kResource);

    REQUIRE(read);
    CHECK(read->state == "s");
    CHECK(read->challenge == kChallenge);
    CHECK(read->scopes.text() == "orders:read");
    CHECK(read_addressee(good())->redirect_uri == "https://app.example/cb");
}

TEST_CASE("PKCE is S256 or nothing", "[oauth]") {
    CHECK(refused(without("code_challenge")) == "invalid_request");
    CHECK(refused(without("code_challenge_method")) == "invalid_request");
    CHECK(refused(with("code_challenge_method", "plain")) == "invalid_request");
    CHECK(refused(with("code_challenge_method", "s256")) == "invalid_request");
    CHECK(refused(with("code_challenge", "short")) == "invalid_request");
    CHECK(refused(with("code_challenge", std::string(43, '='))) == "invalid_request");

    CHECK(proves(kVerifier, kChallenge));
    CHECK_FALSE(proves(std::string(kVerifier) + "x", kChallenge));
    CHECK_FALSE(proves("", kChallenge));
    CHECK_FALSE(proves(kChallenge, kChallenge));
    // A verifier shorter than the RFC allows could be guessed, so it is none.
    CHECK_FALSE(proves("abc", base64url(sha256("abc"))));
}

TEST_CASE("only the code flow, for this resource, with scopes that exist", "[oauth]") {
    CHECK(refused(with("response_type", "token")) == "unsupported_response_type");
    CHECK(refused(without("response_type")) == "unsupported_response_type");
    CHECK(refused(with("resource", "https://other.example/mcp")) == "invalid_target");
    CHECK(refused(with("resource", "https://shop.example/mcp/")) == "invalid_target");
    CHECK(refused(without("resource")).empty());
    CHECK(refused(with("scope", "root")) == "invalid_scope");
    CHECK(refused(with("state", std::string(3000, 's'))) == "invalid_request");
    CHECK(read_authorization_request(without("scope"), kResource)->scopes ==
          auth::ScopeSet::reading());
    CHECK(read_authorization_request(with("scope", "orders:write offline_access"), kResource)
              ->scopes.text() == "orders:read orders:write");
}

TEST_CASE("a parameter that comes twice is nobody's to choose from", "[oauth]") {
    for (const auto& field : good()) {
        auto twice = good();
        twice.push_back(field);
        INFO(field.first);
        CHECK(refused(twice) == "invalid_request");
    }
    auto two_redirects = good();
    two_redirects.emplace_back("redirect_uri", "https://evil.example/");
    CHECK_FALSE(read_addressee(two_redirects));
    CHECK_FALSE(read_addressee(without("client_id")));
    CHECK_FALSE(read_addressee(without("redirect_uri")));
    CHECK_FALSE(read_addressee(with("redirect_uri", "javascript:alert(1)")));
}

TEST_CASE("scopes: changing includes reading, and unknown words are none", "[oauth]") {
    using auth::Area;
    const auto scopes = auth::ScopeSet::parse("orders:write  catalogue:read root:write orders");
    CHECK(scopes.has({Area::orders, true}));
    CHECK(scopes.has({Area::orders, false}));
    CHECK(scopes.has({Area::catalogue, false}));
    CHECK_FALSE(scopes.has({Area::catalogue, true}));
    CHECK(scopes.text() == "catalogue:read orders:read orders:write");
    CHECK(auth::ScopeSet::parse(auth::ScopeSet::all().text()) == auth::ScopeSet::all());
}

}  // namespace
}  // namespace shopkeeper::oauth
