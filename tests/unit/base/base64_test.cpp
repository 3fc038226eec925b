#include "base/base64.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace shopkeeper {

TEST_CASE("base64 of RFC 4648 goes both ways", "[base]") {
    const auto [plain, encoded] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {std::string("\0\xff\xfe", 3), "AP/+"},
    }));
    CHECK(encode_base64(plain) == encoded);
    CHECK(decode_base64(encoded) == plain);
}

TEST_CASE("what is not complete, padded and canonical base64 is refused", "[base]") {
    const auto text =
        GENERATE("Z", "Zg", "Zg=", "Zg===", "=",
                 "====", "Z===", "Zg==Zg==", "Zh==", "Zm9=", "Zm9v\n", "Zm 9", "Zm-_", "Z=g=");
    CHECK_FALSE(decode_base64(text));
}

}  // namespace shopkeeper
