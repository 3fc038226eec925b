// What no condition of a single statement guards, with many at once: whoever reads and then decides
// takes turns.
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <thread>

#include "domains/auth/attempts.hpp"
#include "domains/auth/staff.hpp"
#include "journal/audit.hpp"
#include "support/temp_folder.hpp"
#include "support/whole_shop.hpp"

using namespace shopkeeper;
using test::Who;

namespace {

/// Runs `work(i)` on so many threads, all let go at the same moment.
template <class Work>
void at_once(int threads, Work work) {
    std::latch together(threads);
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) {
        running.emplace_back([&, i] {
            together.arrive_and_wait();
            work(i);
        });
    }
    for (auto& thread : running) thread.join();
}

}  // namespace

TEST_CASE("A24: guesses made at the same time are counted all the same", "[concurrency]") {
    test::TempFolder folder;
    auto shop = test::whole_shop(test::kMonday10, folder.file("shop.db"));
    std::atomic<int> admitted = 0;

    at_once(16, [&](int) {
        admitted += shop.database->write([&](storage::Connection& connection) -> int {
            return auth::open_attempt(connection, "the phone", "the address", shop.clock.now_ms())
                .has_value();
        });
    });

    // Five are free; the sixth has to wait, and the clock stands still.
    CHECK(admitted == 5);
    CHECK(shop.number("SELECT COUNT(*) FROM login_attempt") == 5);
}

TEST_CASE("A18: two directors who send each other away leave one", "[concurrency]") {
    test::TempFolder folder;
    auto shop = test::whole_shop(test::kMonday10, folder.file("shop.db"));
    const std::string second = "+77000000899";
    shop.execute(
        "INSERT INTO staff_user (shop_id, name, phone, role, password_hash, created_ms, "
        "updated_ms) VALUES (8, 'Второй', $1, 'director', '!', 1, 1)",
        {second});
    std::atomic<int> done = 0;

    at_once(2, [&](int i) {
        const std::string phone = i == 0 ? second : test::ShopFixture::phone_of(Who::director);
        const Result<void> sent_away = shop.database->write([&](storage::Connection& connection) {
            return auth::deactivate(connection, shop.clock.now_ms(), phone);
        });
        done += sent_away.has_value();
    });

    CHECK(done == 1);
    CHECK(shop.number("SELECT COUNT(*) FROM staff_user WHERE shop_id = 8 AND is_active AND role = "
                      "'director'") == 1);
}

TEST_CASE("B7: the audit chain holds whoever writes", "[concurrency]") {
    test::TempFolder folder;
    auto shop = test::whole_shop(test::kMonday10, folder.file("shop.db"));
    constexpr int kThreads = 16;
    constexpr int kEach = 10;

    at_once(kThreads, [&](int thread) {
        for (int n = 0; n < kEach; ++n) {
            shop.with(Who::manager,
                      [&](storage::Connection& connection, const CallContext& context) {
                          context.audit.target_id = std::to_string(thread);
                          journal::append_audit(connection, context, "create_order", "digest");
                          return 0;
                      });
        }
    });

    CHECK(shop.number("SELECT COUNT(*) FROM audit_log WHERE shop_id = 8") == kThreads * kEach);
    CHECK(shop.database->read([](storage::Connection& connection) {
        return journal::first_broken_audit_row(connection, 8);
    }) == 0);
}

TEST_CASE("W10: deliveries with new prices keep the old price that was there", "[concurrency]") {
    test::TempFolder folder;
    auto shop = test::whole_shop(test::kMonday10, folder.file("shop.db"));
    REQUIRE(shop.call("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 1}}, Who::manager)
                .ok());
    shop.authority.configured_phone = test::ShopFixture::phone_of(Who::manager);

    at_once(8, [&](int i) {
        shop.registry->call(
            {.name = "add_warehouse_stock",
             .arguments = {{"item_name", "Роза"}, {"quantity", 1}, {"cost_price", 100 + i}},
             .address = "local",
             .session = ""});
    });

    CHECK(shop.number("SELECT quantity FROM warehouse_item") == 9);
    // Each change begins with the price that the one before it left.
    CHECK(shop.number("SELECT COUNT(*) FROM (SELECT old_value_minor, LAG(new_value_minor, 1, 0) "
                      "OVER (ORDER BY id) AS left_minor FROM stock_operation WHERE operation_type "
                      "= 'price_change') chain WHERE old_value_minor <> left_minor") == 0);
    CHECK(shop.number("SELECT COUNT(*) FROM stock_operation WHERE operation_type = "
                      "'price_change'") == 8);
}
