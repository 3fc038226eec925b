#include <catch2/catch.hpp>
#include <vector>

#include "domains/warehouse/inventory.hpp"
#include "support/shop_fixture.hpp"

using namespace shopkeeper;
using test::ShopFixture;
using test::Who;

namespace {

class Heard final : public ProgressSink {
public:
    void report(double progress, double total, std::string_view) override {
        steps.push_back(progress);
        last_total = total;
    }
    std::vector<double> steps;
    double last_total = 0;
};

constexpr int kItems = 120;

}  // namespace

TEST_CASE("applying a long inventory check tells how far it is", "[warehouse]") {
    ShopFixture shop({});
    warehouse::CreateInventoryCheck command;
    command.items.emplace();
    for (int i = 1; i <= kItems; ++i) {
        shop.execute(
            "INSERT INTO warehouse_item (id, shop_id, name, name_folded, created_ms, updated_ms) "
            "VALUES ($1, 8, $2, $2, 0, 0)",
            {i, "item " + std::to_string(i)});
        command.items->push_back({i, 5});
    }
    command.apply = true;

    Heard heard;
    shop.with(Who::manager, [&](storage::Connection& connection, const CallContext& context) {
        CallContext watched = context;
        watched.progress = &heard;
        return warehouse::create_inventory_check(connection, watched, command).has_value();
    });

    CHECK(heard.steps == std::vector<double>{50, 100});
    CHECK(heard.last_total == kItems);
    CHECK(shop.number("SELECT SUM(quantity) FROM warehouse_item") == 5 * kItems);
}
