#include "prove/replay/replay_history.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "prove/replay/trade_plan.hpp"
#include "source_dir.hpp"
#include "support/bare_shop.hpp"
#include "support/temp_folder.hpp"

namespace shopkeeper::prove {
namespace {

const std::filesystem::path kTrade =
    std::filesystem::path(SHOPKEEPER_SOURCE_DIR) / "tests/data/invented_trade.csv";

void be_quiet(const std::string&) {}

const Counted& counted(const TradePlan& plan, Treatment treatment) {
    return plan.treated.at(treatment);
}

TEST_CASE("invoices are read as they stand in the file", "[prove]") {
    const auto rows = read_invoices(kTrade);
    REQUIRE(rows.size() == 21);
    CHECK(rows[1].description == "CANDLE, SCENTED \"ROSE\"");
    CHECK(rows[1].price_minor == 125);
    CHECK(rows[3].price_minor == 1800);
    CHECK(rows[0].customer == "12345");
    CHECK(rows[0].date == "2010-12-01");
    CHECK(rows[0].minute == 8 * 60 + 26);
    CHECK(rows[7].is_return());
    CHECK(rows[7].quantity == -2500);
    CHECK(rows[15].price_minor == -1106);
    CHECK_FALSE(rows[16].is_price_in_minor);
    CHECK(rows[18].code == "10001A");
}

TEST_CASE("a file of another form is refused by its name and line", "[prove]") {
    const test::TempFolder folder;
    const auto other = folder.file("other.csv");
    std::ofstream(other) << "a,b\n1,2\n";
    CHECK_THROWS_WITH(read_invoices(other), Catch::Contains("other.csv does not begin with"));
    std::ofstream(other) << "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,"
                            "CustomerID,Country\n1,2,3,many,2010-12-01 08:26:00,1.0,,UK\n";
    CHECK_THROWS_WITH(read_invoices(other), Catch::Contains("record 1: a quantity 'many'"));
    CHECK_THROWS_WITH(read_invoices(folder.file("none.csv")),
                      Catch::Contains("none.csv cannot be opened"));
}

TEST_CASE("each row of a trade is treated in one way", "[prove]") {
    const TradePlan plan = plan_trade(read_invoices(kTrade));
    CHECK(counted(plan, Treatment::sold_goods).rows == 7);
    CHECK(counted(plan, Treatment::sold_service).minor == 1800);
    CHECK(counted(plan, Treatment::returned_to_order).units == -2500 - 5 - 2 - 5);
    CHECK(counted(plan, Treatment::returned_goods).rows == 1);
    CHECK(counted(plan, Treatment::credited).minor == -2750);
    CHECK(counted(plan, Treatment::found).units == 4);
    CHECK(counted(plan, Treatment::lost).units == -3);
    CHECK(counted(plan, Treatment::given_away).rows == 1);
    CHECK(counted(plan, Treatment::no_effect).rows == 1);
    CHECK(counted(plan, Treatment::unfit_price).rows == 2);
    CHECK(counted(plan, Treatment::contradiction).rows == 1);
    // The rows of invoice 900002 stand apart from each other.
    CHECK(plan.months.at("2010-12").invoices == 7);
    CHECK(plan.lines_cut == 1);
    CHECK(plan.lines_merged == 1);
    CHECK(plan.two_prices == 1);
    CHECK(plan.invoices_cut == 2);
    // 1 + 2 (two prices) + 3 (2,500 pieces) + 1 as invoices, 2 as what was kept of two of them.
    CHECK(plan.orders.size() == 9);
    CHECK(plan.articles.at("10001").opening_stock == 8);
    CHECK(plan.articles.at("10001").closing_stock == 8 - 8 + 4 - 3 - 1);
    CHECK(plan.articles.at("10003").closing_stock == plan.articles.at("10003").opening_stock);
    CHECK(plan.months.at("2011-01").sold_minor == 2870);
    CHECK(plan.months.at("2011-02").returned_minor == -2870);
}

TEST_CASE("an invented trade lives again to the penny", "[prove]") {
    test::BareShop place;
    const Report report = prove_replay_history(place.database(), kTrade, be_quiet);
    CHECK(report.findings == std::vector<std::string>());
    const auto& months = report.tables.at(1).rows;
    REQUIRE(months.size() == 4);
    CHECK(months.back() ==
          std::vector<std::string>{"all", "17", "237.70", "237.70", "-184.95", "-184.95", "52.75"});
}

}  // namespace
}  // namespace shopkeeper::prove
