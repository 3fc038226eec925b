#include "server/housekeeping.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "domains/auth/attempts.hpp"
#include "domains/warehouse/stock.hpp"
#include "journal/idempotency.hpp"

namespace shopkeeper::server {
namespace {

constexpr std::chrono::seconds kEvery{60};

std::vector<std::int64_t> all_shops(storage::Database& database) {
    return database.read([](storage::Connection& connection) {
        std::vector<std::int64_t> shops;
        for (const storage::Row row : connection.query("SELECT id FROM shop ORDER BY id")) {
            shops.push_back(row.get<std::int64_t>(0));
        }
        return shops;
    });
}

}  // namespace

Tidied keep_house(const Household& household, UnixMs now_ms) {
    storage::Database& database = household.database;
    Tidied tidied;
    Caller system;
    system.principal = "system:housekeeping";
    for (const std::int64_t shop_id : all_shops(database)) {
        // A transaction for each shop: customers wait for a short one, not for all of them
        // together.
        tidied.orders_without_claims += database.write([&](storage::Connection& connection) {
            AuditNote unused;
            const CallContext context{.caller = system,
                                      .shop_id = shop_id,
                                      .shop_given = true,
                                      .now_ms = now_ms,
                                      .source = "system",
                                      .request_id = "housekeeping",
                                      .defaults = household.defaults,
                                      .random = household.random,
                                      .audit = unused};
            return warehouse::release_expired(connection, context);
        });
    }
    tidied.idempotency_keys = database.write([&](storage::Connection& connection) {
        return journal::forget_expired(connection, now_ms);
    });
    tidied.login_attempts = database.write(
        [&](storage::Connection& connection) { return auth::purge_attempts(connection, now_ms); });
    tidied.key_uses = household.key_uses.write_down(database);
    return tidied;
}

Housekeeper::Housekeeper(const Household& household, const Clock& clock)
    : household_(household),
      clock_(clock),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Housekeeper::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, stop, kEvery, [&] { return stop.stop_requested(); })) {
        if (stop.stop_requested()) return;
        try {
            const Tidied tidied = keep_house(household_, clock_.now_ms());
            if (tidied.orders_without_claims > 0) {
                log::info("server", "released reservations orders=" +
                                        std::to_string(tidied.orders_without_claims));
            }
        } catch (const std::exception& trouble) {
            // The next round tries again; nothing is lost meanwhile.
            log::warning("server", std::string("housekeeping failed: ") + trouble.what());
        }
    }
}

}  // namespace shopkeeper::server
