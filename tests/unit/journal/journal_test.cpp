// The traces of change, straight on a database: claims of keys, the audit chain, events.
#include <catch2/catch.hpp>

#include "journal/audit.hpp"
#include "journal/events.hpp"
#include "journal/idempotency.hpp"
#include "support/shop_fixture.hpp"
#include "support/test_database.hpp"

using namespace shopkeeper;
using test::ShopFixture;
using test::Who;

namespace {

journal::IdempotencyKey key_with(const char* arguments,
                                 const char* scope = "8:staff:1:create_order") {
    return {scope, "key-1", journal::argument_digest(Json::parse(arguments))};
}

}  // namespace

TEST_CASE("I2: equal arguments have one digest, however they are written", "[journal]") {
    const auto digest = [](const char* text) {
        return journal::argument_digest(Json::parse(text));
    };
    const std::string plain = digest(R"({"a": 1, "b": {"c": [1, 2]}})");

    CHECK(plain == digest(R"({"b": {"c": [1.0, 2]}, "a": 1.0})"));
    CHECK(
        plain ==
        digest(
            R"({"a": 1, "b": {"c": [1, 2], "d": null}, "e": "", "token": "t", "idempotency_key": "k"})"));
    CHECK(plain != digest(R"({"a": 1, "b": {"c": [2, 1]}})"));
    CHECK(plain != digest(R"({"a": "1", "b": {"c": [1, 2]}})"));
}

TEST_CASE("I3: the same key replays with the same arguments and conflicts with others",
          "[journal]") {
    ShopFixture shop({});
    const auto now = shop.clock.now_ms();
    shop.database->write([&](storage::Connection& c) {
        REQUIRE_FALSE(journal::claim(c, key_with(R"({"a": 1})"), now)->has_value());
        journal::complete(c, key_with(R"({"a": 1})"), R"({"done":true})");
    });

    shop.database->write([&](storage::Connection& c) {
        CHECK(journal::claim(c, key_with(R"({"a": 1})"), now)->value() == R"({"done":true})");
        const auto other = journal::claim(c, key_with(R"({"a": 2})"), now);
        REQUIRE_FALSE(other);
        CHECK(other.error().details.reason == "idempotency_conflict");
        CHECK_FALSE(
            journal::claim(c, key_with(R"({"a": 2})", "9:staff:1:create_order"), now)->has_value());
    });
}

TEST_CASE("I5: a call that fails leaves no claim", "[journal]") {
    ShopFixture shop({});
    const Result<int> failed = shop.database->write([&](storage::Connection& c) -> Result<int> {
        (void)journal::claim(c, key_with("{}"), shop.clock.now_ms());
        return conflict("stock_changed", "no");
    });

    CHECK_FALSE(failed);
    CHECK(shop.number("SELECT COUNT(*) FROM idempotency_keys") == 0);
}

TEST_CASE("I6: a key is new again after 48 hours", "[journal]") {
    ShopFixture shop({});
    const auto claim_now = [&] {
        return shop.database->write([&](storage::Connection& c) {
            const bool is_new =
                !journal::claim(c, key_with("{}"), shop.clock.now_ms())->has_value();
            if (is_new) journal::complete(c, key_with("{}"), "{}");
            return is_new;
        });
    };
    CHECK(claim_now());
    shop.clock.advance_hours(47);
    CHECK_FALSE(claim_now());
    shop.clock.advance_hours(1);
    CHECK(claim_now());
}

TEST_CASE("I9: audit rows form a chain that shows an alteration", "[journal]") {
    ShopFixture shop({});
    for (const char* tool : {"create_order", "update_order", "cancel_order"}) {
        shop.with(Who::manager, [&](storage::Connection& c, const CallContext& context) {
            context.audit.target_kind = "order";
            context.audit.target_id = "1";
            context.audit.after_json = "{}";
            journal::append_audit(c, context, tool, "digest");
            return 0;
        });
    }
    const auto broken = [&] {
        return shop.database->read(
            [](storage::Connection& c) { return journal::first_broken_audit_row(c, 8); });
    };
    CHECK(shop.number(
              "SELECT COUNT(*) FROM audit_log WHERE actor LIKE 'staff:%' AND shop_id = 8") == 3);
    CHECK(broken() == 0);
    CHECK_THROWS_AS(shop.execute("UPDATE audit_log SET tool = 'x' WHERE id = 2"),
                    storage::CheckViolation);

    // Somebody with the file in hands can drop the guard; the chain still tells.
    shop.execute(test::on_postgresql() ? "DROP TRIGGER audit_log_refuses_change ON audit_log"
                                       : "DROP TRIGGER audit_log_refuses_UPDATE");
    shop.execute("UPDATE audit_log SET tool = 'x' WHERE id = 2");
    CHECK(broken() == 2);
}

TEST_CASE("I11: an event exists exactly when its change does", "[journal]") {
    ShopFixture shop({});
    const auto emit = [&](bool commits) {
        return shop.with(
            Who::manager, [&](storage::Connection& c, const CallContext& context) -> Result<int> {
                journal::emit(c, context, 8, {"order.created", "order", "5", R"({"order_id":5})"});
                journal::enqueue(c, context, 8,
                                 {"telegram.send", "order:5:created", "order:5", "{}"});
                journal::enqueue(c, context, 8,
                                 {"telegram.send", "order:5:created", "order:5", "{}"});
                if (!commits) return conflict("stock_changed", "no");
                return 1;
            });
    };
    CHECK_FALSE(emit(false));
    CHECK(shop.number("SELECT COUNT(*) FROM events") == 0);
    CHECK(emit(true));
    CHECK(shop.text("SELECT topic FROM events WHERE type = 'order.created'") == "orders");
    CHECK(shop.number("SELECT COUNT(*) FROM outbox") == 1);
}
