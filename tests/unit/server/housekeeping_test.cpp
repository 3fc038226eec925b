#include "server/housekeeping.hpp"

#include <catch2/catch.hpp>

#include "support/shop_fixture.hpp"

namespace shopkeeper::server {
namespace {

TEST_CASE("A24, I6, O25: a round throws away what no longer counts, and nothing else", "[server]") {
    test::ShopFixture shop({});
    const UnixMs now_ms = shop.clock.now_ms();
    const UnixMs day_ago = now_ms - std::int64_t{24} * 3600 * 1000;
    for (const UnixMs at_ms : {day_ago, day_ago + 1}) {
        shop.execute(
            "INSERT INTO login_attempt (phone_digest, address_digest, at_ms, succeeded) VALUES "
            "('p', 'a', $1, FALSE)",
            {at_ms});
    }
    for (const UnixMs expires_ms : {now_ms, now_ms + 1}) {
        shop.execute(
            "INSERT INTO idempotency_keys (scope, key, request_hash, state, response_json, "
            "created_ms, expires_ms) "
            "VALUES ('s', CAST($1 AS TEXT), 'h', 'done', '{}', 0, $1)",
            {expires_ms});
    }

    const Tidied tidied = keep_house(*shop.database, shop.defaults, shop.random, now_ms);

    CHECK(tidied.login_attempts == 1);
    CHECK(tidied.idempotency_keys == 1);
    CHECK(tidied.orders_without_claims == 0);
    CHECK(shop.number("SELECT COUNT(*) FROM login_attempt") == 1);
    CHECK(shop.number("SELECT COUNT(*) FROM idempotency_keys") == 1);
}

TEST_CASE("O25: expired reservations are released in every shop", "[server]") {
    test::ShopFixture shop({});
    const UnixMs now_ms = shop.clock.now_ms();
    for (const std::int64_t id : {shop.shop_id, shop.other_shop_id}) {
        shop.execute(
            "INSERT INTO client (id, shop_id, phone, name, created_ms, updated_ms) VALUES ($1, $1, "
            "'p', 'C', 1, 1)",
            {id});
        shop.execute(
            "INSERT INTO orders (id, shop_id, tracking_id, order_number, client_id, customer_name, "
            "phone, sender_phone, "
            "recipient_name, recipient_phone, delivery_type, "
            "time_precision, currency, subtotal_minor, delivery_cost_minor, total_minor, "
            "fingerprint, created_ms, "
            "updated_ms) VALUES ($1, $1, CAST(100000000 + $1 AS TEXT), '#00001', $1, 'A', 'p', "
            "'p', 'B', 'p', "
            "'pickup', 'asap', 'KZT', 0, 0, 0, 'f', 1, 1)",
            {id});
        shop.execute(
            "INSERT INTO warehouse_item (id, shop_id, name, name_folded, reserved, created_ms, "
            "updated_ms) VALUES ($1, $1, 'Rose', 'rose', 1, 1, 1)",
            {id});
        shop.execute(
            "INSERT INTO reservation (shop_id, order_id, warehouse_item_id, reserved_quantity, "
            "expires_ms, created_ms, "
            "updated_ms) VALUES ($1, $1, $1, 1, $2, 1, 1)",
            {id, now_ms});
    }

    const Tidied tidied = keep_house(*shop.database, shop.defaults, shop.random, now_ms);

    CHECK(tidied.orders_without_claims == 2);
    CHECK(shop.number("SELECT COUNT(*) FROM reservation WHERE state = 'released'") == 2);
    CHECK(shop.number("SELECT SUM(reserved) FROM warehouse_item") == 0);
    CHECK(keep_house(*shop.database, shop.defaults, shop.random, now_ms).orders_without_claims ==
          0);
}

}  // namespace
}  // namespace shopkeeper::server
