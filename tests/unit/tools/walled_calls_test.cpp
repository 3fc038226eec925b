// Calls that are not in the default shop from their first statement on, through the gate: on
// PostgreSQL behind the wall between shops, which shows nothing of a shop that was not entered.
#include <catch2/catch.hpp>

#include "support/shop_fixture.hpp"
#include "support/whole_shop.hpp"

using namespace shopkeeper;
using test::Who;

namespace {

constexpr const char* kSuperadmin = "+77000000700";

/// What a superadmin of this shop, or of none, is answered.
struct Superadmin {
    test::ShopFixture shop = test::whole_shop();

    explicit Superadmin(std::optional<std::int64_t> own_shop) {
        shop.execute(
            "INSERT INTO staff_user (shop_id, name, phone, role, is_superadmin, password_hash, "
            "created_ms, updated_ms) VALUES ($1, 'S', $2, 'director', TRUE, '!', 1, 1)",
            {own_shop, kSuperadmin});
        shop.authority.configured_phone = kSuperadmin;
    }

    Json ask(std::string_view tool, Json arguments) {
        const auto outcome = shop.registry->call(
            {.name = tool, .arguments = std::move(arguments), .address = "local"});
        const auto document = parse_json("{" + outcome.members + "}");
        return Json::parse(document->at("content").at(0).at("text").get<std::string>());
    }
};

/// An order of the shop that is nobody's default.
std::string foreign_order(test::ShopFixture& shop) {
    const auto made = [&](const char* tool, Json arguments) {
        const auto reply = shop.call(tool, std::move(arguments), Who::other_director);
        INFO(tool << ": " << reply.error.dump());
        REQUIRE(reply.ok());
        return reply.result;
    };
    const Json item = made("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 9}});
    const Json product =
        made("create_product",
             {{"name", "Букет"},
              {"type", "flowers"},
              {"price", 500},
              {"recipe", {{{"warehouse_item_id", item["item"]["id"]}, {"quantity", 1}}}}});
    const Json order =
        made("create_order", {{"customer_name", "Клиент"},
                              {"customer_phone", "+77000009999"},
                              {"items", {{{"product_id", product["id"]}, {"quantity", 1}}}},
                              {"delivery_type", "pickup"},
                              {"ask_delivery_time", true}});
    return order["tracking_id"];
}

TEST_CASE("A13: a superadmin reads who they are in no shop, and acts in the one they name",
          "[walled]") {
    const auto own_shop = GENERATE(std::optional<std::int64_t>(), std::optional<std::int64_t>(9));
    Superadmin superadmin(own_shop);
    const Json self = superadmin.ask("get_current_user", Json::object());
    CHECK(self.value("is_superadmin", false));
    CHECK(self.value("phone", "") == kSuperadmin);

    for (const std::int64_t shop_id : {8, 9}) {
        const Json list = superadmin.ask("list_warehouse_items", {{"shop_id", shop_id}});
        CHECK_FALSE(list.contains("error"));
        const Json added = superadmin.ask(
            "add_warehouse_stock", {{"shop_id", shop_id}, {"item_name", "Роза"}, {"quantity", 1}});
        CHECK_FALSE(added.contains("error"));
        CHECK(superadmin.shop.number("SELECT COUNT(*) FROM audit_log WHERE shop_id = $1 AND tool "
                                     "<> 'get_current_user'",
                                     {shop_id}) == 2);
        CHECK(superadmin.shop.number("SELECT COUNT(*) FROM warehouse_item WHERE shop_id = $1",
                                     {shop_id}) == 1);
    }
}

TEST_CASE("A12: a tracking id leads a guest into another shop than the default one", "[walled]") {
    test::ShopFixture shop = test::whole_shop();
    const std::string tracking_id = foreign_order(shop);
    const auto tracked = shop.call("track_order", {{"tracking_id", tracking_id}});
    INFO(tracked.error.dump());
    REQUIRE(tracked.ok());
    CHECK(tracked.result["tracking_id"] == tracking_id);

    CHECK(shop.call("track_order", {{"tracking_id", tracking_id}, {"shop_id", 8}}).code() ==
          "not_found");
    CHECK(shop.call("track_order", {{"tracking_id", "999999999"}}).code() == "not_found");
}

TEST_CASE("A12, I1: a change that a tracking id leads into another shop is kept and replayed",
          "[walled]") {
    test::ShopFixture shop = test::whole_shop();
    const Json cancel = {{"tracking_id", foreign_order(shop)},
                         {"reason", "changed_mind"},
                         {"idempotency_key", "k-1"}};
    const auto first = shop.call("cancel_order", cancel, Who::service);
    INFO(first.error.dump());
    REQUIRE(first.ok());
    const auto again = shop.call("cancel_order", cancel, Who::service);
    INFO(again.error.dump());
    REQUIRE(again.ok());
    CHECK(again.result.value("idempotent_replay", false));
    CHECK(shop.number("SELECT COUNT(*) FROM orders WHERE shop_id = 9 AND status = 'cancelled'") ==
          1);
    CHECK(shop.number("SELECT COUNT(*) FROM idempotency_keys WHERE state = 'done'") == 1);
}

}  // namespace
