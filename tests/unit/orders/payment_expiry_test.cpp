#include "domains/orders/payment_expiry.hpp"

#include <catch2/catch.hpp>

#include "domains/shop/operator_settings.hpp"
#include "unit/orders/orders_fixture.hpp"

using namespace shopkeeper;
using test::OrdersFixture;
using test::Reply;
using test::Who;

namespace {

/// Shop 8 demands to be paid within the hour, unless in cash.
struct PrepaidShop : OrdersFixture {
    PrepaidShop() { demand(60); }

    void demand(std::int64_t minutes) {
        database->write([&](storage::Connection& connection) {
            return shop::set_operator_settings(connection, shop_id, clock.now_ms(),
                                               {.prepay_minutes = minutes});
        });
    }

    std::int64_t order(const Json& changes = {{"payment_method", "kaspi"}}, Who who = Who::guest) {
        return place(delivery(changes), who).at("id");
    }
    /// One that needs no flowers, so that there may be many.
    std::int64_t card_for(const std::string& phone, const Json& method) {
        return order({{"payment_method", method},
                      {"customer_phone", phone},
                      {"items", Json::array({{{"product_id", kCard}, {"quantity", 1}}})}});
    }

    std::vector<std::int64_t> overdue() {
        return database->read([&](storage::Connection& connection) {
            return orders::overdue_unpaid(connection, shop_id, clock.now_ms());
        });
    }

    /// As housekeeping does it.
    bool cancel_overdue(std::int64_t order_id) {
        Caller system;
        system.principal = "system:housekeeping";
        AuditNote unused;
        const CallContext context{.caller = system,
                                  .shop_id = shop_id,
                                  .shop_given = true,
                                  .now_ms = clock.now_ms(),
                                  .source = "system",
                                  .request_id = "r-test",
                                  .defaults = defaults,
                                  .random = random,
                                  .audit = unused};
        const auto done = database->write([&](storage::Connection& connection) {
            return orders::cancel_overdue(connection, context, order_id);
        });
        REQUIRE(done);
        return *done;
    }

    std::string status(std::int64_t order_id) {
        return text("SELECT status FROM orders WHERE id = $1", {order_id});
    }
    std::int64_t due_ms(std::int64_t order_id) {
        return number("SELECT COALESCE(payment_due_ms, 0) FROM orders WHERE id = $1", {order_id});
    }
};

using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("O40: a prepayment is demanded of what is not cash, by the rule of the day",
          "[orders][payment_expiry]") {
    PrepaidShop shop;
    const UnixMs made_ms = shop.clock.now_ms();
    const std::int64_t card = shop.card_for("+77000001111", "card");
    const std::int64_t unsaid = shop.card_for("+77000002222", nullptr);
    const std::int64_t cash = shop.card_for("+77000003333", "cash");
    shop.demand(120);
    const std::int64_t later = shop.card_for("+77000004444", "kaspi");
    shop.demand(0);
    const std::int64_t free = shop.card_for("+77000005555", "kaspi");

    constexpr UnixMs kHour = 3'600'000;
    CHECK(shop.due_ms(card) == made_ms + kHour);
    CHECK(shop.due_ms(unsaid) == made_ms + kHour);
    CHECK(shop.due_ms(cash) == 0);
    CHECK(shop.due_ms(later) == made_ms + 2 * kHour);
    CHECK(shop.due_ms(free) == 0);
    shop.clock.advance_minutes(60 * 24 * 30);
    CHECK(shop.overdue() == Ids{card, unsaid, later});
}

TEST_CASE("O40, O42, I8, I12: at the deadline the system cancels, with all that belongs to it",
          "[orders][payment_expiry]") {
    PrepaidShop shop;
    shop.execute("UPDATE shop SET slot_capacity = 1 WHERE id = 8");
    const std::int64_t id = shop.order({{"payment_method", "kaspi"}}, Who::customer);
    shop.clock.advance_minutes(59);
    CHECK(shop.overdue().empty());
    CHECK_FALSE(shop.cancel_overdue(id));
    CHECK(shop.status(id) == "new");

    shop.clock.advance_minutes(1);
    CHECK(shop.overdue() == Ids{id});
    CHECK(shop.cancel_overdue(id));

    CHECK(shop.status(id) == "cancelled");
    CHECK(shop.text("SELECT cancel_code FROM orders") == "payment_expired");
    CHECK(shop.text("SELECT payment_status FROM orders") == "unpaid");
    CHECK(shop.number("SELECT cancelled_ms FROM orders") == shop.clock.now_ms());
    CHECK(shop.reservation_states(id) == "released released");
    CHECK(shop.reserved(OrdersFixture::kRoses) == 0);
    CHECK(shop.on_hand(OrdersFixture::kRoses) == 50);
    CHECK(shop.number("SELECT booked FROM slot_load") == 0);
    CHECK(shop.history(id) == "status:->new status:new->cancelled");
    CHECK(shop.text("SELECT actor_kind || ' ' || principal || ' ' || source || ' ' || reason FROM "
                    "order_history WHERE new_value = 'cancelled'") ==
          "system system:housekeeping system payment_expired");
    CHECK(shop.events(id) == "order.created order.status");
    CHECK(shop.number("SELECT COUNT(*) FROM outbox WHERE dedupe_key LIKE '%order_cancelled%'") ==
          1);

    CHECK_FALSE(shop.cancel_overdue(id));
    CHECK(shop.events(id) == "order.created order.status");
    const Reply late = shop.call("update_order_status",
                                 {{"order_id", id}, {"payment_status", "paid"}}, Who::director);
    CHECK(late.reason() == "payment_transition");
}

TEST_CASE("O40: whoever pays, accepts or cancels before the sweep wins",
          "[orders][payment_expiry]") {
    PrepaidShop shop;
    const std::int64_t id = shop.order();
    const auto* wanted = GENERATE("paid", "accepted", "cancelled");
    shop.clock.advance_minutes(60);
    REQUIRE(shop.overdue() == Ids{id});
    shop.move(id, wanted,
              std::string(wanted) == "cancelled" ? Json{{"notes", "duplicate"}} : Json::object());

    CHECK(shop.overdue().empty());
    const std::int64_t traces = shop.traces();
    CHECK_FALSE(shop.cancel_overdue(id));
    CHECK(shop.status(id) == wanted);
    CHECK(shop.traces() == traces);
    CHECK(shop.number("SELECT COUNT(*) FROM orders WHERE cancel_code = 'payment_expired'") == 0);
}

TEST_CASE("O40: an order of another shop is out of reach", "[orders][payment_expiry]") {
    PrepaidShop shop;
    const std::int64_t id = shop.order();
    shop.clock.advance_minutes(61);
    shop.shop_id = shop.other_shop_id;

    CHECK(shop.overdue().empty());
    CHECK_FALSE(shop.cancel_overdue(id));
    CHECK(shop.status(id) == "new");
}
