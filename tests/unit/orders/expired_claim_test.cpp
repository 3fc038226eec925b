// A call that waited for its turn is judged by the time at which it is done, not by the time at
// which it came.
#include <catch2/catch.hpp>

#include "harness/local_shop.hpp"
#include "support/shop_fixture.hpp"
#include "tools/register_all.hpp"

namespace shopkeeper::test {
namespace {

constexpr UnixMs kSecondMs = 1000;

/// Says one time to the first who asks and another to all after.
class ClockOfAWait final : public Clock {
public:
    ClockOfAWait(UnixMs came_ms, UnixMs done_ms) : came_ms_(came_ms), done_ms_(done_ms) {}
    UnixMs now_ms() const override { return asked_.exchange(true) ? done_ms_ : came_ms_; }

private:
    const UnixMs came_ms_;
    const UnixMs done_ms_;
    mutable std::atomic<bool> asked_ = false;
};

Json order_of(const Json& product_id, const std::string& phone) {
    return {{"customer_name", "Айгуль"},
            {"customer_phone", phone},
            {"items", Json::array({{{"product_id", product_id}, {"quantity", 1}}})},
            {"delivery_address", "ул. Тестовая 2"},
            {"delivery_date", "завтра"},
            {"delivery_time", "15:00"}};
}

TEST_CASE("a claim that ran out while its order waited for its turn is not kept", "[orders]") {
    ShopFixture shop({tools::register_warehouse, tools::register_products, tools::register_orders});
    const auto stock =
        shop.call("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 10}}, Who::director);
    const Json item_id = stock.result.at("item").at("id");
    const auto product =
        shop.call("create_product",
                  {{"name", "Букет"},
                   {"type", "flowers"},
                   {"price", 9000},
                   {"recipe", Json::array({{{"warehouse_item_id", item_id}, {"quantity", 10}}})}},
                  Who::director);
    const Json product_id = product.result.at("id");
    const auto first = shop.call("create_order", order_of(product_id, "+77000000101"));
    REQUIRE(first.ok());
    const auto runs_out_ms = shop.number("SELECT expires_ms FROM reservation");

    shop.clock.set(runs_out_ms + kSecondMs);
    REQUIRE(shop.call("create_order", order_of(product_id, "+77000000102")).ok());

    // Accepting the first order was asked for before its claim ran out.
    const ClockOfAWait clock(runs_out_ms - kSecondMs, runs_out_ms + 2 * kSecondMs);
    harness::LocalShop late(*shop.database, clock, shop.random,
                            ShopFixture::phone_of(Who::director));
    const auto reply = late.ask("update_order_status",
                                {{"order_id", first.result.at("id")}, {"status", "accepted"}});
    CHECK(reply.outcome() == "insufficient_stock");
    CHECK(shop.number("SELECT COUNT(*) FROM reservation WHERE state = 'active' "
                      "AND (expires_ms IS NULL OR expires_ms > $1)",
                      {runs_out_ms + 2 * kSecondMs}) == 1);
}

TEST_CASE("a claim that the shelf was emptied on as run out is not kept by a clock behind",
          "[orders]") {
    ShopFixture shop({tools::register_warehouse, tools::register_products, tools::register_orders});
    const Json item_id =
        shop.call("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 10}}, Who::director)
            .result.at("item")
            .at("id");
    const auto bouquet = [&](const char* name, bool is_optional) {
        return shop
            .call("create_product",
                  {{"name", name},
                   {"type", "flowers"},
                   {"price", 9000},
                   {"recipe", Json::array({{{"warehouse_item_id", item_id},
                                            {"quantity", 10},
                                            {"is_optional", is_optional}}})}},
                  Who::director)
            .result.at("id");
    };
    const auto first = shop.call("create_order", order_of(bouquet("Букет", false), "+77000000101"));
    REQUIRE(first.ok());
    const auto runs_out_ms = shop.number("SELECT expires_ms FROM reservation");
    const auto move = [&](const Json& order, const char* status, Json more = Json::object()) {
        more.update({{"order_id", order.at("id")}, {"status", status}});
        return shop.call("update_order_status", std::move(more), Who::director);
    };

    // By the clocks of others the claim has run out; the next call's is a moment behind.
    shop.clock.set(runs_out_ms + kSecondMs);
    SECTION("somebody writes the roses off") {
        REQUIRE(shop.call("record_warehouse_operation",
                          {{"warehouse_item_id", item_id},
                           {"operation_type", "WRITE_OFF"},
                           {"quantity", 10},
                           {"notes", "увяли"}},
                          Who::director)
                    .ok());
    }
    SECTION("they go into another order as its optional component") {
        const auto second =
            shop.call("create_order", order_of(bouquet("Открытка", true), "+77000000102"));
        REQUIRE(second.ok());
        REQUIRE(move(second.result, "accepted").ok());
        REQUIRE(move(second.result, "assembled", {{"include_optional", true}}).ok());
    }
    REQUIRE(shop.number("SELECT quantity FROM warehouse_item") == 0);
    shop.clock.set(runs_out_ms - kSecondMs);

    CHECK(move(first.result, "accepted").code() == "insufficient_stock");
    CHECK(shop.text("SELECT status FROM orders WHERE id = $1",
                    {first.result.at("id").get<std::int64_t>()}) == "new");
    CHECK(shop.number("SELECT COUNT(*) FROM reservation WHERE expires_ms IS NULL AND state = "
                      "'active'") == 0);
}

}  // namespace
}  // namespace shopkeeper::test
