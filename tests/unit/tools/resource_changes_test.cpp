// Changes of a shop's resources, told from the events in its database. Nobody waits: a test says
// when to look and what time it is.

#include "tools/resource_changes.hpp"

#include <catch2/catch.hpp>

#include "unit/tools/asking.hpp"

using namespace shopkeeper;
using test::Who;
using Uris = std::vector<std::string>;

namespace {

struct Watching {
    Watching() {
        tools::register_resources(resources);
        changes.set_listener([this](std::span<const std::string> uris) {
            told.insert(told.end(), uris.begin(), uris.end());
        });
    }

    /// What is told of now.
    Uris look() {
        told.clear();
        changes.look();
        return told;
    }
    Json made(const char* tool, const Json& arguments, Who who = Who::director) {
        const auto reply = shop.call(tool, arguments, who);
        INFO(tool << " " << reply.error.dump());
        REQUIRE(reply.ok());
        return reply.result;
    }
    std::int64_t product(const std::string& name, Who who = Who::director) {
        return made("create_product", {{"name", name}, {"type", "flowers"}, {"price", 5000}}, who)
            .at("id");
    }
    Json order(std::int64_t product_id, Who who = Who::director) {
        return made("create_order",
                    {{"customer_name", "Айгуль"},
                     {"customer_phone", "+77000001234"},
                     {"items", {{{"product_id", product_id}, {"quantity", 1}}}},
                     {"delivery_type", "pickup"},
                     {"delivery_date", "завтра"},
                     {"delivery_time", "15:00"},
                     {"allow_duplicate", true}},
                    who);
    }
    static std::string uri_of(std::int64_t product_id) {
        return "shop://8/products/" + std::to_string(product_id);
    }

    test::ShopFixture shop = test::whole_shop();
    tools::Resources resources{*shop.registry};
    tools::ResourceChanges changes{*shop.serving, shop.clock, resources};
    Uris told;
};

}  // namespace

TEST_CASE("a product's change is told of it and of the catalogue, once", "[changes]") {
    Watching shop;
    const std::int64_t one = shop.product("Розы");
    const std::int64_t other = shop.product("Тюльпаны");
    for (const std::string& uri :
         {shop.uri_of(one), shop.uri_of(other), std::string("shop://8/catalogue"),
          std::string("shop://8/card"), std::string("shop://8/faq")})
        shop.changes.watch(uri);
    CHECK(shop.look().empty());  // what happened before is not news
    shop.made("update_product", {{"product_id", one}, {"price", 6000}});
    CHECK(shop.look() == Uris{"shop://8/catalogue", shop.uri_of(one)});
    CHECK(shop.look().empty());
}

TEST_CASE("each kind of change is told of what it may have changed", "[changes]") {
    Watching shop;
    const std::int64_t product = shop.product("Розы");
    const Json order = shop.order(product);
    const Json another = shop.order(product);
    const std::string order_uri = "shop://8/orders/" + order["tracking_id"].get<std::string>();
    const std::string product_uri = shop.uri_of(product);
    shop.changes.watch(order_uri);
    shop.changes.watch("shop://8/orders/" + another["tracking_id"].get<std::string>());
    shop.changes.watch(product_uri);
    shop.changes.watch("shop://8/card");
    shop.changes.watch("shop://8/faq");

    shop.made("update_order_status", {{"order_id", order["id"]}, {"payment_status", "paid"}});
    Uris told = shop.look();
    CHECK(std::count(told.begin(), told.end(), order_uri) == 1);
    CHECK(std::none_of(told.begin(), told.end(), [&](const std::string& uri) {
        return uri.starts_with("shop://8/orders/") && uri != order_uri;
    }));

    shop.made("update_order", {{"tracking_id", order["tracking_id"]}, {"notes", "Открытка"}});
    told = shop.look();
    CHECK(std::count(told.begin(), told.end(), order_uri) == 1);

    shop.made("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 5}});
    CHECK(shop.look() == Uris{product_uri});

    shop.made("create_review", {{"target", "company"}, {"rating", 5}, {"text", "Чудесно"}},
              Who::guest);
    CHECK(shop.look() == Uris{"shop://8/card", product_uri});

    shop.made("update_shop_settings", {{"delivery_cost", 700}});
    CHECK(shop.look() == Uris{"shop://8/card", "shop://8/faq", product_uri});
}

TEST_CASE("what was refused or rolled back is told of nobody", "[changes]") {
    Watching shop;
    const std::int64_t product = shop.product("Розы");
    shop.changes.watch(shop.uri_of(product));
    CHECK_FALSE(
        shop.shop.call("update_product", {{"product_id", product}, {"price", -1}}, Who::director)
            .ok());
    CHECK_FALSE(
        shop.shop.call("update_product", {{"product_id", product}, {"price", 7}}, Who::guest).ok());
    CHECK(shop.look().empty());
}

TEST_CASE("the other shop's changes are not told here", "[changes][isolation]") {
    Watching shop;
    const std::int64_t ours = shop.product("Наши розы");
    const std::int64_t foreign = shop.product("Чужие розы", Who::other_director);
    shop.changes.watch(shop.uri_of(ours));
    shop.changes.watch("shop://8/catalogue");
    // A URI of this shop with an id of the other names nothing, and nothing is told of it.
    shop.changes.watch(shop.uri_of(foreign));
    shop.made("update_product", {{"product_id", foreign}, {"price", 1}}, Who::other_director);
    shop.order(foreign, Who::other_director);
    CHECK(shop.look().empty());
    shop.changes.watch("shop://9/catalogue");
    CHECK(shop.look().empty());
    shop.made("update_product", {{"product_id", foreign}, {"price", 2}}, Who::other_director);
    CHECK(shop.look() == Uris{"shop://9/catalogue"});
}

TEST_CASE("a change that is committed late is told all the same, and once", "[changes]") {
    Watching shop;
    shop.changes.watch("shop://8/catalogue");
    const UnixMs began_ms = shop.shop.clock.now_ms();
    static_assert(tools::ResourceChanges::kLateCommitMax == 60'000);
    shop.shop.clock.advance_minutes(1);
    shop.product("Раньше замечено");
    CHECK(shop.look() == Uris{"shop://8/catalogue"});
    // Another process began before that and commits only now.
    shop.shop.execute(
        "INSERT INTO events (ts_ms, shop_id, topic, type, subject_kind, subject_id, trace_id, "
        "data_json) VALUES ($1, 8, 'products', 'product.changed', 'product', '1', 'r-late', '{}')",
        {began_ms});
    CHECK(shop.look() == Uris{"shop://8/catalogue"});
    CHECK(shop.look().empty());
    shop.shop.clock.advance_minutes(1);
    CHECK(shop.look().empty());
}

TEST_CASE("nothing is read for what nobody watches any more", "[changes]") {
    Watching shop;
    int wakes = 0;
    shop.changes.set_waker([&] { ++wakes; });
    CHECK_FALSE(shop.changes.is_watching());
    shop.changes.watch("shop://8/card");
    shop.changes.watch("shop://8/card");
    shop.changes.watch("http://elsewhere/");  // names nothing: nobody watches it
    CHECK(wakes == 1);
    shop.changes.unwatch("http://elsewhere/");
    shop.changes.unwatch("shop://8/card");
    CHECK(shop.changes.is_watching());
    shop.changes.unwatch("shop://8/card");
    CHECK_FALSE(shop.changes.is_watching());
    shop.made("update_shop_settings", {{"delivery_cost", 700}});
    CHECK(shop.look().empty());
    // Who comes later is not told of what was before.
    shop.changes.watch("shop://8/card");
    CHECK(shop.look().empty());
}

TEST_CASE("a change by another process on the same database is noticed", "[changes]") {
    Watching shop;
    const std::int64_t product = shop.product("Розы");
    shop.changes.watch(shop.uri_of(product));
    tools::Registry elsewhere(shop.shop.registry->environment());
    tools::register_all(elsewhere);
    shop.shop.authority.configured_phone = test::ShopFixture::phone_of(Who::director);
    const auto outcome = elsewhere.call({.name = "update_product",
                                         .arguments = {{"product_id", product}, {"price", 6000}},
                                         .address = "local"});
    shop.shop.authority.configured_phone.reset();
    REQUIRE(outcome.members.find("isError") == std::string::npos);
    CHECK(shop.look() == Uris{shop.uri_of(product)});
}
