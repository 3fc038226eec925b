#include "base/phone.hpp"

#include <catch2/catch.hpp>

using namespace shopkeeper;

TEST_CASE("K1: one function makes one form of every way to write a phone", "[phone]") {
    const char* given =
        GENERATE("+7 (700) 000-12-34", "8 700 000 12 34", "7000001234", "tel:+7-700-000-12-34",
                 "0077000001234", "+77000001234", "77000001234", "8.700.000.12.34",
                 "+7\u00A0700\u00A0000\u201112\u201134", "  +7 700 000 1234  ", "TEL:87000001234");
    CAPTURE(given);

    CHECK(phone::normalize(given, "phone").value().e164 == "+77000001234");
}

TEST_CASE("K1: everything else is refused with an example", "[phone]") {
    const char* given =
        GENERATE("+770000012345", "0012345678", "+4912345678", "", "12345", "+7700000123a", "+",
                 "+7 100 000 12 34", "+7 200 000 12 34", "+7 500 000 12 34", "+7 000 000 12 34",
                 "phone", "+1 700 000 12 34", "77000001234 доб 5", "+77000001234+7");
    CAPTURE(given);

    const auto refused = phone::normalize(given, "customer_phone");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(refused.error().details.field == "customer_phone");
    CHECK(refused.error().message.find("+7 700 000 12 34") != std::string::npos);
}

TEST_CASE("K1, K2: the digit after +7 tells the country", "[phone]") {
    CHECK_FALSE(phone::normalize("+77000001234", "phone")->is_foreign);
    CHECK_FALSE(phone::normalize("+76000001234", "phone")->is_foreign);
    for (const char* russian : {"+73000001234", "+74000001234", "+78000001234", "+79000001234"}) {
        CHECK(phone::normalize(russian, "phone")->is_foreign);
    }
}

TEST_CASE("K3: an operator code nobody knows is accepted and marked", "[phone]") {
    for (const char* usual :
         {"+77010000000", "+77120000000", "+77290000000", "+77470000000", "+77500000000",
          "+77600000000", "+77710000000", "+77750000000", "+77780000000"}) {
        CAPTURE(usual);
        CHECK_FALSE(phone::normalize(usual, "phone")->unusual_operator);
    }
    for (const char* unusual :
         {"+77300000000", "+77720000000", "+77790000000", "+77400000000", "+76000000000"}) {
        CAPTURE(unusual);
        CHECK(phone::normalize(unusual, "phone")->unusual_operator);
    }
    CHECK_FALSE(phone::normalize("+79000001234", "phone")->unusual_operator);
}

TEST_CASE("K4: numbers are shown in groups and masked elsewhere", "[phone]") {
    CHECK(phone::display("+77000001234") == "+7 (700) 000-12-34");
    CHECK(phone::mask("+77000001234") == "+7700***1234");
    CHECK(phone::mask("odd") == "***");
}
