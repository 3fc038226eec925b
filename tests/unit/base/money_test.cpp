#include "base/money.hpp"

#include <catch2/catch.hpp>

using namespace shopkeeper;

namespace {
const money::Currency kTenge = money::currency("KZT");
}

TEST_CASE("M2: an amount has at most the currency's decimals and is exact", "[money]") {
    struct Case {
        const char* digits;
        std::int64_t minor;
    };
    const auto example = GENERATE(values<Case>({{"9000", 900000},
                                                {"9000.5", 900050},
                                                {"9000.50", 900050},
                                                {"0.01", 1},
                                                {"0", 0},
                                                {"9000.000", 900000},
                                                {"10000000", 1000000000}}));

    CHECK(money::to_minor({example.digits}, kTenge, "price").value() == example.minor);
}

TEST_CASE("M2, M3: other amounts are refused by name", "[money]") {
    for (const char* digits :
         {"9000.555", "-1", "", ".5", "1e5", "99999999999999999999", "12a", "0.001"}) {
        CAPTURE(digits);
        const auto refused = money::to_minor({digits}, kTenge, "price");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::invalid_argument);
        CHECK(refused.error().details.field == "price");
    }
    CHECK_FALSE(money::to_minor({"1.5"}, money::currency("JPY"), "price"));
}

TEST_CASE("M1, M2: a whole amount goes out without a fraction", "[money]") {
    CHECK(money::to_major(900000, kTenge) == "9000");
    CHECK(money::to_major(900050, kTenge) == "9000.5");
    CHECK(money::to_major(900005, kTenge) == "9000.05");
    CHECK(money::to_major(-150, kTenge) == "-1.5");
    CHECK(money::to_major(1500, money::currency("JPY")) == "1500");
}

TEST_CASE("M4: amounts are shown in groups with the symbol", "[money]") {
    CHECK(money::display(900000, kTenge, "ru") == "9 000 ₸");
    CHECK(money::display(900050, kTenge, "ru") == "9 000,50 ₸");
    CHECK(money::display(900050, kTenge, "en") == "9 000.50 ₸");
    CHECK(money::display(123456789000, kTenge, "kk") == "1 234 567 890 ₸");
    CHECK(money::display(99900, money::currency("RUB"), "ru") == "999 ₽");
    CHECK(money::display(100, money::currency("GBP"), "en") == "1 GBP");
    CHECK(money::display(0, kTenge, "ru") == "0 ₸");
}

TEST_CASE("M3: arithmetic that leaves 64 bits is noticed", "[money]") {
    CHECK(money::multiply(1'000'000'000, 1000) == 1'000'000'000'000);
    CHECK_THROWS_AS(money::multiply(INT64_MAX, 2), std::overflow_error);
    CHECK_THROWS_AS(money::add(INT64_MAX, 1), std::overflow_error);
}

TEST_CASE("S7: only ISO 4217 currencies are known", "[money]") {
    CHECK(money::currency("KZT").symbol == "₸");
    CHECK(money::currency("ZZZ").code.empty());
    CHECK(money::currency("kzt").code.empty());
}
