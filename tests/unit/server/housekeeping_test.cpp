#include "server/housekeeping.hpp"

#include <catch2/catch.hpp>

#include "server/session_ids.hpp"
#include "support/shop_fixture.hpp"

namespace shopkeeper::server {
namespace {

/// Keeps house without a memory for keys of its own.
Household household(test::ShopFixture& shop) {
    static auth::KeyUses no_keys;
    return {*shop.serving, shop.defaults, shop.random, no_keys};
}

/// The one order of a shop, under the shop's own id, with its client.
void add_order(test::ShopFixture& shop, std::int64_t id, std::optional<UnixMs> payment_due_ms) {
    shop.execute(
        "INSERT INTO client (id, shop_id, phone, name, created_ms, updated_ms) VALUES ($1, $1, "
        "'p', 'C', 1, 1)",
        {id});
    shop.execute(
        "INSERT INTO orders (id, shop_id, tracking_id, order_number, client_id, customer_name, "
        "phone, sender_phone, recipient_name, recipient_phone, delivery_type, time_precision, "
        "currency, subtotal_minor, delivery_cost_minor, total_minor, fingerprint, created_ms, "
        "updated_ms, payment_due_ms) VALUES ($1, $1, $3, '#00001', "
        "$1, 'A', 'p', 'p', 'B', 'p', 'pickup', 'asap', 'KZT', 0, 0, 0, 'f', 1, 1, $2)",
        {id, payment_due_ms, std::to_string(100000000 + id)});
}

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
            "VALUES ('s', $1, 'h', 'done', '{}', 0, $2)",
            {std::to_string(expires_ms), expires_ms});
    }

    const UnixMs too_old_ms =
        now_ms - std::chrono::milliseconds(SignedSessionIds::kAgeMax).count() - 5 * 60'000;
    for (const auto& [name, ended_ms] :
         {std::pair{"a", too_old_ms}, {"b", too_old_ms + 1}, {"c", too_old_ms}}) {
        shop.execute("INSERT INTO ended_session (name, ended_ms) VALUES ($1, $2)",
                     {name, ended_ms});
    }
    for (const auto& [name, full_us] : {std::pair{"a", now_ms * 1000}, {"b", now_ms * 1000 + 1}}) {
        shop.execute("INSERT INTO rate_bucket (name, full_us) VALUES ($1, $2)", {name, full_us});
    }
    for (const std::int64_t shop_id : {shop.shop_id, shop.other_shop_id}) {
        for (const UnixMs expires_ms : {now_ms, now_ms + 1}) {
            shop.execute(
                "INSERT INTO used_confirmation (shop_id, digest, expires_ms) VALUES ($1, $2, $3)",
                {shop_id, std::string(51, 'd') + std::to_string(expires_ms), expires_ms});
        }
    }

    const Tidied tidied = keep_house(household(shop), now_ms);

    CHECK(tidied.login_attempts == 1);
    CHECK(tidied.idempotency_keys == 1);
    CHECK(tidied.ended_sessions == 1);
    CHECK(tidied.rate_buckets == 1);
    CHECK(tidied.used_confirmations == 2);
    CHECK(shop.number("SELECT MIN(expires_ms) FROM used_confirmation") == now_ms + 1);
    // The newest stays whatever its age: the rows after it are numbered on from it.
    CHECK(shop.text("SELECT MIN(name) || MAX(name) FROM ended_session") == "bc");
    CHECK(shop.text("SELECT name FROM rate_bucket") == "b");
    CHECK(tidied.orders_without_claims == 0);
    CHECK(shop.number("SELECT COUNT(*) FROM login_attempt") == 1);
    CHECK(shop.number("SELECT COUNT(*) FROM idempotency_keys") == 1);
}

TEST_CASE("O25: expired reservations are released in every shop", "[server]") {
    test::ShopFixture shop({});
    const UnixMs now_ms = shop.clock.now_ms();
    for (const std::int64_t id : {shop.shop_id, shop.other_shop_id}) {
        add_order(shop, id, std::nullopt);
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

    const Tidied tidied = keep_house(household(shop), now_ms);

    CHECK(tidied.orders_without_claims == 2);
    CHECK(shop.number("SELECT COUNT(*) FROM reservation WHERE state = 'released'") == 2);
    CHECK(shop.number("SELECT SUM(reserved) FROM warehouse_item") == 0);
    CHECK(keep_house(household(shop), now_ms).orders_without_claims == 0);
}

TEST_CASE("O40: a round cancels the unpaid orders of every shop, and only once", "[server]") {
    test::ShopFixture shop({});
    const UnixMs now_ms = shop.clock.now_ms();
    for (const std::int64_t id : {shop.shop_id, shop.other_shop_id}) {
        add_order(shop, id, now_ms);
    }

    CHECK(keep_house(household(shop), now_ms - 1).unpaid_orders == 0);
    CHECK(keep_house(household(shop), now_ms).unpaid_orders == 2);
    CHECK(shop.number("SELECT COUNT(*) FROM orders WHERE cancel_code = 'payment_expired'") == 2);
    CHECK(keep_house(household(shop), now_ms).unpaid_orders == 0);
}

TEST_CASE(
    "operations C12: a round writes down when keys were last used, once for all of their calls",
    "[server]") {
    test::ShopFixture shop({});
    shop.execute(
        "INSERT INTO api_key (id, name, key_hash, scopes, created_ms, updated_ms) VALUES (1, 'a', "
        "'h', 's', 1, 1), (2, 'b', 'i', 's', 1, 1), (3, 'c', 'j', 's', 1, 1)");
    const auto last_use = [&](std::int64_t id) {
        return shop.number("SELECT COALESCE(last_used_ms, 0) FROM api_key WHERE id = $1", {id});
    };
    auth::KeyUses uses;
    const Household house{*shop.serving, shop.defaults, shop.random, uses};
    uses.note(1, 1000);
    uses.note(1, 3000);
    uses.note(1, 2000);  // another thread's call, a moment earlier
    uses.note(2, 5000);
    CHECK(last_use(1) == 0);

    CHECK(keep_house(house, 10000).key_uses == 2);
    CHECK(last_use(1) == 3000);
    CHECK(last_use(2) == 5000);
    CHECK(last_use(3) == 0);

    uses.note(2, 4000);  // of a process that wrote after a later one
    CHECK(keep_house(house, 10000).key_uses == 1);
    CHECK(last_use(2) == 5000);
    CHECK(keep_house(house, 10000).key_uses == 0);
}

TEST_CASE("operations C12: what could not be written down is kept for the next round", "[server]") {
    test::ShopFixture shop({});
    shop.execute(
        "INSERT INTO api_key (id, name, key_hash, scopes, created_ms, updated_ms) VALUES (1, 'a', "
        "'h', 's', 1, 1)");
    auth::KeyUses uses;
    uses.note(1, 7000);
    shop.execute("ALTER TABLE api_key RENAME TO elsewhere");
    CHECK_THROWS(uses.write_down(*shop.serving));

    shop.execute("ALTER TABLE elsewhere RENAME TO api_key");
    CHECK(uses.write_down(*shop.serving) == 1);
    CHECK(shop.number("SELECT last_used_ms FROM api_key") == 7000);
}

}  // namespace
}  // namespace shopkeeper::server
