// Many clients at once, through the whole gate on a database file: nothing is sold twice, no retry
// makes a second order, and nobody is told that the database was busy.
#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <mutex>
#include <thread>

#include "domains/orders/payment_expiry.hpp"
#include "domains/orders/status.hpp"
#include "support/temp_folder.hpp"
#include "support/whole_shop.hpp"

using namespace shopkeeper;
using test::Who;

namespace {

constexpr int kClients = 32;

/// A bouquet of one rose each, `stock` roses on the shelf; returns the product's id.
std::int64_t sell_roses(test::ShopFixture& shop, int stock) {
    const auto item = shop.call("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", stock}},
                                Who::manager);
    REQUIRE(item.ok());
    const auto product = shop.call(
        "create_product",
        {{"name", "Одна роза"},
         {"type", "flowers"},
         {"price", 500},
         {"recipe", {{{"warehouse_item_id", item.result["item"]["id"]}, {"quantity", 1}}}}},
        Who::manager);
    REQUIRE(product.ok());
    return product.result["id"].get<std::int64_t>();
}

Json order_of(std::int64_t product_id, int client) {
    const std::string phone = "+7700000" + std::to_string(2000 + client);
    return {{"customer_name", "Покупатель"},
            {"customer_phone", phone},
            {"items", {{{"product_id", product_id}, {"quantity", 1}}}},
            {"delivery_type", "pickup"},
            {"delivery_date", "завтра"},
            {"delivery_time", "15:00"},
            {"allow_duplicate", true}};
}

/// "ok" or the error's code.
std::string outcome_of(tools::Registry& registry, Json arguments) {
    const auto outcome = registry.call({.name = "create_order",
                                        .arguments = std::move(arguments),
                                        .address = "local",
                                        .session = ""});
    if (outcome.kind != mcp::ToolOutcome::Kind::answered) return "failed";
    const Json document = Json::parse("{" + outcome.members + "}");
    const Json body = Json::parse(document["content"][0]["text"].get<std::string>());
    return body.contains("error") ? body["error"]["code"].get<std::string>() : "ok";
}

template <class Work>
void at_once(int threads, Work work) {
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) running.emplace_back([&work, i] { work(i); });
    for (auto& thread : running) thread.join();
}

}  // namespace

TEST_CASE("W4: 32 clients with 10 attempts each on a stock of 50 sell exactly 50",
          "[concurrency]") {
    test::TempFolder folder;
    auto shop = test::whole_shop(test::kMonday10, folder.file("shop.db"));
    const std::int64_t rose = sell_roses(shop, 50);

    std::mutex mutex;
    std::map<std::string, int> outcomes;
    at_once(kClients, [&](int client) {
        for (int attempt = 0; attempt < 10; ++attempt) {
            const std::string outcome = outcome_of(*shop.registry, order_of(rose, client));
            const std::lock_guard lock(mutex);
            ++outcomes[outcome];
        }
    });

    CHECK(outcomes ==
          std::map<std::string, int>{{"ok", 50}, {"insufficient_stock", kClients * 10 - 50}});
    CHECK(shop.number("SELECT COUNT(*) FROM orders") == 50);
    CHECK(shop.number("SELECT SUM(reserved_quantity) FROM reservation WHERE state = 'active'") ==
          50);
    CHECK(shop.number("SELECT quantity FROM warehouse_item") == 50);
    CHECK(shop.number("SELECT value FROM order_counter WHERE shop_id = 8") == 50);
    CHECK(shop.number("SELECT COUNT(DISTINCT order_number) FROM orders") == 50);
}

TEST_CASE("I4: one key, 200 times in parallel, makes one order", "[concurrency]") {
    test::TempFolder folder;
    auto shop = test::whole_shop(test::kMonday10, folder.file("shop.db"));
    const std::int64_t rose = sell_roses(shop, 500);
    Json order = order_of(rose, 1);
    order["idempotency_key"] = "one-order-please";

    std::atomic<int> accepted = 0;
    at_once(20, [&](int) {
        for (int i = 0; i < 10; ++i) accepted += outcome_of(*shop.registry, order) == "ok";
    });

    CHECK(accepted == 200);
    CHECK(shop.number("SELECT COUNT(*) FROM orders") == 1);
    CHECK(shop.number("SELECT SUM(reserved_quantity) FROM reservation") == 1);
    CHECK(shop.number("SELECT COUNT(*) FROM events WHERE type = 'order.created'") == 1);
    CHECK(shop.number("SELECT COUNT(*) FROM audit_log WHERE tool = 'create_order'") == 1);
}

TEST_CASE("O20: the same order without a key, sent by many at once, is made once",
          "[concurrency]") {
    test::TempFolder folder;
    auto shop = test::whole_shop(test::kMonday10, folder.file("shop.db"));
    const std::int64_t rose = sell_roses(shop, 100);
    Json order = order_of(rose, 1);
    order["allow_duplicate"] = false;

    std::atomic<int> accepted = 0;
    at_once(16, [&](int) { accepted += outcome_of(*shop.registry, order) == "ok"; });

    CHECK(accepted == 16);
    CHECK(shop.number("SELECT COUNT(*) FROM orders") == 1);
}

TEST_CASE("D20: a slot with three places is booked by three of many", "[concurrency]") {
    test::TempFolder folder;
    auto shop = test::whole_shop(test::kMonday10, folder.file("shop.db"));
    const std::int64_t rose = sell_roses(shop, 100);
    shop.execute("UPDATE shop SET slot_capacity = 3 WHERE id = 8");

    std::atomic<int> accepted = 0;
    std::atomic<int> full = 0;
    at_once(kClients, [&](int client) {
        const std::string outcome = outcome_of(*shop.registry, order_of(rose, client));
        accepted += outcome == "ok";
        full += outcome == "delivery_time_impossible";
    });

    CHECK(accepted == 3);
    CHECK(full == kClients - 3);
    CHECK(shop.number("SELECT booked FROM slot_load") == 3);
    CHECK(shop.number("SELECT SUM(reserved_quantity) FROM reservation WHERE state = 'active'") ==
          3);
}

TEST_CASE("O40: a payment and the end of its deadline at the same moment: one of them, whole",
          "[concurrency]") {
    constexpr int kOrders = 24;
    test::TempFolder folder;
    auto shop = test::whole_shop(test::kMonday10, folder.file("shop.db"));
    const std::int64_t rose = sell_roses(shop, kOrders);
    shop.execute("UPDATE shop SET prepay_minutes = 60 WHERE id = 8");
    std::vector<std::int64_t> orders;
    for (int i = 0; i < kOrders; ++i) {
        const auto placed = shop.call("create_order", order_of(rose, i));
        REQUIRE(placed.ok());
        orders.push_back(placed.result["id"].get<std::int64_t>());
    }
    shop.clock.advance_minutes(60);

    std::atomic<int> paid = 0;
    std::atomic<int> refused = 0;
    std::atomic<int> cancelled = 0;
    const Caller director = shop.caller_of(Who::director);
    const auto in_context = [&](const Caller& caller, std::string_view source, auto work) {
        AuditNote unused;
        const CallContext context{.caller = caller,
                                  .shop_id = 8,
                                  .shop_given = true,
                                  .now_ms = shop.clock.now_ms(),
                                  .source = source,
                                  .request_id = "r-test",
                                  .defaults = shop.defaults,
                                  .random = shop.random,
                                  .audit = unused};
        return shop.database->write(
            [&](storage::Connection& connection) { return work(connection, context); });
    };
    at_once(2, [&](int side) {
        for (int i = 0; i < kOrders; ++i) {
            // From both ends, so that they meet in the middle.
            const std::int64_t id =
                orders[static_cast<std::size_t>(side == 0 ? i : kOrders - 1 - i)];
            if (side == 0) {
                const auto done = in_context(
                    Caller{}, "system", [&](storage::Connection& connection, const CallContext& c) {
                        return orders::cancel_overdue(connection, c, id);
                    });
                cancelled += done && *done;
            } else {
                orders::UpdateStatus payment;
                payment.order_id = id;
                payment.payment_status = orders::PaymentStatus::paid;
                const auto done = in_context(
                    director, "mcp", [&](storage::Connection& connection, const CallContext& c) {
                        return orders::update_status(connection, c, payment);
                    });
                (done ? paid : refused) += 1;
            }
        }
    });

    CHECK(paid + cancelled == kOrders);
    CHECK(refused == cancelled);
    CHECK(shop.number("SELECT COUNT(*) FROM orders WHERE status = 'paid' AND payment_status = "
                      "'paid' AND cancel_code IS NULL") == paid);
    CHECK(shop.number("SELECT COUNT(*) FROM orders WHERE status = 'cancelled' AND payment_status = "
                      "'unpaid' AND cancel_code = 'payment_expired'") == cancelled);
    CHECK(shop.number("SELECT COUNT(*) FROM reservation WHERE state = 'active'") == paid);
    CHECK(shop.number("SELECT SUM(booked) FROM slot_load") == paid);
}
