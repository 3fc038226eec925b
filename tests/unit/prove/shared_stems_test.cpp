#include "prove/shared_stems.hpp"

#include <catch2/catch.hpp>

#include "prove/place.hpp"
#include "support/bare_shop.hpp"

namespace shopkeeper::prove {
namespace {

constexpr SharedStems kSmall{.seed = 3, .operations = 200, .threads = 4, .stems = 40};

void be_quiet(const std::string&) {}

TEST_CASE("many clients at the same stems leave the shop as they were told", "[prove]") {
    test::BareShop place;
    const Report report = prove_shared_stems(place.database(), kSmall, be_quiet);
    CHECK(report.findings == std::vector<std::string>());
    REQUIRE(report.tables.size() == 2);
    CHECK(report.tables[1].rows.at(0).at(1) == "200");
}

TEST_CASE("a shop that loses stems is found out", "[prove][sqlite]") {
    test::BareShop place;
    place.database().write([](storage::Connection& connection) {
        connection.run_script(
            "CREATE TRIGGER thief AFTER INSERT ON reservation BEGIN "
            "UPDATE warehouse_item SET quantity = quantity - 1 WHERE id = new.warehouse_item_id; "
            "END");
    });
    CHECK_FALSE(prove_shared_stems(place.database(), kSmall, be_quiet).findings.empty());
}

TEST_CASE("a place with shops in it is no place for a proof", "[prove][sqlite]") {
    const test::TempFolder folder;
    const std::string file = folder.file("shop.db");
    {
        Place place(file);
        prove_shared_stems(place.database(), {.operations = 1, .threads = 1}, be_quiet);
    }
    CHECK_THROWS_WITH(Place(file), Catch::Contains("needs an empty place"));
}

}  // namespace
}  // namespace shopkeeper::prove
