#include "prove/scale/scale.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "support/bare_shop.hpp"

namespace shopkeeper::prove {
namespace {

void be_quiet(const std::string&) {}

std::int64_t number(storage::Database& database, std::string_view sql) {
    return database.read([&](storage::Connection& connection) {
        return connection.query(sql).front().get<std::int64_t>(0);
    });
}

TEST_CASE("a town is built as it would have grown", "[prove]") {
    test::BareShop place(harness::kLoadedSchema);
    storage::Database& database = place.database();
    const harness::Town town =
        harness::build_town(database, {.shops = 3, .products = 60, .orders = 700}, be_quiet);
    REQUIRE(town.shops.size() == 3);
    CHECK(town.shops[0].orders == 140);
    CHECK(town.shops[1].orders == 280);
    CHECK(number(database, "SELECT COUNT(*) FROM orders") == 700);
    CHECK(number(database, "SELECT COUNT(*) FROM product") == 60);
    CHECK(number(database, "SELECT COUNT(DISTINCT status) FROM orders") == 6);
    CHECK(number(database, "SELECT COUNT(*) FROM search_posting") > 60);
    Report report;
    check_invariants(database, town.now_ms, report);
    CHECK(report.findings == std::vector<std::string>());
}

TEST_CASE("tracking ids of a town are all different", "[prove]") {
    std::set<std::string> seen;
    for (std::int64_t order = 0; order < 20'000; ++order) {
        const std::string id = harness::tracking_id(order);
        CHECK(id.size() == 9);
        seen.insert(id);
    }
    CHECK(seen.size() == 20'000);
}

TEST_CASE("the tools are measured in a small town", "[prove]") {
    test::BareShop place(harness::kLoadedSchema);
    const Report report = prove_scale(place.database(), {.percent = 1, .calls = 5}, be_quiet);
    CHECK(report.findings == std::vector<std::string>());
    CHECK(report.tables.at(0).rows.size() == 10);
    CHECK(report.tables.at(1).rows.at(0).back() == "clean");
}

}  // namespace
}  // namespace shopkeeper::prove
