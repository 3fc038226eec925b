// Two processes on one database: what one of them does holds for the other at once. Nothing that
// decides about a call may live in one process only.
#include <catch2/catch.hpp>

#include "domains/auth/api_keys.hpp"
#include "domains/auth/password.hpp"
#include "domains/auth/staff.hpp"
#include "support/shop_fixture.hpp"
#include "support/temp_folder.hpp"
#include "support/test_database.hpp"
#include "tools/register_all.hpp"

namespace shopkeeper::test {
namespace {

constexpr std::string_view kPassword = "correct horse";
const std::string kDirector = ShopFixture::phone_of(Who::director);

/// One of them: connections, registry and limits of its own; secrets and clock as the other's.
class Process {
public:
    Process(ShopFixture& shop, const std::string& path)
        : database_(open_again(*shop.database, path)),
          registry_({.database = *database_,
                     .clock = shop.clock,
                     .random = shop.random,
                     .authority = shop.authority,
                     .defaults = shop.defaults,
                     .rate_limits = rate_limits_,
                     .check_everything = true}) {
        tools::register_all(registry_);
    }

    /// The result, or {"error": ...}.
    Json call(std::string_view tool, Json arguments,
              std::optional<std::string> bearer = std::nullopt) {
        const auto outcome = registry_.call({.name = tool,
                                             .arguments = std::move(arguments),
                                             .bearer = std::move(bearer),
                                             .address = "local",
                                             .is_loopback = true,
                                             .session = ""});
        REQUIRE(outcome.kind == mcp::ToolOutcome::Kind::answered);
        const auto document = parse_json("{" + outcome.members + "}");
        REQUIRE(document);
        return Json::parse(document->at("content").at(0).at("text").get<std::string>());
    }
    std::string code(std::string_view tool, Json arguments,
                     std::optional<std::string> bearer = std::nullopt) {
        const Json reply = call(tool, std::move(arguments), std::move(bearer));
        return reply.contains("error") ? reply["error"]["code"].get<std::string>() : "ok";
    }

    template <class Work>
    auto write(Work&& work) {
        return database_->write(std::forward<Work>(work));
    }

private:
    std::unique_ptr<storage::Database> database_;
    tools::LocalRateLimits rate_limits_{tools::RateOptions{.enabled = false}};
    tools::Registry registry_;
};

struct TwoProcesses {
    TempFolder folder;
    ShopFixture shop{{}, kMonday10, folder.file("shop.db")};
    Process first{shop, folder.file("shop.db")};
    Process second{shop, folder.file("shop.db")};

    TwoProcesses() {
        const auto hash = auth::hash_password(kPassword, kDirector).value();
        shop.execute("UPDATE staff_user SET password_hash = $1 WHERE phone = $2",
                     {hash, kDirector});
    }
    std::string sign_in(Process& process) {
        const Json reply =
            process.call("login", {{"phone", kDirector}, {"password", std::string(kPassword)}});
        INFO(reply.dump());
        REQUIRE(reply.contains("access_token"));
        return reply.at("access_token");
    }
};

TEST_CASE("A18: a token that one process ends is refused by the other's next call", "[several]") {
    TwoProcesses shop;
    const std::string token = shop.sign_in(shop.first);
    REQUIRE(shop.second.code("get_current_user", Json::object(), token) == "ok");
    REQUIRE(shop.second.code("list_warehouse_items", Json::object(), token) == "ok");

    const UnixMs now_ms = shop.shop.clock.now_ms();
    SECTION("by a new password") {
        REQUIRE(shop.first.write([&](storage::Connection& connection) {
            return auth::set_password(connection, now_ms, kDirector, "!");
        }));
    }
    SECTION("with the person's account") {
        REQUIRE(shop.first.write([&](storage::Connection& connection) {
            connection.execute("UPDATE staff_user SET role = 'director' WHERE phone = $1",
                               {ShopFixture::phone_of(Who::manager)});
            return auth::deactivate(connection, now_ms, kDirector);
        }));
    }
    for (Process* process : {&shop.second, &shop.first}) {
        CHECK(process->code("get_current_user", Json::object(), token) == "unauthenticated");
        CHECK(process->code("list_warehouse_items", Json::object(), token) == "unauthenticated");
    }
}

TEST_CASE("P2: a list that one process keeps follows what another changes", "[several]") {
    TwoProcesses shop;
    const std::string token = shop.sign_in(shop.first);
    const Json made = shop.first.call(
        "create_product", {{"name", "Роза"}, {"type", "flowers"}, {"price", 500}}, token);
    for (int price = 501; price < 504; ++price) {
        REQUIRE(shop.first.code("update_product", {{"product_id", made.at("id")}, {"price", price}},
                                token) == "ok");
        for (Process* process : {&shop.second, &shop.first, &shop.second}) {
            const Json list = process->call("list_products", Json::object());
            CHECK(list.at("items").at(0).at("price") == price);
        }
    }
}

TEST_CASE("A15: a role that one process takes away is gone on the other", "[several]") {
    TwoProcesses shop;
    const Json restock{{"item_name", "Роза"}, {"quantity", 10}};
    const auto key = shop.first.write([&](storage::Connection& connection) {
        const auto manager = connection
                                 .query("SELECT id FROM staff_user WHERE phone = $1",
                                        {ShopFixture::phone_of(Who::manager)})
                                 .front()
                                 .get<std::int64_t>(0);
        return auth::create_api_key(connection, shop.shop.random, shop.shop.clock.now_ms(),
                                    {.name = "till",
                                     .scopes = "tools:read tools:write",
                                     .shop_id = shop.shop.shop_id,
                                     .user_id = manager});
    });
    REQUIRE(key);
    REQUIRE(shop.second.code("add_warehouse_stock", restock, key->key) == "ok");

    SECTION("the key is revoked") {
        REQUIRE(shop.first.write([&](storage::Connection& connection) {
            return auth::revoke_api_key(connection, key->id, shop.shop.clock.now_ms());
        }));
        CHECK(shop.second.code("add_warehouse_stock", restock, key->key) == "unauthenticated");
    }
    SECTION("its person becomes a courier") {
        REQUIRE(shop.first.write([&](storage::Connection& connection) {
            return auth::change_role(
                connection, shop.shop.clock.now_ms(),
                {.phone_e164 = ShopFixture::phone_of(Who::manager), .role = Role::courier});
        }));
        CHECK(shop.second.code("add_warehouse_stock", restock, key->key) == "permission_denied");
    }
    CHECK(shop.shop.number("SELECT COUNT(*) FROM stock_operation") == 1);
}

TEST_CASE("what one process changes the other's next answer shows", "[several]") {
    TwoProcesses shop;
    const std::string token = shop.sign_in(shop.first);
    const auto change = [&](const char* tool, Json arguments) {
        const Json reply = shop.first.call(tool, std::move(arguments), token);
        INFO(tool << ": " << reply.dump());
        REQUIRE_FALSE(reply.contains("error"));
        return reply;
    };
    const auto found = [&](const char* query) {
        const Json reply = shop.second.call("search_products_smart", {{"query", query}});
        return reply.at("rung") == "all_terms" ? reply.at("items") : Json::array();
    };
    const Json item =
        change("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 20}}).at("item");
    const Json product = change(
        "create_product", {{"name", "Букет Рассвет"},
                           {"type", "flowers"},
                           {"price", 9000},
                           {"recipe", {{{"warehouse_item_id", item.at("id")}, {"quantity", 10}}}}});
    // Everything that could be remembered is asked for once, so that it could be.
    const Json by_id{{"product_id", product.at("id")}};
    REQUIRE(found("рассвет").size() == 1);
    REQUIRE(found("рассвет").at(0).at("price") == 9000);
    REQUIRE(shop.second.call("list_products", Json::object()).at("total") == 1);
    REQUIRE(shop.second.call("get_shop_settings", Json::object()).at("delivery_cost") != 777);
    const Json available{{"product_id", product.at("id")}, {"quantity", 2}};
    REQUIRE(shop.second.call("check_product_availability", available).at("available") == true);

    SECTION("a price") {
        change("update_product", {{"product_id", product.at("id")}, {"price", 7500}});
        CHECK(found("рассвет").at(0).at("price") == 7500);
        CHECK(shop.second.call("get_product", by_id).at("price") == 7500);
        CHECK(shop.second.call("list_products", Json::object()).at("items").at(0).at("price") ==
              7500);
        CHECK(shop.second.call("search_products_smart", {{"query", "букет"}, {"budget", 8000}})
                  .at("total") == 1);
    }
    SECTION("a name") {
        change("update_product", {{"product_id", product.at("id")}, {"name", "Букет Закат"}});
        CHECK(found("рассвет").empty());
        CHECK(found("закат").size() == 1);
    }
    SECTION("a product taken off sale") {
        change("update_product", {{"product_id", product.at("id")}, {"enabled", false}});
        CHECK(found("рассвет").empty());
        CHECK(shop.second.call("list_products", Json::object()).at("total") == 0);
    }
    SECTION("a new product") {
        change("create_product", {{"name", "Букет Полдень"}, {"type", "flowers"}, {"price", 5000}});
        CHECK(found("полдень").size() == 1);
        CHECK(shop.second.call("list_products", Json::object()).at("total") == 2);
    }
    SECTION("stock") {
        change("record_warehouse_operation", {{"warehouse_item_id", item.at("id")},
                                              {"operation_type", "WRITE_OFF"},
                                              {"quantity", 15},
                                              {"notes", "увяли"}});
        CHECK(shop.second.call("check_product_availability", available).at("available") == false);
    }
    SECTION("settings") {
        change("update_shop_settings", {{"delivery_cost", 777}, {"weekday_start", "10:30"}});
        const Json settings = shop.second.call("get_shop_settings", Json::object());
        CHECK(settings.at("delivery_cost") == 777);
        CHECK(settings.at("weekday_start") == "10:30");
    }
}

}  // namespace
}  // namespace shopkeeper::test
