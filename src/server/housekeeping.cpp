#include "server/housekeeping.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "domains/auth/attempts.hpp"
#include "domains/auth/grants.hpp"
#include "domains/orders/payment_expiry.hpp"
#include "domains/warehouse/stock.hpp"
#include "journal/confirmations.hpp"
#include "journal/idempotency.hpp"
#include "oauth/clients.hpp"
#include "server/session_ids.hpp"
#include "tools/shared_rate_limits.hpp"

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

/// One transaction of one shop: customers wait for a short one, not for all of them together.
template <class Work>
auto as_system(const Household& household, std::int64_t shop_id, UnixMs now_ms, Work work) {
    Caller system;
    system.principal = "system:housekeeping";
    const auto in_shop = [&](storage::Connection& connection) {
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
        return work(connection, context);
    };
    return household.database.write(in_shop, shop_id);
}

std::int64_t cancel_unpaid(const Household& household, std::int64_t shop_id, UnixMs now_ms) {
    const auto overdue = household.database.read(
        [&](storage::Connection& connection) {
            return orders::overdue_unpaid(connection, shop_id, now_ms);
        },
        shop_id);
    std::int64_t cancelled = 0;
    for (const std::int64_t order_id : overdue) {
        const Result<bool> done =
            as_system(household, shop_id, now_ms,
                      [&](storage::Connection& connection, const CallContext& context) {
                          return orders::cancel_overdue(connection, context, order_id);
                      });
        // A refusal is somebody's step at the same moment; the next round looks again.
        if (done && *done) ++cancelled;
    }
    return cancelled;
}

}  // namespace

Tidied keep_house(const Household& household, UnixMs now_ms) {
    storage::Database& database = household.database;
    Tidied tidied;
    for (const std::int64_t shop_id : all_shops(database)) {
        tidied.orders_without_claims +=
            as_system(household, shop_id, now_ms,
                      [](storage::Connection& connection, const CallContext& context) {
                          return warehouse::release_expired(connection, context);
                      });
        tidied.unpaid_orders += cancel_unpaid(household, shop_id, now_ms);
        tidied.used_confirmations += database.write(
            [&](storage::Connection& connection) {
                return journal::forget_used_confirmations(connection, shop_id, now_ms);
            },
            shop_id);
    }
    tidied.idempotency_keys = database.write([&](storage::Connection& connection) {
        return journal::forget_expired(connection, now_ms);
    });
    tidied.login_attempts = database.write(
        [&](storage::Connection& connection) { return auth::purge_attempts(connection, now_ms); });
    database.write([&](storage::Connection& connection) {
        tidied.ended_sessions = forget_ended_sessions(connection, now_ms);
        tidied.rate_buckets = tools::forget_full_buckets(connection, now_ms);
        tidied.oauth_grants = auth::purge_grants(connection, now_ms);
        tidied.oauth_clients = oauth::purge_clients(connection, now_ms);
    });
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
            if (tidied.unpaid_orders > 0) {
                log::info("server",
                          "cancelled unpaid orders=" + std::to_string(tidied.unpaid_orders));
            }
        } catch (const std::exception& trouble) {
            // The next round tries again; nothing is lost meanwhile.
            log::warning("server", std::string("housekeeping failed: ") + trouble.what());
        }
    }
}

}  // namespace shopkeeper::server
