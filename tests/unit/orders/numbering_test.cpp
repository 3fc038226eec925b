#include "domains/orders/numbering.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "domains/orders/order.hpp"
#include "storage/errors.hpp"
#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using test::OrdersFixture;
using test::Who;

namespace {

/// The same bytes for ever: every tracking id it makes is the same one.
class StuckRandom final : public Random {
public:
    void fill(std::span<std::byte> bytes) override {
        for (std::byte& byte : bytes) byte = std::byte{0x42};
    }
};

orders::Order any_order(std::int64_t client_id) {
    orders::Order order;
    order.shop_id = 8;
    order.client_id = client_id;
    order.customer_name = order.recipient_name = "Айгерим";
    order.phone = order.sender_phone = order.recipient_phone = "+77000001234";
    order.currency = "KZT";
    return order;
}

}  // namespace

TEST_CASE("O17: five digits, more when they are needed", "[orders][numbering]") {
    CHECK(orders::order_number(1) == "#00001");
    CHECK(orders::order_number(99999) == "#99999");
    CHECK(orders::order_number(100000) == "#100000");
}

TEST_CASE("O18: tracking ids have nine digits, none leading zero", "[orders][numbering]") {
    test::SeededRandom random;
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = orders::random_tracking_id(random);
        REQUIRE(id.size() == 9);
        REQUIRE(id.front() != '0');
        seen.insert(id);
    }
    CHECK(seen.size() == 1000);
}

TEST_CASE("O18: a taken tracking id is drawn again, ten times at most", "[orders][numbering]") {
    OrdersFixture shop;
    shop.place(OrdersFixture::delivery());
    const std::int64_t client = shop.number("SELECT id FROM client");
    shop.with(Who::guest, [&](auto& connection, const auto&) {
        StuckRandom stuck;
        orders::Order first = any_order(client);
        first.order_number = "#90001";
        orders::insert_with_tracking_id(connection, stuck, first);
        CHECK(first.id > 0);

        orders::Order second = any_order(client);
        second.order_number = "#90002";
        CHECK_THROWS_AS(orders::insert_with_tracking_id(connection, stuck, second),
                        storage::Unavailable);

        test::SeededRandom fresh(7);
        orders::insert_with_tracking_id(connection, fresh, second);
        CHECK(second.tracking_id != first.tracking_id);
        return 0;
    });
}
