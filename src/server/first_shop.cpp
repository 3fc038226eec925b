#include "server/first_shop.hpp"

#include "base/text.hpp"
#include "server/operator_audit.hpp"

namespace shopkeeper::server {
namespace {

constexpr std::string_view kCountShops = "SELECT COUNT(*) FROM shop";

constexpr std::string_view kInsertShop = R"sql(
INSERT INTO shop (id, name, created_ms, updated_ms)
VALUES ($1, $2, $3, $3))sql";

void audit_init(storage::Connection& connection, std::int64_t shop_id, UnixMs now_ms,
                bool is_demo) {
    audit(connection, now_ms,
          {.command = "init",
           .shop_id = shop_id,
           .target_kind = "shop",
           .target_id = shop_id,
           .after = {{"demo", is_demo}}});
}

}  // namespace

bool add_first_shop(storage::Database& database, std::int64_t shop_id, const std::string& name,
                    UnixMs now_ms) {
    return database.write([&](storage::Connection& connection) {
        if (connection.query(kCountShops).front().get<std::int64_t>(0) > 0) return false;
        connection.execute(kInsertShop, {shop_id, text::truncate(text::clean(name), 200), now_ms});
        connection.continue_ids("shop");
        audit_init(connection, shop_id, now_ms, false);
        return true;
    });
}

DemoReport add_demo_shop(storage::Database& database, const Clock& clock, Random& random,
                         const DemoOptions& options) {
    DemoReport demo = load_demo(database, clock, random, options);
    if (demo.loaded) {
        database.write([&](storage::Connection& connection) {
            audit_init(connection, demo.shop_id, clock.now_ms(), true);
        });
    }
    return demo;
}

}  // namespace shopkeeper::server
