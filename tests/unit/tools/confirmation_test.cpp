// Risky acts and a person's yes to them, act by act through the whole gate. Rule: domain Q1-Q5.
#include <catch2/catch.hpp>

#include "unit/tools/confirming.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;

namespace {

constexpr std::int64_t kFiveMinutesMs = 5 * 60'000;

/// One act of the table in a scene of its own, and what was done of it.
struct Trial {
    const Act& act;
    Scene scene = Scene();
    std::string before = scene.text(act.state);
    std::int64_t rows_before = scene.rows_written();

    Reply ask(Json more = Json::object()) { return ask_as(act.who, std::move(more)); }
    Reply ask_as(Who who, Json more = Json::object()) {
        Json arguments = act.call(scene);
        arguments.update(more);
        return scene.call(act.tool, std::move(arguments), who);
    }
    /// A token for the act, by who does it.
    std::string token() {
        const Reply refused = ask();
        REQUIRE(refused.code() == "confirmation_required");
        return refused.error.at("details").at("confirmation_token");
    }
    bool is_done() { return scene.text(act.state) != before; }
    bool left_nothing() { return !is_done() && scene.rows_written() == rows_before; }
};

/// Runs the same work for every act.
template <class Work>
void each(Work work) {
    for (const Act& act : risky_acts()) {
        INFO(act.name);
        Trial trial{act};
        work(trial);
    }
}

bool refused_as(const Reply& reply, std::string_view reason) {
    INFO(reply.error);
    return reply.code() == "confirmation_required" && reply.reason() == reason &&
           !reply.error.at("details").value("confirmation_token", "").empty();
}

}  // namespace

TEST_CASE("Q1: a risky act that nobody has agreed to changes nothing and says what it would do",
          "[confirmation]") {
    each([](Trial& trial) {
        const Reply refused = trial.ask();
        REQUIRE(refused.code() == "confirmation_required");
        const Json& details = refused.error.at("details");
        CHECK(details.at("reason") == "unconfirmed");
        CHECK(details.at("effect") == trial.act.effect);
        CHECK(details.at("confirmation_token").get<std::string>().size() == 48);
        CHECK(details.at("expires_at") == "2026-11-23T10:05:00+05:00");
        CHECK(trial.left_nothing());
    });
}

TEST_CASE("Q2: a shop that wants no confirmations is asked for none", "[confirmation]") {
    each([](Trial& trial) {
        trial.scene.execute("UPDATE shop SET confirmation = 'off', confirm_price_percent = 3");
        trial.before = trial.scene.text(trial.act.state);
        const Reply done = trial.ask();
        INFO(done.error);
        REQUIRE(done.ok());
        const bool says_off_again = std::string_view(trial.act.name) == "asking nobody any more";
        CHECK(trial.is_done() != says_off_again);
        CHECK(trial.scene.used_confirmations() == 0);
    });
}

TEST_CASE("Q3: the act is done with the token, which is kept as a digest and audited nowhere",
          "[confirmation]") {
    each([](Trial& trial) {
        const std::string token = trial.token();
        trial.scene.clock.advance_ms(kFiveMinutesMs - 1);
        const Reply done = trial.ask({{"confirmation_token", token}});
        INFO(done.error);
        REQUIRE(done.ok());
        CHECK(trial.is_done());
        CHECK(trial.scene.used_confirmations() == 1);
        const std::string kept = trial.scene.text("SELECT digest FROM used_confirmation");
        CHECK(kept.size() == 64);
        CHECK(kept.find(token) == std::string::npos);
        CHECK(trial.scene.number("SELECT expires_ms FROM used_confirmation") ==
              kMonday10 + kFiveMinutesMs);
    });
}

TEST_CASE("Q3: nobody acts on another caller's confirmation", "[confirmation]") {
    each([](Trial& trial) {
        const std::string token = trial.token();
        CHECK(refused_as(trial.ask_as(trial.act.stranger, {{"confirmation_token", token}}),
                         "mismatch"));
        CHECK(trial.left_nothing());
        // It is still good for whom it was given to.
        CHECK(trial.ask({{"confirmation_token", token}}).ok());
    });
}

TEST_CASE("Q3: a confirmation is of the arguments it was given for", "[confirmation]") {
    each([](Trial& trial) {
        const std::string token = trial.token();
        Json arguments = trial.act.other_call(trial.scene);
        arguments["confirmation_token"] = token;
        CHECK(refused_as(trial.scene.call(trial.act.tool, arguments, trial.act.who), "mismatch"));
        CHECK(trial.left_nothing());
    });
}

TEST_CASE("Q3: a confirmation holds for five minutes", "[confirmation]") {
    each([](Trial& trial) {
        const std::string token = trial.token();
        trial.scene.clock.advance_ms(kFiveMinutesMs);
        const Reply late = trial.ask({{"confirmation_token", token}});
        CHECK(refused_as(late, "expired"));
        CHECK(late.error.at("details").at("field") == "confirmation_token");
        CHECK(trial.left_nothing());
        // What the refusal brought is good again.
        CHECK(trial.ask({{"confirmation_token", late.error.at("details").at("confirmation_token")}})
                  .ok());
    });
}

TEST_CASE("Q3: one confirmation acts once", "[confirmation]") {
    each([](Trial& trial) {
        const std::string token = trial.token();
        REQUIRE(trial.ask({{"confirmation_token", token}}).ok());
        const std::string once = trial.scene.text(trial.act.state);
        const Reply again = trial.ask({{"confirmation_token", token}});
        if (trial.act.adds_up) {
            CHECK(refused_as(again, "used"));
        } else {
            CHECK(again.ok());  // it is so already: nothing is left to be agreed to
        }
        CHECK(trial.scene.text(trial.act.state) == once);
        CHECK(trial.scene.used_confirmations() == 1);
    });
}

TEST_CASE("Q3: what is no token of ours confirms nothing", "[confirmation]") {
    each([](Trial& trial) {
        std::string forged = trial.token();
        forged[3] = forged[3] == 'A' ? 'B' : 'A';
        for (const std::string& token :
             {forged, std::string("yes"), std::string(48, 'A'), std::string(64, '-')}) {
            INFO(token);
            CHECK(refused_as(trial.ask({{"confirmation_token", token}}), "mismatch"));
        }
        CHECK(trial.ask({{"confirmation_token", std::string(65, 'A')}}).code() ==
              "invalid_argument");
        CHECK(trial.left_nothing());
    });
}

TEST_CASE("Q3, I5: the key of a call that waits for its confirmation is not used up",
          "[confirmation]") {
    each([](Trial& trial) {
        const Json key = {{"idempotency_key", "k-1"}};
        const Reply refused = trial.ask(key);
        REQUIRE(refused.code() == "confirmation_required");
        CHECK(trial.left_nothing());
        Json confirmed = key;
        confirmed["confirmation_token"] = refused.error.at("details").at("confirmation_token");
        const Reply done = trial.ask(confirmed);
        INFO(done.error);
        REQUIRE(done.ok());
        const std::string once = trial.scene.text(trial.act.state);

        // Repeated with the token and without: the first result, and no second effect.
        for (const Json& repeated : {confirmed, key}) {
            const Reply again = trial.ask(repeated);
            INFO(again.error);
            REQUIRE(again.ok());
            CHECK(again.result.value("idempotent_replay", false));
        }
        CHECK(trial.scene.text(trial.act.state) == once);
        CHECK(trial.scene.used_confirmations() == 1);
    });
}

TEST_CASE("Q3: who agreed to one effect did not agree to another", "[confirmation]") {
    Scene scene;
    const Json raise = {{"product_id", 1}, {"price", 1300}};
    const Reply asked = scene.call("update_product", raise, Who::manager);
    Json confirmed = raise;
    confirmed["confirmation_token"] = asked.error.at("details").at("confirmation_token");
    scene.execute("UPDATE product SET price_minor = 10000 WHERE id = 1");

    const Reply refused = scene.call("update_product", confirmed, Who::manager);

    CHECK(refused_as(refused, "mismatch"));
    CHECK(refused.error.at("details").at("effect") ==
          "Цена товара «Букет» изменится с 100 ₸ на 1 300 ₸ (+1200 %).");
    CHECK(scene.text("SELECT CAST(price_minor AS TEXT) FROM product WHERE id = 1") == "10000");
}

TEST_CASE("Q3: a confirmed act that is refused keeps its confirmation", "[confirmation]") {
    Scene scene;
    Json write_off = {{"warehouse_item_id", 1},
                      {"operation_type", "WRITE_OFF"},
                      {"quantity", 40},
                      {"notes", "завяли"}};
    const Reply asked = scene.call("record_warehouse_operation", write_off, Who::florist);
    REQUIRE(asked.code() == "confirmation_required");
    write_off["confirmation_token"] = asked.error.at("details").at("confirmation_token");
    const Json sold = {{"warehouse_item_id", 1}, {"operation_type", "OUT"}, {"quantity", 20}};
    scene.done("record_warehouse_operation", sold, Who::florist);

    CHECK(scene.call("record_warehouse_operation", write_off, Who::florist).code() ==
          "insufficient_stock");
    CHECK(scene.used_confirmations() == 0);

    scene.done("add_warehouse_stock", {{"warehouse_item_id", 1}, {"quantity", 20}}, Who::florist);
    CHECK(scene.call("record_warehouse_operation", write_off, Who::florist).ok());
    CHECK(scene.used_confirmations() == 1);
}

TEST_CASE("Q1: what is no risk is done at once", "[confirmation]") {
    struct Row {
        const char* tool;
        const char* arguments;
    };
    const Row row = GENERATE(
        Row{"update_product", R"({"product_id": 1, "price": 1200})"},
        Row{"update_product", R"({"product_id": 1, "price": 800})"},
        Row{"update_product", R"({"product_id": 1, "name": "Новый", "enabled": false})"},
        Row{"add_warehouse_stock", R"({"warehouse_item_id": 1, "quantity": 1000})"},
        Row{"record_warehouse_operation",
            R"({"warehouse_item_id": 1, "operation_type": "OUT", "quantity": 5})"},
        Row{"update_order_status", R"({"order_id": 1, "status": "accepted"})"},
        Row{"update_shop_settings", R"({"city": "Астана", "confirmation": "risky"})"},
        Row{"update_shop_settings", R"({"confirm_price_percent": 0, "confirm_restock_units": 1})"});
    INFO(row.arguments);
    Scene scene;
    const Reply reply = scene.call(row.tool, Json::parse(row.arguments), Who::director);
    INFO(reply.error);
    CHECK(reply.ok());
}

TEST_CASE("Q1: an order that is not paid is cancelled at once", "[confirmation]") {
    Scene scene;
    scene.execute("UPDATE orders SET status = 'new', payment_status = 'unpaid' WHERE id = 1");
    scene.execute("UPDATE order_tally SET status = 'new', payment_status = 'unpaid'");
    CHECK(scene.call("cancel_order", {{"order_id", 1}, {"reason", "other"}}, Who::director).ok());
}

TEST_CASE("Q2: the shop says how much is risky", "[confirmation]") {
    Scene scene;
    scene.done("update_shop_settings",
               {{"confirm_price_percent", 5}, {"confirm_restock_units", 10}}, Who::director);
    CHECK(scene.call("update_product", {{"product_id", 1}, {"price", 1050}}, Who::manager).ok());
    CHECK(scene.call("update_product", {{"product_id", 1}, {"price", 1103}}, Who::manager).code() ==
          "confirmation_required");
    const auto restock = [&](int quantity) {
        return scene
            .call("add_warehouse_stock", {{"warehouse_item_id", 1}, {"quantity", quantity}},
                  Who::florist)
            .code();
    };
    CHECK(restock(10).empty());
    CHECK(restock(11) == "confirmation_required");
    const Json settings = scene.done("get_shop_settings", Json::object(), Who::guest);
    CHECK(settings.at("confirmation") == "risky");
    CHECK(settings.at("confirm_price_percent") == 5);
    CHECK(settings.at("confirm_restock_units") == 10);
}

TEST_CASE("Q2: a new shop confirms what is risky", "[confirmation]") {
    Scene scene;
    scene.execute("INSERT INTO shop (id, name, created_ms, updated_ms) VALUES (10, 'S', 1, 1)");
    CHECK(scene.text("SELECT confirmation || ' ' || CAST(confirm_price_percent AS TEXT) || ' ' || "
                     "CAST(confirm_restock_units AS TEXT) FROM shop WHERE id = 10") ==
          "risky 20 1000");
}

TEST_CASE("Q1: what is refused anyway is not asked about", "[confirmation]") {
    Scene scene;
    CHECK(
        scene.call("cancel_order", {{"order_id", 99}, {"reason", "other"}}, Who::director).code() ==
        "not_found");
    CHECK(scene
              .call("moderate_review", {{"review_id", 1}, {"action", "hide"}, {"reason", "спам"}},
                    Who::manager)
              .code() == "failed_precondition");
    CHECK(scene
              .call("record_warehouse_operation",
                    {{"warehouse_item_id", 1},
                     {"operation_type", "WRITE_OFF"},
                     {"quantity", 500},
                     {"notes", "завяли"}},
                    Who::manager)
              .code() == "insufficient_stock");
    scene.execute("UPDATE orders SET status = 'assembled' WHERE id = 1");
    const Reply undecided =
        scene.call("cancel_order", {{"order_id", 1}, {"reason", "other"}}, Who::director);
    CHECK(undecided.reason() == "stock_action_required");
}

TEST_CASE("C9, Q1: the effect is told in the language of the shop", "[confirmation]") {
    Scene scene;
    const auto effect = [&](const char* locale) {
        scene.execute("UPDATE shop SET locale = $1 WHERE id = 8", {locale});
        return scene
            .call("moderate_review", {{"review_id", 1}, {"action", "publish"}}, Who::manager)
            .error.at("details")
            .at("effect")
            .get<std::string>();
    };
    CHECK(effect("ru") == "Отзыв № 1 будет опубликован.");
    CHECK(effect("kk") == "№ 1 пікір жарияланады.");
    CHECK(effect("en") == "Review 1 will be published.");
}

TEST_CASE("Q4: a person who can be asked is asked, and a yes acts", "[confirmation]") {
    each([](Trial& trial) {
        int questions = 0;
        const auto yes = [&](const Json& params) -> Json {
            ++questions;
            CHECK(params.at("message") == trial.act.effect);
            const Json& form = params.at("requestedSchema");
            CHECK(form.at("properties").at("confirm").at("type") == "boolean");
            CHECK(form.at("required") == Json({"confirm"}));
            return {{"action", "accept"}, {"content", {{"confirm", true}}}};
        };
        const Reply done = trial.scene.call_asking(yes, trial.act.tool, trial.act.call(trial.scene),
                                                   trial.act.who);
        INFO(done.error);
        CHECK(done.ok());
        CHECK(questions == 1);
        CHECK(trial.is_done());
        CHECK(trial.scene.used_confirmations() == 0);  // nobody can show this yes again
    });
}

TEST_CASE("Q4: a person who says no, or does not say, has nothing done", "[confirmation]") {
    const Json answer = GENERATE(Json({{"action", "accept"}, {"content", {{"confirm", false}}}}),
                                 Json({{"action", "decline"}}), Json({{"action", "cancel"}}));
    each([&](Trial& trial) {
        const Reply refused =
            trial.scene.call_asking([&](const Json&) { return answer; }, trial.act.tool,
                                    trial.act.call(trial.scene), trial.act.who);
        CHECK(refused.code() == "confirmation_declined");
        CHECK(refused.error.at("details") == Json({{"effect", trial.act.effect}}));
        CHECK(trial.left_nothing());
    });
}

TEST_CASE("Q4: an answer that can be shown again acts once", "[confirmation]") {
    each([](Trial& trial) {
        const auto yes = [](const Json&) -> Json {
            return {{"action", "accept"}, {"content", {{"confirm", true}}}};
        };
        const auto ask = [&] {
            return trial.scene.call_asking(yes, trial.act.tool, trial.act.call(trial.scene),
                                           trial.act.who, "the one round");
        };
        REQUIRE(ask().ok());
        const std::string once = trial.scene.text(trial.act.state);
        const Reply again = ask();
        if (trial.act.adds_up) {
            CHECK(again.code() == "confirmation_required");
            CHECK(again.reason() == "used");
            CHECK_FALSE(again.error.at("details").contains("confirmation_token"));
        } else {
            CHECK(again.ok());
        }
        CHECK(trial.scene.text(trial.act.state) == once);
        CHECK(trial.scene.used_confirmations() == 1);
    });
}

TEST_CASE("Q4: a yes to one effect is none to another", "[confirmation]") {
    Scene scene;
    std::vector<std::string> asked;
    const auto person = [&](const Json& params) -> Json {
        asked.push_back(params.at("message"));
        // While the person thinks, somebody changes the price.
        if (asked.size() == 1) scene.execute("UPDATE product SET price_minor = 10000 WHERE id = 1");
        return {{"action", "accept"}, {"content", {{"confirm", asked.size() == 1}}}};
    };
    const Reply refused = scene.call_asking(person, "update_product",
                                            {{"product_id", 1}, {"price", 1300}}, Who::manager);
    CHECK(refused.code() == "confirmation_declined");
    REQUIRE(asked.size() == 2);
    CHECK(asked[0] != asked[1]);
    CHECK(scene.text("SELECT CAST(price_minor AS TEXT) FROM product WHERE id = 1") == "10000");
}
