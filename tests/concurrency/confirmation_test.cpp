// One confirmation, many calls at the same moment. Rule: domain Q3.
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <thread>
#include <vector>

#include "support/temp_folder.hpp"
#include "support/whole_shop.hpp"

using namespace shopkeeper;
using test::Who;

namespace {

constexpr int kCallers = 8;

Json error_of(const mcp::ToolOutcome& outcome) {
    const Json members = Json::parse("{" + outcome.members + "}");
    if (!members.value("isError", false)) return {};
    return Json::parse(members.at("content").at(0).at("text").get<std::string>()).at("error");
}

}  // namespace

TEST_CASE("Q3: of many who present one confirmation at once one acts", "[concurrency]") {
    const int quantity = GENERATE(7, -7);  // taken in, in bulk; written off
    const test::TempFolder folder;
    auto shop = test::whole_shop(test::kMonday10, folder.file("shop.db"));
    REQUIRE(
        shop.call("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 100}}, Who::manager)
            .ok());
    shop.execute("UPDATE shop SET confirmation = 'risky', confirm_restock_units = 5");
    Json act = {{"warehouse_item_id", 1},
                {"operation_type", quantity > 0 ? "IN" : "WRITE_OFF"},
                {"quantity", std::abs(quantity)},
                {"notes", "at once"}};
    const auto asked = shop.call("record_warehouse_operation", act, Who::manager);
    REQUIRE(asked.code() == "confirmation_required");
    act["confirmation_token"] = asked.error.at("details").at("confirmation_token");

    shop.authority.configured_phone = test::ShopFixture::phone_of(Who::manager);
    std::atomic<int> done = 0;
    std::atomic<int> used = 0;
    std::latch together(kCallers);
    std::vector<std::thread> callers;
    for (int i = 0; i < kCallers; ++i) {
        callers.emplace_back([&] {
            together.arrive_and_wait();
            const Json error = error_of(shop.registry->call({.name = "record_warehouse_operation",
                                                             .arguments = act,
                                                             .address = "local",
                                                             .session = ""}));
            if (error.is_null()) ++done;
            if (error.is_object() && error.at("details").value("reason", "") == "used") ++used;
        });
    }
    for (std::thread& caller : callers) caller.join();

    CHECK(done == 1);
    CHECK(used == kCallers - 1);
    CHECK(shop.number("SELECT quantity FROM warehouse_item WHERE id = 1") == 100 + quantity);
    CHECK(shop.number("SELECT COUNT(*) FROM stock_operation") == 2);
    CHECK(shop.number("SELECT COUNT(*) FROM used_confirmation") == 1);
}
