// The permission matrix, cell by cell: 37 tools x 7 kinds of callers through the real gate.
// A cell that allows may still end in a business refusal (no such order); what it never gives is
// `unauthenticated` or `permission_denied`.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "support/shop_fixture.hpp"
#include "support/whole_shop.hpp"
#include "unit/tools/asking.hpp"

using namespace shopkeeper;
using test::Who;

namespace {

constexpr Who kColumns[] = {Who::guest,   Who::customer, Who::courier, Who::florist,
                            Who::manager, Who::director, Who::service};

struct Row {
    const char* tool;
    const char* arguments;  ///< valid by the schema; the ids exist nowhere
    const char* cells;      ///< one letter a column: y allowed, - refused
};

constexpr Row kMatrix[] = {
    {"login", R"({"phone": "+77000000801", "password": "no such password"})", "y-yyyy-"},
    {"get_current_user", "{}", "--yyyy-"},
    {"list_products", "{}", "yyyyyyy"},
    {"get_product", R"({"product_id": 999})", "yyyyyyy"},
    {"create_product", R"({"name": "Букет", "type": "flowers", "price": 100})", "----yy-"},
    {"update_product", R"({"product_id": 999, "price": 100})", "----yy-"},
    {"check_product_availability", R"({"product_id": 999})", "yyyyyyy"},
    {"get_bestsellers", "{}", "yyyyyyy"},
    {"get_featured_products", "{}", "yyyyyyy"},
    {"search_products_smart", R"({"query": "розы"})", "yyyyyyy"},
    {"list_orders", "{}", "--yyyy-"},
    {"get_order", R"({"order_id": 999})", "--yyyy-"},
    {"create_order",
     R"({"customer_name": "Гость", "customer_phone": "+77000001234", "items": [{"product_id": 999, "quantity": 1}]})",
     "yyyyyyy"},
    {"update_order_status", R"({"order_id": 999, "status": "accepted"})", "--yyyy-"},
    {"update_order", R"({"tracking_id": "987654321", "notes": "x"})", "yyyyyyy"},
    {"track_order", R"({"tracking_id": "987654321"})", "yyyyyyy"},
    {"track_order_by_phone", R"({"customer_phone": "+77000001234"})", "yyyyyyy"},
    {"preview_order_cost", R"({"items": [{"product_id": 999, "quantity": 1}]})", "yyyyyyy"},
    {"cancel_order", R"({"tracking_id": "987654321", "reason": "changed_mind"})", "yyyyyyy"},
    {"list_warehouse_items", "{}", "---yyy-"},
    {"add_warehouse_stock", R"({"warehouse_item_id": 999, "quantity": 1})", "---yyy-"},
    {"record_warehouse_operation",
     R"({"warehouse_item_id": 999, "operation_type": "IN", "quantity": 1})", "---yyy-"},
    {"get_warehouse_history", R"({"warehouse_item_id": 999})", "---yyy-"},
    {"create_inventory_check", R"({"items": [{"warehouse_item_id": 999, "actual_quantity": 1}]})",
     "---yyy-"},
    {"get_shop_settings", "{}", "yyyyyyy"},
    {"get_working_hours", "{}", "yyyyyyy"},
    {"update_shop_settings", R"({"city": "Алматы"})", "-----y-"},
    {"get_faq", "{}", "yyyyyyy"},
    {"get_delivery_slots", "{}", "yyyyyyy"},
    {"validate_delivery_time", R"({"delivery_time": "завтра в 15:00"})", "yyyyyyy"},
    {"check_delivery_feasibility", "{}", "yyyyyyy"},
    {"get_reviews", "{}", "yyyyyyy"},
    {"get_product_reviews", R"({"product_id": 999})", "yyyyyyy"},
    {"create_review", R"({"target": "company", "rating": 5, "text": "Хорошо"})", "yy----y"},
    {"moderate_review", R"({"review_id": 999, "action": "publish"})", "----yy-"},
    {"get_telegram_client", R"({"telegram_user_id": "700000099"})", "-y-yyyy"},
    {"register_telegram_client",
     R"({"telegram_user_id": "700000098", "phone": "+77000001234", "customer_name": "Имя"})",
     "----yyy"},
};

bool is_about_identity(const test::Reply& reply) {
    return reply.code() == "unauthenticated" || reply.code() == "permission_denied";
}

}  // namespace

TEST_CASE("A18: the matrix has a row for each of the 37 tools", "[matrix]") {
    test::ShopFixture shop = test::whole_shop();

    CHECK(std::size(kMatrix) == 37);
    CHECK(shop.registry->tools().size() == 37);
    for (const Row& row : kMatrix) CHECK(shop.registry->inventory().contains(row.tool));
}

TEST_CASE("A18-A20: every caller meets every tool as the matrix says", "[matrix]") {
    test::ShopFixture shop = test::whole_shop();
    for (const Row& row : kMatrix) {
        for (std::size_t column = 0; column < std::size(kColumns); ++column) {
            const Who who = kColumns[column];
            const test::Reply reply = shop.call(row.tool, Json::parse(row.arguments), who);
            CAPTURE(row.tool, column, reply.error.dump());
            const bool is_login = std::string(row.tool) == "login";
            if (row.cells[column] == 'y') {
                // A wrong password is `unauthenticated` and no refusal of the caller.
                CHECK((is_login ? reply.code() == "unauthenticated" : !is_about_identity(reply)));
            } else {
                CHECK((is_login ? reply.code() == "permission_denied" : is_about_identity(reply)));
            }
        }
    }
}

TEST_CASE("A20: the list of a caller who shows itself holds what the matrix lets it do",
          "[matrix]") {
    test::ShopFixture shop = test::whole_shop();
    for (std::size_t column = 0; column < std::size(kColumns); ++column) {
        CAPTURE(column);
        const auto usable = test::ask_as(shop, kColumns[column], [&](const mcp::Asker& asker) {
            mcp::Asker shown = asker;
            // Who shows nothing sees everything; a token that has run out shows a guest.
            if (kColumns[column] == Who::guest) shown.bearer = "a token that has run out";
            return shop.registry->usable(shown);
        });
        REQUIRE(usable);
        const auto tools = shop.registry->tools();
        for (const Row& row : kMatrix) {
            const auto place = std::ranges::find(tools, row.tool, &mcp::ToolEntry::name);
            CAPTURE(row.tool);
            CHECK(usable->test(static_cast<std::size_t>(place - tools.begin())) ==
                  (row.cells[column] == 'y'));
        }
    }
}

TEST_CASE("A20: whoever shows nothing sees all tools, since a token may come as an argument",
          "[matrix]") {
    test::ShopFixture shop = test::whole_shop();
    CHECK_FALSE(shop.registry->usable({.address = "192.0.2.7", .is_loopback = false}));
}

TEST_CASE("A20: each refused caller learns why in the words of the rule", "[matrix]") {
    test::ShopFixture shop = test::whole_shop();
    const auto refusal = [&](const char* tool, Who who) {
        const auto* const row =
            std::find_if(std::begin(kMatrix), std::end(kMatrix),
                         [&](const Row& candidate) { return std::string(candidate.tool) == tool; });
        const test::Reply reply = shop.call(tool, Json::parse(row->arguments), who);
        return reply.code() + "/" + reply.reason();
    };

    CHECK(refusal("list_orders", Who::guest) == "unauthenticated/");
    CHECK(refusal("list_orders", Who::customer) == "permission_denied/role");
    CHECK(refusal("list_orders", Who::service) == "permission_denied/role");
    CHECK(refusal("create_product", Who::florist) == "permission_denied/role");
    CHECK(refusal("get_telegram_client", Who::guest) == "permission_denied/service_only");
    CHECK(refusal("register_telegram_client", Who::guest) == "permission_denied/service_only");
    CHECK(refusal("login", Who::customer) == "permission_denied/identity_mismatch");
    CHECK(refusal("login", Who::service) == "permission_denied/identity_mismatch");
    CHECK(refusal("get_current_user", Who::service) == "unauthenticated/");
    CHECK(refusal("create_review", Who::manager) == "permission_denied/role");

    const test::Reply denied =
        shop.call("create_product", Json::parse(R"({"name": "x", "type": "gifts", "price": 1})"),
                  Who::courier);
    CHECK(denied.error["details"]["required_permission"] == "create_products");
}

TEST_CASE("S5: a manager edits settings where the director allows it", "[matrix]") {
    test::ShopFixture shop = test::whole_shop();
    shop.execute("UPDATE shop SET manager_may_edit_settings = TRUE WHERE id = 8");

    CHECK(shop.call("update_shop_settings", {{"city", "Астана"}}, Who::manager).ok());
    CHECK(shop.text("SELECT city FROM shop WHERE id = 8") == "Астана");
}
