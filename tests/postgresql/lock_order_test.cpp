// All transactions take their locks in one order (ARCHITECTURE.md, "locks are taken in the order"),
// so two that meet never wait for each other: neither is run again. On the server itself, with the
// one stopped in the middle until the other has come as far as it can.
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <thread>

#include "domains/orders/edit.hpp"
#include "domains/orders/status.hpp"
#include "domains/warehouse/inventory.hpp"
#include "domains/warehouse/stock.hpp"
#include "harness/watched_database.hpp"
#include "support/whole_shop.hpp"

using namespace shopkeeper;
using storage::Connection;
using test::Who;

namespace {

/// A director's call as the domains see it.
class Call {
public:
    explicit Call(test::ShopFixture& shop)
        : caller_(shop.caller_of(Who::director)),
          context_{.caller = caller_,
                   .shop_id = shop.shop_id,
                   .shop_given = true,
                   .now_ms = shop.clock.now_ms(),
                   .source = "mcp",
                   .request_id = "r-test",
                   .defaults = shop.defaults,
                   .random = shop.random,
                   .audit = audit_} {}
    const CallContext& context() const { return context_; }

private:
    AuditNote audit_;
    const Caller caller_;
    const CallContext context_;
};

bool somebody_waits(storage::Database& database) {
    return database.read([](Connection& c) {
        return !c.query(
                     "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND "
                     "wait_event_type = 'Lock'")
                    .empty();
    });
}

/// Runs `first` up to its first statement that contains `stop`, there lets `second` run until it
/// has ended or waits for a lock, and then lets both go on. Checks that neither had to run twice.
template <class First, class Second>
void meet(test::ShopFixture& shop, std::string_view stop, First first, Second second) {
    int first_ran = 0;
    int second_ran = 0;
    std::latch stopped(1);
    std::latch go_on(1);
    bool has_stopped = false;
    harness::WatchedDatabase watched(
        *shop.database, [&](Connection&, std::string_view sql, std::span<const storage::Value>) {
            if (sql.find(stop) == std::string_view::npos || std::exchange(has_stopped, true))
                return;
            stopped.count_down();
            go_on.wait();
        });
    std::thread one([&] {
        const Call call(shop);
        watched.write([&](Connection& c) {
            ++first_ran;
            return first(c, call.context());
        });
        if (!has_stopped) stopped.count_down();
    });
    stopped.wait();
    std::atomic<bool> has_ended = false;
    std::thread other([&] {
        const Call call(shop);
        shop.database->write([&](Connection& c) {
            ++second_ran;
            return second(c, call.context());
        });
        has_ended = true;
    });
    while (!has_ended && !somebody_waits(*shop.database)) {
    }
    go_on.count_down();
    one.join();
    other.join();
    CHECK(has_stopped);
    CHECK(first_ran == 1);
    CHECK(second_ran == 1);
}

/// A shop with two components and orders for one bouquet of both.
struct Florist {
    test::ShopFixture shop = test::whole_shop();
    const std::int64_t ribbon = item("Лента");  // the lower id, and optional
    const std::int64_t rose = item("Роза");
    const std::int64_t bouquet = product();

    std::int64_t item(const std::string& name) {
        return shop
            .call("add_warehouse_stock", {{"item_name", name}, {"quantity", 100}}, Who::director)
            .result.at("item")
            .at("id");
    }
    std::int64_t product() {
        const Json recipe = {
            {{"warehouse_item_id", rose}, {"quantity", 5}},
            {{"warehouse_item_id", ribbon}, {"quantity", 1}, {"is_optional", true}}};
        return shop
            .call("create_product",
                  {{"name", "Букет"}, {"type", "flowers"}, {"price", 5000}, {"recipe", recipe}},
                  Who::director)
            .result.at("id");
    }
    Json order(int client, const std::string& time = "15:00") {
        const auto placed = shop.call(
            "create_order", {{"customer_name", "Покупатель"},
                             {"customer_phone", "+7700000" + std::to_string(2000 + client)},
                             {"items", {{{"product_id", bouquet}, {"quantity", 1}}}},
                             {"delivery_address", "ул. Тестовая 1"},
                             {"delivery_date", "завтра"},
                             {"delivery_time", time}});
        REQUIRE(placed.ok());
        return placed.result;
    }
    std::string status_of(const Json& order) {
        return shop.text("SELECT status FROM orders WHERE id = $1",
                         {order.at("id").get<std::int64_t>()});
    }
};

orders::UpdateStatus step(const Json& order, orders::Status status) {
    orders::UpdateStatus command;
    command.order_id = order.at("id");
    command.status = status;
    return command;
}

/// A verb with its command, to be run in a transaction.
template <class Verb, class Command>
auto run(Verb verb, Command command) {
    return [verb, command](Connection& c, const CallContext& context) {
        return verb(c, context, command);
    };
}

constexpr std::string_view kLockItem = "SET lock_version";
constexpr std::string_view kKeepClaims = "SET expires_ms = NULL, updated_ms";
constexpr std::string_view kUncountClaims = "SET reserved = reserved + $3\n";
constexpr std::string_view kBookSlot = "SET booked = booked + 1";

}  // namespace

TEST_CASE("O4: an order that gets its courier and is accepted at once counts itself last",
          "[postgresql]") {
    Florist florist;
    const Json first = florist.order(1);
    const Json second = florist.order(2);
    auto accept = step(first, orders::Status::accepted);
    accept.courier_id = florist.shop.caller_of(Who::courier).user_id;

    meet(florist.shop, kLockItem, run(orders::update_status, accept),
         run(orders::update_status, step(second, orders::Status::accepted)));

    CHECK(florist.status_of(first) == "accepted");
    CHECK(florist.status_of(second) == "accepted");
    CHECK(florist.shop.number("SELECT orders FROM order_tally WHERE span = 'shop' AND status = "
                              "'accepted'") == 2);
    CHECK(florist.shop.number("SELECT orders FROM order_tally WHERE span = 'courier' AND status = "
                              "'accepted'") == 1);
    CHECK(florist.shop.number("SELECT COUNT(*) FROM order_tally WHERE status = 'new'") == 0);
}

TEST_CASE("W5: optional components are locked in line with the required ones", "[postgresql]") {
    Florist florist;
    const Json order = florist.order(1);
    florist.shop.call("update_order_status", {{"order_id", order.at("id")}, {"status", "accepted"}},
                      Who::director);
    auto assemble = step(order, orders::Status::assembled);
    assemble.include_optional = true;
    warehouse::CreateInventoryCheck count;
    count.items = {{florist.rose, 100}, {florist.ribbon, 100}};

    meet(florist.shop, kKeepClaims, run(orders::update_status, assemble),
         run(warehouse::create_inventory_check, count));

    CHECK(florist.status_of(order) == "assembled");
    CHECK(florist.shop.number("SELECT quantity FROM warehouse_item WHERE id = $1",
                              {florist.ribbon}) == 99);
}

TEST_CASE("O25: the sweep of expired claims locks items before it touches claims", "[postgresql]") {
    Florist florist;
    const Json expired = florist.order(1);
    const Json order = florist.order(2);
    florist.shop.execute("UPDATE reservation SET expires_ms = $2 WHERE order_id = $1",
                         {expired.at("id").get<std::int64_t>(), florist.shop.clock.now_ms() - 1});
    const auto reserve_again = [&](Connection& c, const CallContext& context) {
        const warehouse::Need need[] = {{florist.rose, 10}};
        return warehouse::reserve(c, context, context.shop_id, order.at("id"), need, std::nullopt)
            .size();
    };

    meet(florist.shop, kUncountClaims, warehouse::release_expired, reserve_again);

    CHECK(florist.shop.number("SELECT reserved FROM warehouse_item WHERE id = $1",
                              {florist.rose}) == 10);
    CHECK(florist.shop.text("SELECT state FROM reservation WHERE order_id = $1",
                            {expired.at("id").get<std::int64_t>()}) == "released");
}

TEST_CASE("D20: two orders that swap their slots take the earlier slot first", "[postgresql]") {
    Florist florist;
    const Json early = florist.order(1, "11:00");
    const Json late = florist.order(2, "17:00");
    const auto move = [](const Json& order, const char* time) {
        orders::EditOrder command;
        command.tracking_id = order.at("tracking_id");
        command.delivery_time = time;
        return run(orders::edit, command);
    };

    meet(florist.shop, kBookSlot, move(early, "17:00"), move(late, "11:00"));

    CHECK(florist.shop.number("SELECT COUNT(*) FROM slot_load WHERE booked = 1") == 2);
    CHECK(florist.shop.text("SELECT original_time FROM orders WHERE id = $1",
                            {early.at("id").get<std::int64_t>()}) == "17:00");
}
