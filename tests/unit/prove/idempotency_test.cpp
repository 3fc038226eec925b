#include "prove/idempotency.hpp"

#include <catch2/catch.hpp>

#include "support/bare_shop.hpp"

namespace shopkeeper::prove {
namespace {

constexpr Idempotency kSmall{.at_once = 3, .duplicates = 12};

void be_quiet(const std::string&) {}

TEST_CASE("every write tool is done once, however it is repeated", "[prove]") {
    test::BareShop place;
    const Report report = prove_idempotency(place.database(), kSmall, be_quiet);
    CHECK(report.findings == std::vector<std::string>());
    CHECK(report.tables.at(0).rows.size() == 13);
}

TEST_CASE("a shop that forgets its keys is found out", "[prove][sqlite]") {
    test::BareShop place;
    place.database().write([](storage::Connection& connection) {
        connection.run_script(
            "CREATE TRIGGER forgetful AFTER UPDATE ON idempotency_keys BEGIN "
            "DELETE FROM idempotency_keys WHERE key = new.key; END");
    });
    const Report report = prove_idempotency(place.database(), kSmall, be_quiet);
    CHECK(report.findings.size() >= 13);
}

}  // namespace
}  // namespace shopkeeper::prove
