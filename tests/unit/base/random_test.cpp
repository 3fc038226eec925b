#include "base/random.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "support/fakes.hpp"

using namespace shopkeeper;

TEST_CASE("below stays below and reaches every value", "[random]") {
    test::SeededRandom random;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 500; ++i) {
        const auto value = random.below(7);
        REQUIRE(value < 7);
        seen.insert(value);
    }
    CHECK(seen.size() == 7);
    CHECK(random.below(1) == 0);
}

TEST_CASE("hex has two digits a byte, and the system's generator does not repeat itself",
          "[random]") {
    SystemRandom random;
    CHECK(random.hex(16).size() == 32);
    CHECK(random.hex(16) != random.hex(16));
}
