// One product as its page shows it, what can be sold of it, and what baskets ask of products.
#include <catch2/catch.hpp>

#include "demo_catalogue.hpp"
#include "domains/products/product.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;
using Ids = std::vector<std::int64_t>;

namespace {

constexpr std::string_view kReserve = R"sql(
INSERT INTO reservation (shop_id, order_id, warehouse_item_id, reserved_quantity, state, expires_ms,
    created_ms, updated_ms)
VALUES (8, $1, $2, $3, 'active', $4, 0, 0))sql";

/// An order that holds `quantity` of a warehouse item.
std::int64_t reserve(DemoCatalogue& shop, std::int64_t item_id, std::int64_t quantity,
                     std::optional<UnixMs> expires_ms = std::nullopt) {
    shop.add_sale(15, 1, "new", shop.clock.now_ms());
    const std::int64_t order = shop.number("SELECT MAX(id) FROM orders");
    shop.execute(kReserve, {order, item_id, quantity, expires_ms});
    shop.execute("UPDATE warehouse_item SET reserved = reserved + $2 WHERE id = $1",
                 {item_id, quantity});
    return order;
}

}  // namespace

TEST_CASE(
    "P3: get_product is a ProductDetail with composition, availability, rating and what goes with "
    "it",
    "[products]") {
    DemoCatalogue shop;
    shop.execute(
        "INSERT INTO pickup_location (shop_id, address, landmark, created_ms, updated_ms) "
        "VALUES (8, 'ул. Тестовая 1', 'вход со двора', 0, 0)");
    shop.execute(
        "INSERT INTO pickup_location (shop_id, address, enabled, created_ms, updated_ms) VALUES "
        "(8, 'нет', FALSE, 0, 0)");
    shop.add_delivered_order({6, 13, 14});
    shop.add_delivered_order({6, 13});
    shop.add_delivered_order({6, 15});
    shop.call("update_product", {{"product_id", 14}, {"enabled", false}}, Who::director);

    const auto reply = shop.call("get_product", {{"product_id", 6}});

    REQUIRE(reply.ok());
    const Json& product = reply.result;
    CHECK(product.at("name") == "Букет «Романтика», розы и лилии");
    CHECK(product.at("colors_detailed") ==
          Json::parse(R"([{"id": "red", "label": "красный", "hex": "#FF4444"},
                          {"id": "white", "label": "белый", "hex": "#FFFFFF"}])"));
    REQUIRE(product.at("composition").size() == 5);
    CHECK(product.at("composition").at(0) ==
          Json::parse(R"({"name": "Роза красная", "quantity": 9, "is_optional": false})"));
    CHECK(product.at("composition").at(4).at("is_optional") == true);
    CHECK(product.at("availability") ==
          Json::parse(R"({"available": true, "max_quantity": 6, "unlimited": false, "tracked": true,
                          "reason": "ok", "ready_in_minutes": 40})"));
    CHECK(product.at("rating").at("total_count") == 0);
    CHECK(product.at("rating").at("average_rating").is_null());
    CHECK(product.at("pickup_locations") ==
          Json::parse(R"([{"address": "ул. Тестовая 1", "landmark": "вход со двора"}])"));
    Ids together;
    for (const Json& other : product.at("frequently_bought")) together.push_back(other.at("id"));
    CHECK(together == Ids{13, 15});
    CHECK(shop.call("get_product", {{"product_id", 2}})
              .result.at("colors_detailed")
              .at(0)
              .at("hex")
              .is_null());
}

TEST_CASE("P3: staff with view_products see the composition's stock, others do not", "[products]") {
    DemoCatalogue shop;
    reserve(shop, 1, 11);
    for (const Who who : {Who::guest, Who::customer, Who::service, Who::courier}) {
        const auto line =
            shop.call("get_product", {{"product_id", 5}}, who).result.at("composition").at(0);
        CHECK(line.size() == 3);
    }
    for (const Who who : {Who::florist, Who::manager, Who::director}) {
        const auto line =
            shop.call("get_product", {{"product_id", 5}}, who).result.at("composition").at(0);
        CHECK(line.at("warehouse_item_id") == 1);
        CHECK(line.at("on_hand") == 211);
        CHECK(line.at("reserved") == 11);
        CHECK(line.at("available") == 200);
    }
}

TEST_CASE("P3: the rating counts the published reviews of this product only", "[products]") {
    DemoCatalogue shop;
    const auto add = [&](std::int64_t product, int rating, const char* status) {
        shop.execute(
            "INSERT INTO review (shop_id, target, product_id, author_name, rating, text, "
            "text_folded, status, "
            "verified_purchase, principal, created_ms, updated_ms) "
            "VALUES (8, 'product', $1, 'Сауле', $2, 'x', 'x', $3, FALSE, 'x', 0, 0)",
            {product, rating, status});
    };
    add(5, 5, "published");
    add(5, 4, "published");
    add(5, 1, "pending");
    add(1, 1, "published");

    const Json rating = shop.call("get_product", {{"product_id", 5}}).result.at("rating");
    CHECK(rating.at("total_count") == 2);
    CHECK(rating.at("average_rating") == 4.5);
    CHECK(rating.at("rating_breakdown").at("5") == 1);
}

TEST_CASE("W14: the largest quantities of the demo shop", "[products]") {
    DemoCatalogue shop;
    const Ids expected = {20, 12, 6, 2, 14, 6, 8, 3, 8, 4, 4, 2, 23, 12, 6};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(i + 1);
        const auto reply = shop.call("check_product_availability",
                                     {{"product_id", i + 1}, {"quantity", expected[i]}});
        CHECK(reply.result.at("available") == true);
        CHECK(reply.result.at("reason") == "ok");
        CHECK(reply.result.at("max_quantity") == expected[i]);
        const auto more = shop.call("check_product_availability",
                                    {{"product_id", i + 1}, {"quantity", expected[i] + 1}});
        CHECK(more.result.at("available") == false);
        CHECK(more.result.at("reason") == "insufficient_stock");
    }
}

TEST_CASE("W13, O25: reservations count against availability until they expire", "[products]") {
    DemoCatalogue shop;
    const auto max = [&] {
        return shop.call("check_product_availability", {{"product_id", 8}})
            .result.at("max_quantity")
            .get<int>();
    };
    CHECK(max() == 3);
    reserve(shop, 9, 9);
    CHECK(max() == 2);
    reserve(shop, 9, 18, shop.clock.now_ms() + 60'000);
    CHECK(max() == 0);
    CHECK(shop.call("get_product", {{"product_id", 8}}).result.at("available") == false);
    CHECK(DemoCatalogue::ids(shop.call("list_products", {{"search", "пионы"}})) == Ids{8});
    shop.clock.advance_minutes(2);
    CHECK(max() == 2);
}

TEST_CASE(
    "P6: disabled, untracked and short products, optional components and who sees the components",
    "[products]") {
    DemoCatalogue shop;
    const auto untracked =
        shop.add_product({{"name", "Открытка"}, {"type", "gifts"}, {"price", 500}});
    const auto only_optional = shop.add_product(
        {{"name", "Сюрприз"},
         {"recipe", {{{"warehouse_item_id", 17}, {"quantity", 1}, {"is_optional", true}}}}});
    const auto check = [&](std::int64_t id, std::int64_t quantity = 1, Who who = Who::guest) {
        return shop.call("check_product_availability", {{"product_id", id}, {"quantity", quantity}},
                         who);
    };

    // W18: without a non-optional line there is nothing to count.
    for (const auto id : {untracked, only_optional}) {
        const Json free = check(id, 1000).result;
        CHECK(free.at("available") == true);
        CHECK(free.at("unlimited") == true);
        CHECK(free.at("tracked") == false);
        CHECK(free.at("max_quantity").is_null());
        CHECK(free.at("reason") == "no_recipe");
    }
    // W17: an optional line is a warning at most.
    CHECK(check(only_optional, 7).result.at("warnings").at(0).at("code") ==
          "optional_component_missing");
    CHECK(check(only_optional, 6).result.at("warnings").empty());

    shop.call("update_product", {{"product_id", 8}, {"enabled", false}}, Who::director);
    const Json off = check(8).result;
    CHECK(off.at("available") == false);
    CHECK(off.at("reason") == "disabled");
    CHECK(off.at("max_quantity") == 0);

    CHECK_FALSE(check(5).result.contains("components"));
    CHECK_FALSE(check(5, 1, Who::courier).result.contains("components"));
    const Json components = check(5, 15, Who::florist).result.at("components");
    REQUIRE(components.size() == 4);
    CHECK(components.at(0) ==
          Json::parse(R"({"warehouse_item_id": 1, "name": "Роза красная", "required": 225,
        "available": 211, "reserved": 0, "sufficient": false, "is_optional": false})"));

    CHECK(check(999).code() == "not_found");
    CHECK(shop.call("check_product_availability", {{"product_id", 5}, {"shop_id", 9}}).code() ==
          "not_found");
    CHECK(check(5, 0).code() == "invalid_argument");
    CHECK(check(5, 1001).code() == "invalid_argument");
}

TEST_CASE(
    "D14: ready_in_minutes grows with the units up to twelve and follows the product's own time",
    "[products]") {
    DemoCatalogue shop;
    shop.call("update_product", {{"product_id", 13}, {"manufacturing_time_minutes", 5}},
              Who::director);
    const auto ready = [&](std::int64_t id, std::int64_t quantity) {
        return shop.call("check_product_availability", {{"product_id", id}, {"quantity", quantity}})
            .result.at("ready_in_minutes")
            .get<int>();
    };
    CHECK(ready(5, 1) == 40);
    CHECK(ready(5, 3) == 60);
    CHECK(ready(5, 12) == 150);
    CHECK(ready(5, 14) == 150);
    CHECK(ready(13, 1) == 15);
}

TEST_CASE("O12: a basket finds its products in the order of the ids, and only those of the shop",
          "[products][basket]") {
    DemoCatalogue shop;
    shop.call("update_product", {{"product_id", 8}, {"enabled", false}}, Who::director);
    shop.with(Who::guest, [&](storage::Connection& connection, const CallContext&) {
        const auto here = *shop::find(connection, 8);
        const std::int64_t ids[] = {8, 5, 5};
        const auto basket = products::find_for_basket(connection, here, ids);
        REQUIRE(basket);
        REQUIRE(basket->size() == 3);
        CHECK((*basket)[0].id == 8);
        CHECK_FALSE((*basket)[0].enabled);
        CHECK((*basket)[1].price_minor == 1'500'000);
        CHECK((*basket)[2].name == "Букет «15 роз», классика");
        const std::int64_t unknown[] = {5, 99};
        const auto missing = products::find_for_basket(connection, here, unknown);
        REQUIRE_FALSE(missing);
        CHECK(missing.error().code == ErrorCode::not_found);
        CHECK(missing.error().details.id == "99");
        CHECK_FALSE(products::find_for_basket(connection, *shop::find(connection, 9), ids));
        return 0;
    });
}

TEST_CASE("D14: a basket's preparation is that of its slowest product", "[products][basket]") {
    DemoCatalogue shop;
    shop.call("update_product", {{"product_id", 13}, {"manufacturing_time_minutes", 5}},
              Who::director);
    shop.call("update_product", {{"product_id", 10}, {"manufacturing_time_minutes", 90}},
              Who::director);
    shop.with(Who::guest, [&](storage::Connection& connection, const CallContext&) {
        const auto here = *shop::find(connection, 8);
        const auto basket = [&](std::vector<products::BasketLine> lines) {
            Ids ids;
            for (const auto& line : lines) ids.push_back(line.product_id);
            return products::basket_of(here, *products::find_for_basket(connection, here, ids),
                                       lines);
        };
        CHECK(basket({{13, 2}}).longest_manufacturing_minutes == 5);
        CHECK(basket({{13, 2}, {5, 1}}).longest_manufacturing_minutes == 30);
        CHECK(basket({{13, 2}, {10, 1}}).longest_manufacturing_minutes == 90);
        CHECK(basket({{13, 2}, {10, 1}}).units == 3);
        CHECK(basket({}).units == 1);
        return 0;
    });
}

TEST_CASE("W5, W15: needs of a basket are summed per item and sorted; optional ones stand apart",
          "[products][basket]") {
    DemoCatalogue shop;
    shop.with(Who::guest, [&](storage::Connection& connection, const CallContext&) {
        const products::BasketLine lines[] = {{6, 2}, {5, 1}, {6, 1}};
        const auto needs = products::needs_of(connection, 8, lines);
        std::map<std::int64_t, std::int64_t> required;
        std::int64_t last = 0;
        for (const auto& need : needs.required) {
            CHECK(need.warehouse_item_id > last);
            last = need.warehouse_item_id;
            required[need.warehouse_item_id] = need.quantity;
        }
        CHECK(required == std::map<std::int64_t, std::int64_t>{{1, 42}, {8, 12}, {12, 8}, {13, 4}});
        REQUIRE(needs.optional.size() == 1);
        CHECK(needs.optional[0].warehouse_item_id == 14);
        CHECK(needs.optional[0].quantity == 4);
        CHECK(products::needs_of(connection, 9, lines).required.empty());
        return 0;
    });
}

TEST_CASE("W16: an order's own reservations can be left out of its limits", "[products][basket]") {
    DemoCatalogue shop;
    const std::int64_t order = reserve(shop, 9, 27);
    shop.with(Who::guest, [&](storage::Connection& connection, const CallContext& context) {
        const std::int64_t ids[] = {8};
        CHECK(*products::max_quantities(connection, 8, ids, context.now_ms)[0].max_quantity == 0);
        CHECK(
            *products::max_quantities(connection, 8, ids, context.now_ms, order)[0].max_quantity ==
            3);
        return 0;
    });
}
