// The shop's resources: each says what its tool says, to whom the tool would say it.

#include "tools/resources.hpp"

#include <catch2/catch.hpp>

#include "unit/tools/asking.hpp"

using namespace shopkeeper;
using test::Who;

namespace {

using Kind = mcp::HostFailure::Kind;

/// The shop with its resources, asked as the fixture's tools are called.
struct Shelf {
    explicit Shelf(const tools::ResourceLimits& limits = {}) : resources(*shop.registry, limits) {
        tools::register_resources(resources);
    }

    mcp::HostAnswer<mcp::ResourceRead> read(const std::string& uri, Who who = Who::guest) {
        return test::ask_as(shop, who,
                            [&](const mcp::Asker& asker) { return resources.read(uri, asker); });
    }
    mcp::HostAnswer<mcp::ResourcePage> list(const std::string& position = {},
                                            Who who = Who::guest) {
        return test::ask_as(
            shop, who, [&](const mcp::Asker& asker) { return resources.list(position, asker); });
    }
    /// What the one content of a resource says.
    Json text(const std::string& uri, Who who = Who::guest) {
        const auto read_now = read(uri, who);
        REQUIRE(read_now);
        const Json contents = Json::parse(read_now->contents_json);
        REQUIRE(contents.size() == 1);
        CHECK(contents[0]["uri"] == uri);
        CHECK(contents[0]["mimeType"] == "application/json");
        return Json::parse(contents[0]["text"].get<std::string>());
    }
    Kind why_not(const std::string& uri, Who who = Who::guest) {
        const auto nothing = read(uri, who);
        REQUIRE_FALSE(nothing);
        return nothing.error().kind;
    }

    std::int64_t product(const std::string& name, Who who = Who::director) {
        const auto made = shop.call("create_product",
                                    {{"name", name}, {"type", "flowers"}, {"price", 5000}}, who);
        REQUIRE(made.ok());
        return made.result["id"];
    }
    std::string order(std::int64_t product_id, Who who = Who::director) {
        const auto placed = shop.call("create_order",
                                      {{"customer_name", "Айгуль"},
                                       {"customer_phone", "+77000001234"},
                                       {"items", {{{"product_id", product_id}, {"quantity", 1}}}},
                                       {"delivery_type", "pickup"},
                                       {"delivery_date", "завтра"},
                                       {"delivery_time", "15:00"}},
                                      who);
        REQUIRE(placed.ok());
        return placed.result["tracking_id"];
    }

    test::ShopFixture shop = test::whole_shop();
    tools::Resources resources;
};

/// What a page lists of the shop; the views, which are no shop's, have tests of their own.
Json listed_of(const mcp::ResourcePage& page) {
    Json listed = Json::array();
    for (const Json& each : Json::parse(page.resources_json))
        if (!each.at("uri").get<std::string>().starts_with("ui:")) listed.push_back(each);
    return listed;
}

std::vector<std::string> titles_of(const mcp::ResourcePage& page) {
    std::vector<std::string> titles;
    for (const Json& each : listed_of(page)) titles.push_back(each.at("title"));
    return titles;
}

}  // namespace

TEST_CASE("a resource says what its tool says", "[resources]") {
    Shelf shelf;
    const std::int64_t id = shelf.product("Букет «Весна»");
    const std::string tracking_id = shelf.order(id);
    const std::pair<std::string, std::pair<const char*, Json>> twins[] = {
        {"shop://8/card", {"get_shop_settings", Json::object()}},
        {"shop://8/catalogue", {"list_products", {{"limit", 100}}}},
        {"shop://8/faq", {"get_faq", Json::object()}},
        {"shop://8/products/" + std::to_string(id), {"get_product", {{"product_id", id}}}},
        {"shop://8/orders/" + tracking_id, {"track_order", {{"tracking_id", tracking_id}}}},
    };
    for (const Who who : {Who::guest, Who::florist, Who::customer}) {
        for (const auto& [uri, call] : twins) {
            CAPTURE(uri, static_cast<int>(who));
            const auto told = shelf.shop.call(call.first, call.second, who);
            REQUIRE(told.ok());
            CHECK(shelf.text(uri, who) == told.result);
        }
    }
}

TEST_CASE("what staff alone may see stays hidden in a resource", "[resources]") {
    Shelf shelf;
    const std::int64_t id = shelf.product("Скрытый букет");
    const std::string uri = "shop://8/products/" + std::to_string(id);
    REQUIRE(
        shelf.shop.call("update_product", {{"product_id", id}, {"enabled", false}}, Who::director)
            .ok());
    CHECK(shelf.why_not(uri) == Kind::not_found);
    CHECK(shelf.text(uri, Who::director)["name"] == "Скрытый букет");
    const auto listed = shelf.list();
    REQUIRE(listed);
    CHECK(listed->resources_json.find("Скрытый") == std::string::npos);
    CHECK_FALSE(shelf.read(uri, Who::director)->cache.is_public);
    CHECK(shelf.read(uri, Who::director)->cache.ttl_ms == 0);
}

TEST_CASE("a URI that names nothing is not found, however it is wrong", "[resources]") {
    Shelf shelf;
    const std::int64_t id = shelf.product("Букет");
    const std::string uri = GENERATE_COPY(
        as<std::string>(), "shop://8", "shop://8/", "shop://8/catalogue/", "shop://8/catalogue?x=1",
        "shop:///card", "shop://x/card", "shop://08/card", "shop://777/card", "shop://8/products/",
        "shop://8/products/rose", "shop://8/products/987654321", "shop://8/products/-1",
        "shop://8/products/0" + std::to_string(id), "shop://8/products/99999999999999999999",
        "shop://8/orders/123456789", "shop://8/orders/12", "shop://8/nothing", "http://8/card",
        "SHOP://8/card");
    CAPTURE(uri);
    CHECK(shelf.why_not(uri) == Kind::not_found);
}

TEST_CASE("A12-A14: nobody reads another shop by a URI of its own", "[resources][isolation]") {
    Shelf shelf;
    const std::int64_t ours = shelf.product("Наш букет");
    const std::int64_t foreign = shelf.product("Чужой букет", Who::other_director);
    const std::string tracking_id = shelf.order(foreign, Who::other_director);
    const std::string foreign_uri = "/products/" + std::to_string(foreign);

    // A guest may look into any shop, under the URI of that shop only.
    CHECK(shelf.text("shop://9" + foreign_uri)["name"] == "Чужой букет");
    CHECK(shelf.why_not("shop://8" + foreign_uri) == Kind::not_found);
    CHECK(shelf.text("shop://9/orders/" + tracking_id)["tracking_id"] == tracking_id);
    CHECK(shelf.why_not("shop://8/orders/" + tracking_id) == Kind::not_found);
    // Staff and asserted customers have one shop.
    for (const Who who : {Who::director, Who::florist, Who::courier, Who::customer}) {
        CAPTURE(static_cast<int>(who));
        for (const std::string uri : {"shop://9/card", "shop://9/catalogue", "shop://9/faq"})
            CHECK(shelf.why_not(uri, who) == Kind::not_found);
        CHECK(shelf.why_not("shop://9" + foreign_uri, who) == Kind::not_found);
        CHECK(shelf.why_not("shop://9/products/" + std::to_string(ours), who) == Kind::not_found);
        CHECK(shelf.why_not("shop://9/orders/" + tracking_id, who) == Kind::not_found);
    }
    CHECK(shelf.list({}, Who::other_director)->resources_json.find("Наш") == std::string::npos);
    CHECK(shelf.list({}, Who::other_director)->resources_json.find("shop://9/card") !=
          std::string::npos);
    CHECK(shelf.list()->resources_json.find("Чужой") == std::string::npos);

    shelf.shop.execute("UPDATE shop SET is_active = FALSE WHERE id = 9");
    CHECK(shelf.why_not("shop://9/card") == Kind::not_found);
    const auto blocked = shelf.read("shop://9/card", Who::other_director);
    REQUIRE_FALSE(blocked);
    CHECK(blocked.error().kind == Kind::refused);
    CHECK(Json::parse(blocked.error().data_json)["error"]["details"]["reason"] == "shop_blocked");
}

TEST_CASE("a forged token is refused, and with the words of the tools", "[resources]") {
    Shelf shelf;
    mcp::Asker asker{.bearer = "forged.token.here", .address = "local"};
    const auto read = shelf.resources.read("shop://8/card", asker);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == Kind::refused);
    CHECK(Json::parse(read.error().data_json)["error"]["code"] == "unauthenticated");
    const auto listed = shelf.resources.list({}, asker);
    REQUIRE_FALSE(listed);
    CHECK(Json::parse(listed.error().data_json)["error"]["code"] == "unauthenticated");
}

TEST_CASE("the list names the fixed resources, then each product on sale", "[resources]") {
    Shelf shelf;
    const std::int64_t id = shelf.product("Букет «Лето»");
    const auto page = shelf.list();
    REQUIRE(page);
    CHECK(page->next.empty());
    CHECK_FALSE(page->cache.is_public);
    const Json resources = listed_of(*page);
    REQUIRE(resources.size() == 4);
    CHECK(resources[0]["uri"] == "shop://8/card");
    CHECK(resources[1]["uri"] == "shop://8/catalogue");
    CHECK(resources[2]["uri"] == "shop://8/faq");
    CHECK(resources[3]["uri"] == "shop://8/products/" + std::to_string(id));
    CHECK(resources[3]["title"] == "Букет «Лето»");
    CHECK(resources[3]["annotations"]["lastModified"] == "2026-11-23T10:00:00+05:00");
    for (const Json& each : resources) {
        CHECK(each["mimeType"] == "application/json");
        CHECK_FALSE(each["description"].get<std::string>().empty());
        CHECK_FALSE(each.contains("uriTemplate"));
        CHECK(shelf.read(each["uri"].get<std::string>()));
    }
    CHECK(shelf.resources.templates().size() == 5);
}

TEST_CASE("pages neither repeat nor drop a product while the catalogue changes", "[resources]") {
    Shelf shelf({.page_size = 2});
    std::vector<std::int64_t> ids;
    for (const char* name : {"А", "Б", "В", "Г", "Д"}) ids.push_back(shelf.product(name));
    const auto first = shelf.list();
    REQUIRE(first);
    CHECK(titles_of(*first) == std::vector<std::string>{"Shop card", "Catalogue",
                                                        "Policies, questions and answers", "А",
                                                        "Б"});
    // One listed already goes, one to come goes, one comes.
    for (const std::int64_t gone : {ids[1], ids[2]})
        REQUIRE(
            shelf.shop
                .call("update_product", {{"product_id", gone}, {"enabled", false}}, Who::director)
                .ok());
    shelf.product("Е");
    const auto second = shelf.list(first->next);
    REQUIRE(second);
    CHECK(titles_of(*second) == std::vector<std::string>{"Г", "Д"});
    const auto third = shelf.list(second->next);
    REQUIRE(third);
    CHECK(titles_of(*third) == std::vector<std::string>{"Е"});
    CHECK(third->next.empty());
}

TEST_CASE("the list names so many products and leaves the others to their template",
          "[resources]") {
    Shelf shelf({.page_size = 2, .listed_products_max = 3});
    for (const char* name : {"А", "Б", "В", "Г", "Д"}) shelf.product(name);
    const auto first = shelf.list();
    const auto second = shelf.list(first->next);
    REQUIRE(second);
    CHECK(titles_of(*second) == std::vector<std::string>{"В"});
    CHECK(second->next.empty());
    for (const std::string position : {"x", "1", "1-", "-2", "1-2-3", "01-2", "1-4", " 1-2"}) {
        CAPTURE(position);
        const auto nothing = shelf.list(position);
        REQUIRE_FALSE(nothing);
        CHECK(nothing.error().kind == Kind::invalid);
    }
}

TEST_CASE("A22: reading an order by URI costs what tracking costs", "[resources]") {
    test::ShopFixture shop = test::whole_shop();
    tools::RateOptions rates;
    rates.unknown_tracking = {.per_period = 2, .period_s = 600, .burst = 2};
    tools::LocalRateLimits limits(rates);
    tools::Registry registry({.database = *shop.serving,
                              .clock = shop.clock,
                              .random = shop.random,
                              .authority = shop.authority,
                              .defaults = shop.defaults,
                              .rate_limits = limits,
                              .check_everything = true});
    tools::register_all(registry);
    tools::Resources resources(registry);
    tools::register_resources(resources);
    const mcp::Asker asker{.address = "192.0.2.7", .is_loopback = false};
    for (int guess = 0; guess < 2; ++guess)
        CHECK(resources.read("shop://8/orders/12345678" + std::to_string(guess), asker)
                  .error()
                  .kind == Kind::not_found);
    const auto refused = resources.read("shop://8/orders/123456789", asker);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Kind::refused);
    CHECK(Json::parse(refused.error().data_json)["error"]["code"] == "rate_limited");
}

TEST_CASE("a file and its line of registration belong together", "[resources]") {
    test::ShopFixture shop = test::whole_shop();
    constexpr EmbeddedFile kCard{"card.json",
                                 R"({"name":"card","uriTemplate":"shop://{shop_id}"})"};
    {
        tools::Resources resources(*shop.registry);
        CHECK_THROWS_AS(resources.seal({&kCard, 1}), std::logic_error);
    }
    {
        tools::Resources resources(*shop.registry);
        resources.add("card", "get_shop_settings", {});
        CHECK_THROWS_AS(resources.seal({}), std::logic_error);
    }
    {
        tools::Resources resources(*shop.registry);
        resources.add("card", "create_order", {});
        CHECK_THROWS_AS(resources.seal({&kCard, 1}), std::logic_error);
    }
    tools::Resources resources(*shop.registry);
    resources.add("card", "get_shop_settings", {});
    resources.seal({&kCard, 1});
    CHECK(resources.templates().size() == 1);
}
