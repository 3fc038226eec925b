// Two shops in one database are walls to each other: no tool reads or changes a row of the other
// one, and a foreign id looks exactly like one that does not exist.
#include <algorithm>
#include <catch2/catch.hpp>

#include "storage/copy/tables.hpp"
#include "support/shop_fixture.hpp"
#include "support/whole_shop.hpp"

using namespace shopkeeper;
using test::Who;

namespace {

constexpr const char* kTenantTables[] = {
    "shop_exception",  "client",         "product",         "product_facet",
    "recipe_line",     "search_posting", "search_word",     "warehouse_item",
    "stock_operation", "reservation",    "inventory_check", "inventory_check_line",
    "orders",          "order_line",     "order_history",   "slot_load",
    "order_counter",   "order_tally",    "review",          "audit_log",
    "events",          "outbox",         "product_sale",    "shelf_revision",
    "product_revision"};

/// The other shop's objects, made through its own director.
struct OtherShop {
    test::ShopFixture& shop;
    std::int64_t item = 0, product = 0, order = 0, review = 0, check = 0;
    std::string tracking_id;

    explicit OtherShop(test::ShopFixture& fixture) : shop(fixture) {
        item = made("add_warehouse_stock",
                    {{"item_name", "Чужая роза"}, {"quantity", 100}})["item"]["id"];
        product = made("create_product",
                       {{"name", "Чужой букет"},
                        {"type", "flowers"},
                        {"price", 500},
                        {"recipe", {{{"warehouse_item_id", item}, {"quantity", 1}}}}})["id"];
        const Json placed =
            made("create_order", {{"customer_name", "Чужой клиент"},
                                  {"customer_phone", "+77000009999"},
                                  {"items", {{{"product_id", product}, {"quantity", 1}}}},
                                  {"delivery_type", "pickup"},
                                  {"delivery_date", "завтра"},
                                  {"delivery_time", "15:00"},
                                  {"telegram_user_id", "700000777"}});
        order = placed["id"];
        tracking_id = placed["tracking_id"];
        check = made("create_inventory_check",
                     {{"items", {{{"warehouse_item_id", item}, {"actual_quantity", 99}}}}})["id"];
        const auto reviewed = shop.call(
            "create_review",
            {{"shop_id", 9}, {"target", "company"}, {"rating", 5}, {"text", "Хороший магазин"}},
            Who::guest);
        REQUIRE(reviewed.ok());
        review = reviewed.result["id"];
    }

    Json made(const char* tool, Json arguments) {
        const auto reply = shop.call(tool, std::move(arguments), Who::other_director);
        INFO(tool << ": " << reply.error.dump());
        REQUIRE(reply.ok());
        return reply.result;
    }

    const std::vector<storage::Table> tables_ =
        storage::tables_of(storage::read_migrations(embedded::migrations()));

    /// Everything the other shop owns, as one text.
    std::string rows() {
        std::string all;
        for (const char* table : kTenantTables) {
            const auto known = std::find_if(tables_.begin(), tables_.end(),
                                            [&](const auto& each) { return each.name == table; });
            const std::size_t count = known->columns.size();
            const std::string query = std::string("SELECT * FROM ") + table + " WHERE shop_id = 9";
            for (const storage::Row row : shop.rows(query)) {
                for (std::size_t at = 0; at < count; ++at) {
                    if (row.is_null(at))
                        all += "-|";
                    else
                        all += as_text(row, at) + "|";
                }
                all += "\n";
            }
        }
        return all;
    }

    static std::string as_text(const storage::Row& row, std::size_t column) {
        try {
            return std::to_string(row.get<std::int64_t>(column));
        } catch (const std::logic_error&) {
            return row.get<std::string>(column);
        }
    }
};

}  // namespace

TEST_CASE(
    "E4: every tool answers a foreign id with not_found and changes nothing of the other shop",
    "[isolation]") {
    test::ShopFixture shop = test::whole_shop();
    OtherShop other(shop);
    const Json basket = {{{"product_id", other.product}, {"quantity", 1}}};
    const Json ids = Json::array({other.product});
    struct Attempt {
        const char* tool;
        Json arguments;
        Who who;
    };
    const std::vector<Attempt> attempts = {
        {"get_product", {{"product_id", other.product}}, Who::guest},
        {"get_product", {{"product_id", other.product}}, Who::director},
        {"update_product", {{"product_id", other.product}, {"price", 1}}, Who::director},
        {"check_product_availability", {{"product_id", other.product}}, Who::director},
        {"create_product",
         {{"name", "Наш"},
          {"type", "gifts"},
          {"price", 1},
          {"recipe", {{{"warehouse_item_id", other.item}, {"quantity", 1}}}}},
         Who::director},
        {"get_order", {{"order_id", other.order}}, Who::director},
        {"create_order",
         {{"customer_name", "Гость"},
          {"customer_phone", "+77000001234"},
          {"items", basket},
          {"delivery_type", "pickup"},
          {"delivery_date", "завтра"},
          {"delivery_time", "15:00"}},
         Who::guest},
        {"preview_order_cost", {{"items", basket}}, Who::guest},
        {"update_order_status", {{"order_id", other.order}, {"status", "accepted"}}, Who::director},
        {"update_order", {{"tracking_id", other.tracking_id}, {"notes", "x"}}, Who::director},
        {"update_order",
         {{"tracking_id", other.tracking_id}, {"notes", "x"}, {"shop_id", 8}},
         Who::guest},
        {"track_order", {{"tracking_id", other.tracking_id}}, Who::director},
        {"track_order", {{"tracking_id", other.tracking_id}, {"shop_id", 8}}, Who::guest},
        {"track_order", {{"tracking_id", other.tracking_id}}, Who::customer},
        {"cancel_order", {{"tracking_id", other.tracking_id}, {"reason", "other"}}, Who::director},
        {"cancel_order", {{"order_id", other.order}, {"reason", "other"}}, Who::director},
        {"add_warehouse_stock",
         {{"warehouse_item_id", other.item}, {"quantity", 1}},
         Who::director},
        {"record_warehouse_operation",
         {{"warehouse_item_id", other.item}, {"operation_type", "OUT"}, {"quantity", 1}},
         Who::director},
        {"get_warehouse_history", {{"warehouse_item_id", other.item}}, Who::director},
        {"create_inventory_check",
         {{"items", {{{"warehouse_item_id", other.item}, {"actual_quantity", 1}}}}},
         Who::director},
        {"create_inventory_check", {{"check_id", other.check}, {"apply", true}}, Who::director},
        {"get_delivery_slots", {{"product_ids", ids}}, Who::guest},
        {"validate_delivery_time",
         {{"delivery_time", "завтра в 15:00"}, {"product_ids", ids}},
         Who::guest},
        {"check_delivery_feasibility", {{"product_ids", ids}}, Who::guest},
        {"get_product_reviews", {{"product_id", other.product}}, Who::guest},
        {"create_review",
         {{"target", "product"}, {"product_id", other.product}, {"rating", 1}, {"text", "x"}},
         Who::guest},
        {"create_review",
         {{"target", "company"},
          {"rating", 1},
          {"text", "x"},
          {"tracking_id", other.tracking_id},
          {"shop_id", 8}},
         Who::guest},
        {"moderate_review", {{"review_id", other.review}, {"action", "publish"}}, Who::director},
    };
    const std::string before = other.rows();

    for (const Attempt& attempt : attempts) {
        const auto reply = shop.call(attempt.tool, attempt.arguments, attempt.who);
        CAPTURE(attempt.tool, attempt.arguments.dump(), reply.result.dump(), reply.error.dump());
        const bool blames_argument =
            reply.code() == "invalid_argument" && std::string(attempt.tool) == "create_product";
        CHECK((reply.code() == "not_found" || blames_argument));
        const std::string message =
            reply.error.is_null() ? "" : reply.error["message"].get<std::string>();
        CHECK(message.find("Чуж") == std::string::npos);
    }
    CHECK(other.rows() == before);
}

TEST_CASE("A13: staff who name another shop are told there is none", "[isolation]") {
    test::ShopFixture shop = test::whole_shop();
    int tools_with_shop = 0;
    for (const auto& [name, tool] : shop.registry->inventory()) {
        if (!tool.terms().has_shop_id) continue;
        ++tools_with_shop;
        // Required arguments are left out: who the caller is comes first (E3).
        const auto reply = shop.call(name, {{"shop_id", 9}}, Who::director);
        CAPTURE(name, reply.error.dump());
        CHECK((reply.code() == "not_found" || reply.code() == "permission_denied"));
    }
    CHECK(tools_with_shop == 35);
}

TEST_CASE("A12, A14: a shop that does not exist is not_found for everybody", "[isolation]") {
    test::ShopFixture shop = test::whole_shop();
    for (const char* tool : {"list_products", "get_bestsellers", "get_featured_products",
                             "get_shop_settings", "get_working_hours", "get_faq",
                             "get_delivery_slots", "check_delivery_feasibility", "get_reviews"}) {
        CAPTURE(tool);
        CHECK(shop.call(tool, {{"shop_id", 777}}, Who::guest).code() == "not_found");
    }
    shop.execute("UPDATE shop SET is_active = FALSE WHERE id = 9");
    CHECK(shop.call("list_products", {{"shop_id", 9}}, Who::guest).code() == "not_found");
    CHECK(shop.call("list_warehouse_items", Json::object(), Who::other_director).reason() ==
          "shop_blocked");
}

TEST_CASE("lists and searches of one shop never show the other's rows", "[isolation]") {
    test::ShopFixture shop = test::whole_shop();
    OtherShop other(shop);
    const std::pair<const char*, Json> lists[] = {
        {"list_products", {{"enabled_only", false}}},
        {"search_products_smart", {{"query", "Чужой букет роза"}}},
        {"get_bestsellers", Json::object()},
        {"get_featured_products", Json::object()},
        {"list_orders", Json::object()},
        {"list_warehouse_items", Json::object()},
        {"get_reviews", {{"status", "pending"}}},
        {"track_order_by_phone", {{"customer_phone", "+77000009999"}}},
    };
    for (const auto& [tool, arguments] : lists) {
        const auto reply = shop.call(tool, arguments, Who::director);
        CAPTURE(tool, reply.error.dump());
        REQUIRE(reply.ok());
        CHECK(reply.result["items"].empty());
    }
    const auto client =
        shop.call("get_telegram_client", {{"telegram_user_id", "700000777"}}, Who::director);
    CHECK(client.result["registered"] == false);
}
