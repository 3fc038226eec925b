// What an order meets when stock that it was promised has been taken by force.
#include <catch2/catch.hpp>

#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;

TEST_CASE("O27, W8: promised stock that is gone refuses the assembly by product",
          "[orders][stock]") {
    OrdersFixture shop;
    const std::int64_t id = shop.place(OrdersFixture::delivery()).at("id");
    shop.execute("UPDATE warehouse_item SET quantity = 5 WHERE id = $1", {OrdersFixture::kRoses});
    const auto traces = shop.traces();

    const Reply refused = shop.call("update_order_status",
                                    {{"order_id", id}, {"status", "assembled"}}, Who::director);

    CHECK(refused.code() == "insufficient_stock");
    const Json& details = refused.error.at("details");
    CHECK(details.at("items").at(0).at("product_id") == OrdersFixture::kBouquet);
    CHECK(details.at("items").at(0).at("max_quantity") == 0);
    CHECK(details.at("components").at(0).at("warehouse_item_id") == OrdersFixture::kRoses);
    CHECK(shop.traces() == traces);
    CHECK(shop.on_hand(OrdersFixture::kEucalyptus) == 20);
    CHECK(shop.reservation_states(id) == "active active");
}
