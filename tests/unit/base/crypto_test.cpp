#include "base/crypto.hpp"

#include <catch2/catch.hpp>

namespace shopkeeper {

TEST_CASE("digests are those of the standards", "[crypto]") {
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // RFC 7636, appendix B.
    CHECK(base64url(sha256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")) ==
          "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    // RFC 4231, test case 2.
    CHECK(base64url(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
}

TEST_CASE("base64url is read only in the one form that it is written in", "[crypto]") {
    CHECK(from_base64url(base64url("\xfb\xff?x")) == "\xfb\xff?x");
    CHECK(base64url("\xfb\xff") == "-_8");
    for (const char* text : {"-_8=", "+/8", "-_9", "-", "a b"}) CHECK(!from_base64url(text));
}

}  // namespace shopkeeper
