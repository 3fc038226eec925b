#include "domains/auth/token.hpp"

#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "base/json.hpp"

namespace shopkeeper::auth {
namespace {

constexpr std::string_view kSecret = "0123456789abcdefghijklmnopqrstuv";
constexpr UnixMs kNow = 1795000000000;
constexpr std::int64_t kTtlS = 43200;

std::string fresh_token() {
    SystemRandom random;
    return issue_token(kSecret, 7, 3, kNow, kTtlS, random);
}

std::string signed_with(std::string_view secret, std::string_view header, std::string_view claims) {
    const std::string text = base64url(header) + "." + base64url(claims);
    return text + "." + base64url(hmac_sha256(secret, text));
}

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";

Json good_claims() {
    return {{"iss", "shopkeeper"},
            {"aud", "shopkeeper"},
            {"sub", "7"},
            {"ver", 3},
            {"iat", kNow / 1000},
            {"nbf", kNow / 1000},
            {"exp", kNow / 1000 + kTtlS},
            {"jti", "x"}};
}

bool is_accepted(std::string_view token, UnixMs now_ms = kNow) {
    return read_token(kSecret, token, now_ms).has_value();
}

TEST_CASE("K6: a token says who, which version and until when", "[auth]") {
    const auto claims = read_token(kSecret, fresh_token(), kNow);

    REQUIRE(claims);
    CHECK(claims->user_id == 7);
    CHECK(claims->token_version == 3);
    CHECK(claims->expires_s == kNow / 1000 + kTtlS);
}

TEST_CASE("K6: a token carries every claim, and its id differs each time", "[auth]") {
    const std::string token = fresh_token();
    const std::size_t from = token.find('.') + 1;
    const auto claims =
        parse_json(*from_base64url(std::string_view(token).substr(from, token.rfind('.') - from)));

    REQUIRE(claims);
    for (const char* name : {"iss", "aud", "sub", "ver", "iat", "nbf", "exp", "jti"}) {
        INFO(name);
        CHECK(claims->contains(name));
    }
    CHECK((*claims)["sub"] == "7");
    CHECK(fresh_token() != fresh_token());
}

TEST_CASE("K6: the signature is HMAC-SHA256 as everybody computes it", "[auth]") {
    // RFC 4231, test case 2.
    const std::string mac = hmac_sha256("Jefe", "what do ya want for nothing?");

    REQUIRE(mac.size() == 32);
    CHECK(mac.substr(0, 4) == std::string("\x5b\xdc\xc1\x46", 4));
    CHECK(mac.substr(28, 4) == std::string("\x64\xec\x38\x43", 4));
}

TEST_CASE("K6: nothing but an untouched token of ours is accepted", "[auth]") {
    const std::string token = fresh_token();
    REQUIRE(is_accepted(token));

    SECTION("every single character counts") {
        for (std::size_t at = 0; at < token.size(); ++at) {
            std::string forged = token;
            forged[at] = forged[at] == 'A' ? 'B' : 'A';
            INFO("changed at " << at);
            CHECK_FALSE(is_accepted(forged));
        }
    }
    SECTION("another secret") {
        CHECK_FALSE(is_accepted(
            signed_with("another secret of thirty-two byte", kHeader, good_claims().dump())));
        CHECK(is_accepted(signed_with(kSecret, kHeader, good_claims().dump())));
    }
    SECTION("pieces missing or added") {
        CHECK_FALSE(is_accepted(""));
        CHECK_FALSE(is_accepted("."));
        CHECK_FALSE(is_accepted(".."));
        CHECK_FALSE(is_accepted(token.substr(0, token.rfind('.'))));
        CHECK_FALSE(is_accepted(token.substr(0, token.rfind('.') + 1)));
        CHECK_FALSE(is_accepted(token + "."));
        CHECK_FALSE(is_accepted(token + "="));
        CHECK_FALSE(is_accepted(" " + token));
    }
}

TEST_CASE("K6: no algorithm but HS256, whatever the header asks for", "[auth]") {
    const std::string claims = good_claims().dump();
    const auto header =
        GENERATE(R"({"alg":"none","typ":"JWT"})", R"({"alg":"HS512"})", R"({"alg":"hs256"})",
                 R"({"alg":"RS256"})", R"({"typ":"JWT"})", R"({"alg":["HS256"]})", R"([])", R"(x)",
                 R"({"alg":"HS256","crit":["b64"],"b64":false})");
    INFO(header);

    CHECK_FALSE(is_accepted(signed_with(kSecret, header, claims)));
    CHECK_FALSE(is_accepted(base64url(header) + "." + base64url(claims) + "."));
}

TEST_CASE("K6: a key id or an embedded key in the header changes nothing", "[auth]") {
    const std::string claims = good_claims().dump();

    CHECK(is_accepted(signed_with(kSecret, R"({"alg":"HS256","kid":"../../etc/passwd"})", claims)));
    CHECK_FALSE(is_accepted(
        signed_with("attacker", R"({"alg":"HS256","jwk":{"k":"attacker","kty":"oct"}})", claims)));
}

TEST_CASE("K6: claims that are missing or of another kind are refused", "[auth]") {
    Json claims = good_claims();
    const auto name = GENERATE("iss", "aud", "sub", "ver", "nbf", "exp");
    INFO(name);

    SECTION("missing") {
        claims.erase(name);
    }
    SECTION("another kind") {
        claims[name] = Json::array({1});
    }
    SECTION("another value") {
        claims[name] = "somebody-else";
    }

    CHECK_FALSE(is_accepted(signed_with(kSecret, kHeader, claims.dump())));
}

TEST_CASE("K6: the subject is a positive number as text", "[auth]") {
    const auto subject = GENERATE("", "0", "-1", "7x", " 7", "1e3", "99999999999999999999");
    Json claims = good_claims();
    claims["sub"] = subject;
    INFO(subject);

    CHECK_FALSE(is_accepted(signed_with(kSecret, kHeader, claims.dump())));
}

TEST_CASE("K6: a token ends when it says, with 30 seconds for clocks that differ", "[auth]") {
    const std::string token = fresh_token();
    const UnixMs end_ms = kNow + kTtlS * 1000;

    CHECK(is_accepted(token, kNow - 30'000));
    CHECK_FALSE(is_accepted(token, kNow - 31'000));
    CHECK(is_accepted(token, end_ms + 29'999));
    const auto expired = read_token(kSecret, token, end_ms + 30'000);
    REQUIRE_FALSE(expired);
    CHECK(expired.error().code == ErrorCode::unauthenticated);
    CHECK(expired.error().message.find("expired") != std::string::npos);
}

TEST_CASE("K6: a token over 4096 characters is refused unread", "[auth]") {
    Json claims = good_claims();
    claims["pad"] = "";
    const std::size_t empty = signed_with(kSecret, kHeader, claims.dump()).size();
    const auto padded = [&](std::size_t size) {
        claims["pad"] = std::string((size - empty) * 3 / 4, 'x');
        return signed_with(kSecret, kHeader, claims.dump());
    };

    const std::string fits = padded(kTokenBytesMax - 3);
    REQUIRE(fits.size() <= kTokenBytesMax);
    CHECK(is_accepted(fits));
    const std::string large = padded(kTokenBytesMax + 4);
    REQUIRE(large.size() > kTokenBytesMax);
    CHECK_FALSE(is_accepted(large));
}

TEST_CASE("base64url takes back only what it gave", "[auth]") {
    CHECK(base64url("") == "");
    CHECK(base64url("f") == "Zg");
    CHECK(base64url("\xfb\xff") == "-_8");
    CHECK(from_base64url("-_8") == "\xfb\xff");
    CHECK_FALSE(from_base64url("+/8"));
    CHECK_FALSE(from_base64url("Zg=="));
    CHECK_FALSE(from_base64url("Zh"));  // bits that mean nothing are not zero
    CHECK_FALSE(from_base64url("Z"));
    CHECK_FALSE(from_base64url("Z g"));
}

TEST_CASE("K7: equality in constant time is still equality", "[auth]") {
    CHECK(equal_in_constant_time("abc", "abc"));
    CHECK(equal_in_constant_time("", ""));
    CHECK_FALSE(equal_in_constant_time("abc", "abd"));
    CHECK_FALSE(equal_in_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace shopkeeper::auth
