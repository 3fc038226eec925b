#include "net/form.hpp"

#include <catch2/catch.hpp>

namespace shopkeeper::net {

TEST_CASE("a form is written so that nothing of a value reads as another field", "[form]") {
    CHECK(encode_form({{"scope", "a b"}, {"redirect_uri", "http://127.0.0.1:8/x?y=1&z"}}) ==
          "scope=a+b&redirect_uri=http%3A%2F%2F127.0.0.1%3A8%2Fx%3Fy%3D1%26z");
    CHECK(form_encoded("+%\xd1\x8f~") == "%2B%25%D1%8F%7E");
}

TEST_CASE("a form reads back what was written", "[form]") {
    const FormFields fields{{"a", "1+1=2 & \xd1\x8f%41"}, {"", "x"}, {"a", ""}};

    CHECK(decode_form(encode_form(fields)) == fields);
}

TEST_CASE("a form of a stranger is read as far as it can be", "[form]") {
    CHECK(decode_form("&&a&b=%4&c=%zz&d=1=2&") ==
          FormFields{{"a", ""}, {"b", "%4"}, {"c", "%zz"}, {"d", "1=2"}});
    CHECK(decode_form("").empty());
}

}  // namespace shopkeeper::net
