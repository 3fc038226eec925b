// What a token of the login page may do: what its person may, within the scopes they allowed.
#include "tools/scopes.hpp"

#include <catch2/catch.hpp>

#include "domains/auth/grants.hpp"
#include "domains/auth/token.hpp"
#include "domains/auth/user.hpp"
#include "support/whole_shop.hpp"
#include "tools/completions.hpp"
#include "tools/prompts.hpp"
#include "tools/resources.hpp"

namespace shopkeeper::test {
namespace {

using auth::ScopeSet;

/// A shop whose director has let a program in.
struct OpenShop {
    ShopFixture shop = whole_shop();
    std::string grant_id;

    OpenShop() { shop.authority.oauth = {"https://shop.example", "https://shop.example/mcp"}; }

    std::string token(const std::string& scopes) {
        const auto set = ScopeSet::parse(scopes);
        grant_id = shop.database->write([&](storage::Connection& connection) {
            const auto user =
                auth::find_user_by_phone(connection, ShopFixture::phone_of(Who::director));
            const auto code = auth::open_grant(connection, shop.random, shop.clock.now_ms(),
                                               {.user_id = user->id,
                                                .token_version = user->token_version,
                                                .client_id = "mcp_1",
                                                .client_name = "Robot",
                                                .redirect_uri = "http://127.0.0.1/cb",
                                                .challenge = std::string(43, 'c'),
                                                .scopes = set});
            return auth::find_grant_of_code(connection, code)->id;
        });
        return auth::issue_access_token(shop.authority.token_secret, shop.authority.oauth,
                                        {grant_id, set}, shop.clock.now_ms(), 900, shop.random);
    }
    mcp::ToolOutcome call(std::string_view tool, const std::optional<std::string>& bearer,
                          Json arguments = Json::object()) {
        return shop.registry->call({.name = tool,
                                    .arguments = std::move(arguments),
                                    .bearer = bearer,
                                    .address = "local"});
    }
};

bool succeeded(const mcp::ToolOutcome& outcome) {
    return outcome.kind == mcp::ToolOutcome::Kind::answered &&
           outcome.members.find("structuredContent") != std::string::npos;
}

TEST_CASE("every tool but those of signing in has a scope: its area, to read or to change",
          "[tools][oauth]") {
    OpenShop open;
    for (const auto& [name, tool] : open.shop.registry->inventory()) {
        INFO(name);
        const auto scope = tool.scope();
        if (tool.contract->domain() == "auth") {
            CHECK_FALSE(scope);
            continue;
        }
        REQUIRE(scope);
        CHECK(scope->writes == !tool.terms().is_read_only);
    }
    const auto& tools = open.shop.registry->inventory();
    CHECK(word(*tools.at("list_products").scope()) == "catalogue:read");
    CHECK(word(*tools.at("cancel_order").scope()) == "orders:write");
    CHECK(word(*tools.at("register_telegram_client").scope()) == "customers:write");
}

TEST_CASE("a token does what its scopes name, and is told what it lacks", "[tools][oauth]") {
    OpenShop open;
    const std::string token = open.token("warehouse:read");

    CHECK(succeeded(open.call("list_warehouse_items", token)));
    CHECK(succeeded(open.call("get_current_user", token)));
    const auto refused = open.call("list_orders", token);
    CHECK_FALSE(succeeded(refused));
    REQUIRE(refused.demand);
    CHECK(refused.demand->kind == Demand::Kind::scopes);
    CHECK(refused.demand->scopes == "orders:read");
    const auto change = open.call("add_warehouse_stock", token,
                                  {{"warehouse_item_id", 1}, {"quantity", 1}, {"price", 1}});
    REQUIRE(change.demand);
    CHECK(change.demand->scopes == "warehouse:write");
    // What everybody may see is beyond it as well: a scope says all that a program may do.
    REQUIRE(open.call("list_products", token).demand);
    CHECK(succeeded(open.call("list_products", std::nullopt)));
}

TEST_CASE("every tool refuses a token that has every scope but its own", "[tools][oauth]") {
    OpenShop open;
    for (const auto& [name, tool] : open.shop.registry->inventory()) {
        if (!tool.scope() || name == "create_review") continue;  // which is not for staff at all
        ScopeSet others;
        auth::for_each_scope([&](auth::Scope scope) {
            const bool is_its_own =
                scope.area == tool.scope()->area && (scope.writes || !tool.scope()->writes);
            if (!is_its_own) others.add(scope);
        });
        INFO(name << " with " << others.text());
        const auto refused = open.call(name, open.token(others.text()));
        REQUIRE(refused.demand);
        CHECK(refused.demand->scopes == word(*tool.scope()));
    }
}

TEST_CASE("who has no token that is good is asked for one, where it would help", "[tools][oauth]") {
    OpenShop open;
    const auto guest = open.call("update_shop_settings", std::nullopt);
    REQUIRE(guest.demand);
    CHECK(guest.demand->kind == Demand::Kind::token);
    CHECK(ScopeSet::parse(guest.demand->scopes) ==
          (ScopeSet::reading() | ScopeSet::parse("shop:write")));
    CHECK(open.call("list_products", "nonsense").demand);

    // Another token would not change these.
    const auto login =
        open.call("login", std::nullopt, {{"phone", "+77000000999"}, {"password", "wrong horse"}});
    CHECK_FALSE(login.demand);
    CHECK_FALSE(open.call("get_order", std::nullopt, {{"order_id", 1}, {"token", "x"}}).demand);
    CHECK_FALSE(open.call("list_products", std::nullopt).demand);
}

TEST_CASE("the end of a grant is felt by the next call", "[tools][oauth]") {
    OpenShop open;
    const std::string token = open.token("warehouse:read");
    REQUIRE(succeeded(open.call("list_warehouse_items", token)));

    open.shop.database->write([&](storage::Connection& connection) {
        auth::end_grant(connection, open.grant_id, open.shop.clock.now_ms());
    });

    const auto refused = open.call("list_warehouse_items", token);
    REQUIRE(refused.demand);
    CHECK(refused.demand->kind == Demand::Kind::token);
}

TEST_CASE("resources, prompts and completions ask for scopes as tools do", "[tools][oauth]") {
    OpenShop open;
    tools::Resources resources(*open.shop.registry);
    tools::register_resources(resources);
    tools::Prompts prompts(*open.shop.registry);
    tools::register_prompts(prompts);
    tools::Completions completions(*open.shop.registry, prompts, resources);
    tools::register_completions(completions);
    const std::string token = open.token("customers:read");
    const mcp::Asker asker{.bearer = token, .address = "local"};
    const auto demanded = [](const auto& answer) {
        REQUIRE_FALSE(answer);
        REQUIRE(answer.error().demand);
        return answer.error().demand->scopes;
    };

    CHECK(demanded(resources.list({}, asker)) == "catalogue:read");
    CHECK(demanded(resources.read("shop://8/faq", asker)) == "shop:read");
    CHECK(demanded(prompts.get("morning_briefing", {}, asker)) == "shop:read");
    const mcp::PromptArguments none;
    CHECK(demanded(completions.complete({.of = mcp::CompletionRequest::Of::resource,
                                         .name = "shop://{shop_id}/products/{product_id}",
                                         .argument = "product_id",
                                         .value = "1",
                                         .context = none},
                                        asker)) == "catalogue:read");
}

}  // namespace
}  // namespace shopkeeper::test
