// Tokens of other authorization servers: which are believed, and when their keys are asked for.
#include "oauth/issuer_tokens.hpp"

#include <catch2/catch.hpp>

#include "unit/oauth/fake_http.hpp"
#include "unit/oauth/foreign_tokens.hpp"

namespace shopkeeper::oauth {
namespace {

namespace foreign = test::foreign;

constexpr UnixMs kNow = 1'795'000'000'000;
constexpr auto kIssuer = "https://id.example";
constexpr auto kMetadataUrl = "https://id.example/.well-known/oauth-authorization-server";
constexpr auto kOpenIdUrl = "https://id.example/.well-known/openid-configuration";
constexpr auto kMetadata =
    R"({"issuer":"https://id.example","jwks_uri":"https://id.example/keys"})";
constexpr auto kKeysUrl = "https://id.example/keys";

struct Trusting {
    test::FakeHttp http;
    IssuerTokens tokens{http, {kIssuer}, "https://shop.example/mcp"};
    UnixMs now_ms = kNow;

    Trusting() {
        http.answer(kMetadataUrl, kMetadata);
        http.answer(kKeysUrl, foreign::kKeys);
    }
    std::optional<Result<auth::ForeignSubject>> read(std::string_view token, bool may_wait = true) {
        return tokens.read(token, now_ms, may_wait);
    }
    /// Empty: it is believed.
    std::string refused(std::string_view token) {
        const auto result = read(token);
        if (!result) return "not theirs";
        return *result ? "" : std::string(word(result->error().code));
    }
};

TEST_CASE("a token of a trusted issuer says who it is for and what it allows", "[oauth]") {
    Trusting shop;
    const auto subject = shop.read(foreign::kGood);

    REQUIRE(subject);
    REQUIRE(*subject);
    CHECK((*subject)->issuer == kIssuer);
    CHECK((*subject)->subject == "abc");
    CHECK((*subject)->scopes.text() == "catalogue:read catalogue:write orders:read");
    CHECK(shop.read(foreign::kGoodEc).value()->scopes.text() == "orders:read");
    CHECK(shop.http.asked == 2);
}

TEST_CASE("an algorithm is the key's, never the token's", "[oauth]") {
    Trusting shop;
    CHECK(shop.refused(foreign::kNone) == "unauthenticated");
    CHECK(shop.refused(foreign::kHmacOfPublicKey) == "unauthenticated");
    CHECK(shop.refused(foreign::kCrossed) == "unauthenticated");
    CHECK(shop.refused(foreign::kForged) == "unauthenticated");
    CHECK(shop.refused(foreign::kCritical) == "unauthenticated");
    const std::string changed = std::string(foreign::kGood) + "A";
    CHECK(shop.refused(changed) == "unauthenticated");
}

TEST_CASE("a token for somebody else, of no subject, or out of its time is none", "[oauth]") {
    Trusting shop;
    CHECK(shop.refused(foreign::kWrongAudience) == "unauthenticated");
    CHECK(shop.refused(foreign::kNoAudience) == "unauthenticated");
    CHECK(shop.refused(foreign::kEndless) == "unauthenticated");
    CHECK(shop.refused(foreign::kEarly) == "unauthenticated");
    CHECK(shop.refused(foreign::kNobody) == "unauthenticated");
    shop.now_ms = kNow + 629'000;
    CHECK(shop.refused(foreign::kGood).empty());
    shop.now_ms = kNow + 630'000;
    CHECK(shop.refused(foreign::kGood) == "unauthenticated");
}

TEST_CASE("what no trusted issuer wrote is for others to read", "[oauth]") {
    Trusting shop;
    CHECK_FALSE(shop.read(foreign::kOtherIssuer));
    CHECK_FALSE(shop.read("shk_00000000_key"));
    CHECK_FALSE(shop.read(""));
    CHECK_FALSE(shop.read("a.b.c"));
    CHECK(shop.http.asked == 0);
}

TEST_CASE("an unknown key is asked for, at most once a minute", "[oauth]") {
    Trusting shop;
    CHECK(shop.refused(foreign::kGood).empty());
    const int first = shop.http.asked;
    CHECK(shop.refused(foreign::kByR2) == "unauthenticated");
    CHECK(shop.http.asked == first);

    shop.http.answer(kKeysUrl, foreign::kKeysTurned);
    shop.now_ms += IssuerTokens::kRetryMs;
    CHECK(shop.refused(foreign::kByR2).empty());
    // What was turned away is good no more.
    CHECK(shop.refused(foreign::kGood) == "unauthenticated");
}

TEST_CASE("who must not wait has the keys at hand, or is put off", "[oauth]") {
    Trusting shop;
    const auto unknown = shop.read(foreign::kGood, /*may_wait=*/false);
    REQUIRE(unknown);
    CHECK(unknown->error().code == ErrorCode::unavailable);
    CHECK(shop.http.asked == 0);

    CHECK(shop.refused(foreign::kGood).empty());
    CHECK(shop.read(foreign::kGood, /*may_wait=*/false)->has_value());
}

TEST_CASE("while an issuer is away its keys go on for a day", "[oauth]") {
    Trusting shop;
    CHECK(shop.refused(foreign::kGood).empty());
    shop.http.forget();
    // The token would have expired meanwhile; what is looked at is whether a key is found.
    shop.now_ms += IssuerTokens::kFreshMs;
    CHECK(shop.refused(foreign::kGood) == "unauthenticated");
    shop.now_ms = kNow + IssuerTokens::kStaleMs;
    CHECK(shop.refused(foreign::kGood) == "unavailable");
}

TEST_CASE("metadata must be the issuer's own, and lead to keys over TLS", "[oauth]") {
    Trusting shop;
    const auto is_away_with = [&](std::string_view metadata) {
        shop.now_ms += IssuerTokens::kRetryMs;
        shop.http.answer(kMetadataUrl, metadata);
        return shop.refused(foreign::kGood) == "unavailable";
    };
    CHECK(
        is_away_with(R"({"issuer":"https://evil.example","jwks_uri":"https://id.example/keys"})"));
    CHECK(is_away_with(R"({"issuer":"https://id.example","jwks_uri":"http://id.example/keys"})"));
    CHECK(is_away_with(R"({"issuer":"https://id.example"})"));
    CHECK(is_away_with("nonsense"));
    shop.http.answer(kOpenIdUrl, kMetadata);
    shop.now_ms += IssuerTokens::kRetryMs;
    CHECK(shop.refused(foreign::kGood).empty());
}

TEST_CASE("keys that are weak or for something else are left out", "[oauth]") {
    CHECK_FALSE(KeySet::parse("nonsense"));
    CHECK_FALSE(KeySet::parse("{}"));
    const auto keys = KeySet::parse(
        R"({"keys":[{"kty":"oct","kid":"o","k":"AAAA"},{"kty":"RSA","kid":"short","n":"AAAA","e":"AQAB"},
            {"kty":"EC","kid":"p384","crv":"P-384","x":"A","y":"A"},
            {"kty":"EC","kid":"enc","crv":"P-256","x":"A","y":"A","use":"enc"},
            {"kty":"EC","kid":"other","crv":"P-256","x":"A","y":"A","alg":"ES384"}, 5]})");
    REQUIRE(keys);
    for (const char* id : {"o", "short", "p384", "enc", "other"}) {
        INFO(id);
        CHECK_FALSE(keys->has(id, Algorithm::rs256));
        CHECK_FALSE(keys->has(id, Algorithm::es256));
    }
}

}  // namespace
}  // namespace shopkeeper::oauth
