#include "domains/privacy/erase.hpp"

#include "server/db_check.hpp"
#include "unit/privacy/privacy_fixture.hpp"

namespace shopkeeper::test {
namespace {

using Columns = std::vector<std::string>;

std::string problems(PrivacyFixture& fixture) {
    std::string text;
    const auto report = server::check_database(*fixture.shop.database, fixture.shop.clock.now_ms());
    for (const auto& finding : report.findings) text += finding.check + " ";
    return text;
}

TEST_CASE("T8: after erasing, no column of any table holds a word of the person", "[privacy]") {
    PrivacyFixture fixture;
    fixture.live();
    REQUIRE(fixture.columns_with(fixture.words()).size() > 20);

    const auto erased = fixture.erase();

    CHECK(fixture.columns_with(fixture.words()) == Columns{});
    // The actor of audit rows is the principal (A11), which no erasing changes (T5).
    CHECK(fixture.columns_with({kTelegram}, {"audit_log"}) == Columns{});
    CHECK(erased.orders == 2);
    CHECK(erased.reviews == 1);
    CHECK(erased.messages > 3);
    CHECK(erased.kept_results == 2);
    CHECK(problems(fixture) == "");
}

TEST_CASE("T8: erasing leaves amounts, ids, states, moments and stock as they were", "[privacy]") {
    PrivacyFixture fixture;
    fixture.live();
    const auto facts = [&] {
        std::string text;
        for (
            const char* sql :
            {"SELECT id || ' ' || tracking_id || ' ' || order_number || ' ' || client_id || ' ' || "
             "total_minor || ' ' || status || ' ' || created_ms || ' ' || delivery_at_ms "
             "FROM orders ORDER BY id",
             "SELECT id || ' ' || order_id || ' ' || at_ms || ' ' || actor_kind || ' ' || field || "
             "CASE WHEN field = 'status' THEN new_value ELSE '' END FROM order_history ORDER BY id",
             "SELECT id || ' ' || quantity_change || ' ' || balance_after || ' ' || description || "
             "' ' || COALESCE(order_id, 0) FROM stock_operation ORDER BY id",
             "SELECT id || ' ' || hash FROM audit_log ORDER BY id",
             "SELECT id || ' ' || type || ' ' || subject_id FROM events ORDER BY id",
             "SELECT id || ' ' || rating || ' ' || status FROM review ORDER BY id"}) {
            for (const storage::Row row : fixture.shop.rows(sql))
                text += row.get<std::string>(0) + "\n";
        }
        return text;
    };
    const std::string before = facts();

    fixture.erase();

    CHECK(facts() == before);
    CHECK(fixture.shop.text("SELECT phone || name FROM client WHERE id = 1") == "x1[erased]");
    CHECK(fixture.shop.text("SELECT phone || sender_phone || recipient_phone || customer_name || "
                            "recipient_name || delivery_address FROM orders WHERE id = 1") ==
          "x1x1x1[erased][erased][erased]");
}

TEST_CASE("T8: an order under way that names the phone blocks erasing and nothing changes",
          "[privacy]") {
    PrivacyFixture fixture;
    fixture.live();
    const Json active =
        GENERATE(Json{{"notes", "третий"}},
                 Json{{"customer_phone", kFriendsPhone}, {"recipient_phone", kPhone}},
                 Json{{"customer_phone", kFriendsPhone}, {"sender_phone", kPhone}});
    const Json order = fixture.place(active);
    const Json before = fixture.exported();

    const auto refused = fixture.try_erase();

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::failed_precondition);
    CHECK(refused.error().details.reason == "active_order");
    CHECK_THAT(refused.error().message,
               Catch::Contains(order.at("order_number").get<std::string>()));
    CHECK(fixture.exported() == before);
    fixture.deliver(order);
    CHECK(fixture.try_erase());
}

TEST_CASE("T8: a finished order of somebody else loses what is the person's, and only that",
          "[privacy]") {
    PrivacyFixture fixture;
    fixture.live();
    fixture.deliver(fixture.place({{"customer_name", "Данияр"},
                                   {"customer_phone", kFriendsPhone},
                                   {"recipient_name", "Айгерим"},
                                   {"recipient_phone", kPhone},
                                   {"notes", "от друга"}}));
    const Json gift = fixture.exported().at("named_in");
    REQUIRE(gift.size() == 1);
    CHECK(gift.at(0).at("recipient_name") == "Айгерим");
    CHECK_FALSE(gift.at(0).contains("phone"));

    const auto erased = fixture.erase();

    CHECK(erased.named_in == 1);
    CHECK(fixture.shop.text("SELECT customer_name || phone || recipient_name || recipient_phone || "
                            "delivery_address || notes || names_folded FROM orders WHERE id = 3") ==
          "Данияр+77000005678[erased]x1[erased]от другаданияр\n[erased]");
    CHECK(fixture.columns_with({"7000001234", "Айгерим", "айгерим"}) == Columns{});
    CHECK(problems(fixture) == "");
}

TEST_CASE("T8: the same phone orders again as a new client, even what it ordered just before",
          "[privacy]") {
    PrivacyFixture fixture;
    const Json first = fixture.place();
    fixture.deliver(first);
    fixture.erase();
    CHECK(fixture.try_erase().error().code == ErrorCode::not_found);

    const Json second = fixture.place();

    CHECK(fixture.id_of(second) != fixture.id_of(first));
    CHECK(fixture.shop.text("SELECT phone FROM client WHERE id = 2") == kPhone);
    const Json exported = fixture.exported();
    CHECK(exported.at("client_id") == 2);
    CHECK(exported.at("tables").at("orders").size() == 1);
    fixture.deliver(second);
    fixture.erase();
    CHECK(fixture.columns_with(fixture.words()) == Columns{});
    CHECK(problems(fixture) == "");
}

TEST_CASE("T8: erasing one client leaves the others and the other shops alone", "[privacy]") {
    PrivacyFixture fixture;
    fixture.live();
    fixture.deliver(fixture.place({{"customer_name", "Данияр"},
                                   {"customer_phone", kFriendsPhone},
                                   {"idempotency_key", "friend"}}));
    fixture.shop.execute(
        "INSERT INTO client (shop_id, phone, name, created_ms, updated_ms) "
        "VALUES (9, $1, 'Айгерим', 1, 1)",
        {kPhone});
    const Json before = fixture.exported(kFriendsPhone);

    fixture.erase();

    CHECK(fixture.exported(kFriendsPhone) == before);
    CHECK(fixture.shop.text("SELECT name || phone FROM client WHERE shop_id = 9") ==
          std::string("Айгерим") + kPhone);
}

TEST_CASE("T5: the history's guard stands before, after and in spite of a failure", "[privacy]") {
    PrivacyFixture fixture;
    fixture.live();
    const auto guarded = [&](const char* sql) {
        CHECK_THROWS_AS(fixture.shop.execute(sql), storage::CheckViolation);
    };
    guarded("UPDATE order_history SET reason = 'x'");
    fixture.erase();

    guarded("UPDATE order_history SET reason = 'x'");
    guarded("DELETE FROM order_history");
    guarded("UPDATE audit_log SET actor = 'x'");
    guarded("UPDATE stock_operation SET description = 'x'");
    CHECK(fixture.shop.number("SELECT COUNT(*) FROM maintenance") == 0);
}

TEST_CASE("T8: staff see an erased order as any other", "[privacy]") {
    PrivacyFixture fixture;
    fixture.live();
    fixture.erase();

    const Json order = fixture.done("get_order", {{"order_id", 1}}, Who::director);
    CHECK_THAT(dump_json(order), Catch::Contains("[erased]"));
    CHECK(fixture.done("list_orders", Json::object(), Who::director).at("total") == 2);
    CHECK(fixture.done("get_telegram_client", {{"telegram_user_id", kTelegram}}, Who::service)
              .at("registered") == false);
}

}  // namespace
}  // namespace shopkeeper::test
