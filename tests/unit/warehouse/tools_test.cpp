// The five warehouse tools through the whole gate: what staff see and do, and what it leaves
// behind.
#include <catch2/catch.hpp>

#include "domains/warehouse/stock.hpp"
#include "unit/warehouse/stock_rows.hpp"

using namespace shopkeeper;
using namespace shopkeeper::test;

namespace {

void promise(Stock& shop, std::int64_t order, std::int64_t item, std::int64_t quantity) {
    shop.with(Who::guest, [&](storage::Connection& connection, const CallContext& context) {
        const warehouse::Need needs[] = {{item, quantity}};
        REQUIRE(warehouse::reserve(connection, context, 8, order, needs, {}).empty());
        return 0;
    });
}

std::vector<std::string> names(const Reply& page) {
    std::vector<std::string> result;
    for (const Json& item : page.result.at("items")) result.push_back(item.at("name"));
    return result;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("A20: the warehouse is for staff who may see it", "[warehouse]") {
    Stock shop;
    const char* tool =
        GENERATE("list_warehouse_items", "get_warehouse_history", "add_warehouse_stock",
                 "record_warehouse_operation", "create_inventory_check");

    CHECK(shop.call(tool, Json::object(), Who::guest).code() == "unauthenticated");
    CHECK(shop.call(tool, Json::object(), Who::customer).code() == "permission_denied");
    CHECK(shop.call(tool, Json::object(), Who::courier).code() == "permission_denied");
    CHECK(shop.call(tool, Json::object(), Who::service).code() == "permission_denied");
}

TEST_CASE("C7, F13: items are listed by folded name, searched by stems, filtered and paged",
          "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("роза Красная", 50, 10);
    shop.item("Роза белая", 5, 10);
    shop.item("Ёлочка", 7, 1);
    shop.call("add_warehouse_stock",
              {{"item_name", "Лента"}, {"quantity", 30}, {"kind", "packaging"}}, Who::director);
    shop.call("add_warehouse_stock", {{"item_name", "Чужая роза"}, {"quantity", 1}},
              Who::other_director);
    const auto list = [&](Json arguments) {
        return shop.call("list_warehouse_items", std::move(arguments), Who::florist);
    };

    CHECK(names(list(Json::object())) == Names{"Ёлочка", "Лента", "Роза белая", "роза Красная"});
    CHECK(names(list({{"search", "КРАСНАЯ роза"}})) == Names{"роза Красная"});
    CHECK(names(list({{"search", "елочка"}})) == Names{"Ёлочка"});
    CHECK(names(list({{"search", "%"}})).size() == 4);  // C14: no word, so no narrowing
    CHECK(names(list({{"search", "_оза"}})).empty());
    CHECK(names(list({{"search", "белых роз"}})) == Names{"Роза белая"});
    CHECK(names(list({{"search", "раушан"}})).size() == 2);  // F4: Kazakh for rose
    CHECK(names(list({{"kind", "packaging"}})) == Names{"Лента"});
    CHECK(names(list({{"low_stock", true}})) == Names{"Роза белая"});

    promise(shop, shop.order(1), rose, 40);
    CHECK(names(list({{"low_stock", true}})) == Names{"Роза белая", "роза Красная"});  // W19

    const Reply page = list({{"skip", 1}, {"limit", 2}});
    CHECK(names(page) == Names{"Лента", "Роза белая"});
    CHECK(page.result.at("total") == 4);
    CHECK(page.result.at("has_more") == true);
}

TEST_CASE("W13: an item shows what is promised and what is free", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50, 10);
    promise(shop, shop.order(1), rose, 15);

    const Json item =
        shop.call("list_warehouse_items", Json::object(), Who::florist).result.at("items").at(0);

    CHECK(item.at("quantity") == 50);
    CHECK(item.at("reserved_quantity") == 15);
    CHECK(item.at("available_quantity") == 35);
    CHECK(item.at("is_low_stock") == false);
    CHECK(item.at("cost_price") == 150);  // M1
    CHECK(item.at("retail_price_display") == "270 ₸");
    CHECK(item.at("last_delivery_at") == "2026-11-23T10:00:00+05:00");  // C8
}

TEST_CASE("W10: stock is added by id, or by a name in any case", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза красная", 50);
    shop.clock.advance_hours(1);

    const Reply by_id = shop.call("add_warehouse_stock",
                                  {{"warehouse_item_id", rose}, {"quantity", "10"}}, Who::florist);
    const Reply by_name = shop.call(
        "add_warehouse_stock", {{"item_name", " РОЗА Красная "}, {"quantity", 5}}, Who::florist);

    CHECK(by_id.result.at("operation").at("balance_after") == 60);
    CHECK(by_id.result.at("operation").at("description") == "Поступление");  // W9
    CHECK(by_name.result.at("item_created") == false);
    CHECK(by_name.result.at("item").at("id") == rose);
    CHECK(by_name.result.at("item").at("last_delivery_at") == "2026-11-23T11:00:00+05:00");
    CHECK(shop.on_hand(rose) == 65);
    CHECK(shop.number("SELECT COUNT(*) FROM warehouse_item") == 1);
    CHECK(shop.ledgers_agree());
}

TEST_CASE("W10: a new name makes an item, for those who may", "[warehouse]") {
    Stock shop;
    const Json arguments = {{"item_name", "Пион"}, {"quantity", 9},     {"kind", "flower"},
                            {"unit", "стебель"},   {"min_quantity", 3}, {"cost_price", 900.5}};

    const Reply refused = shop.call("add_warehouse_stock", arguments, Who::florist);
    CHECK(refused.code() == "permission_denied");
    CHECK(refused.error.at("details").at("required_permission") == "create_warehouse_items");
    CHECK(shop.number("SELECT COUNT(*) FROM warehouse_item") == 0);

    const Reply made = shop.call("add_warehouse_stock", arguments, Who::manager);
    CHECK(made.result.at("item_created") == true);
    CHECK(made.result.at("operations").size() == 1);  // W6: a first price is no change
    CHECK(made.result.at("operation").at("operation_type") == "delivery");
    CHECK(made.result.at("item").at("unit") == "стебель");
    CHECK(made.result.at("item").at("cost_price") == 900.5);
    CHECK(shop.number("SELECT cost_price_minor FROM warehouse_item") == 90050);
    CHECK(shop.ledgers_agree());
}

TEST_CASE("W10, E2: the item is named in exactly one way, and is the shop's own", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const auto add = [&](Json arguments, Who who = Who::director) {
        return shop.call("add_warehouse_stock", std::move(arguments), who);
    };

    CHECK(add({{"quantity", 1}}).error.at("details").at("field") == "warehouse_item_id");
    CHECK(add({{"warehouse_item_id", rose}, {"item_name", "Роза"}, {"quantity", 1}}).code() ==
          "invalid_argument");
    CHECK(add({{"warehouse_item_id", rose}, {"quantity", 0}}).code() == "invalid_argument");
    CHECK(add({{"warehouse_item_id", rose}, {"quantity", 1000001}}).code() == "invalid_argument");
    CHECK(add({{"warehouse_item_id", rose}, {"quantity", 1}, {"cost_price", 1.005}}).code() ==
          "invalid_argument");  // M2
    const Reply unknown = add({{"warehouse_item_id", 999}, {"quantity", 1}});
    const Reply foreign = add({{"warehouse_item_id", rose}, {"quantity", 1}}, Who::other_director);
    CHECK(unknown.code() == "not_found");
    CHECK(foreign.code() == "not_found");  // E4
    CHECK(shop.on_hand(rose) == 50);
}

TEST_CASE("W6: each changed price is an operation of its own before the delivery", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);  // 150 / 270

    const Reply added = shop.call("add_warehouse_stock",
                                  {{"warehouse_item_id", rose},
                                   {"quantity", 10},
                                   {"cost_price", 165.5},
                                   {"retail_price", 270}},
                                  Who::manager);

    const Json& operations = added.result.at("operations");
    REQUIRE(operations.size() == 2);
    CHECK(operations[0].at("operation_type") == "price_change");
    CHECK(operations[0].at("old_value") == 150);
    CHECK(operations[0].at("new_value") == 165.5);
    CHECK(operations[0].at("quantity_change") == 0);
    CHECK(operations[0].at("balance_after") == 50);
    CHECK(operations[0].at("description") == "Закупочная цена");
    CHECK(operations[1].at("operation_type") == "delivery");
    CHECK(added.result.at("item").at("cost_price") == 165.5);
    CHECK(shop.ledgers_agree());
}

TEST_CASE("W7: the three manual operations and their signs", "[warehouse]") {
    struct Row {
        const char* type;
        int quantity;
        const char* notes;
        const char* expected;  // type in the ledger, or an error's field
        int balance;
    };
    const Row row = GENERATE(
        Row{"IN", 5, "", "delivery", 55}, Row{"in", 5, "привоз", "delivery", 55},
        Row{"приход", 5, "", "delivery", 55}, Row{"delivery", 5, "", "delivery", 55},
        Row{"OUT", 5, "", "sale", 45}, Row{"OUT", -5, "", "sale", 45},
        Row{"Расход", 5, "", "sale", 45}, Row{"WRITE_OFF", 5, "завяли", "writeoff", 45},
        Row{"списание", -5, "завяли", "writeoff", 45}, Row{"writeoff", 5, "завяли", "writeoff", 45},
        Row{"IN", -5, "", "quantity", 50}, Row{"IN", 0, "", "quantity", 50},
        Row{"OUT", 0, "", "quantity", 50}, Row{"WRITE_OFF", 5, "", "notes", 50},
        Row{"inventory", 5, "", "operation_type", 50},
        Row{"price_change", 5, "", "operation_type", 50});
    CAPTURE(row.type, row.quantity);
    Stock shop;
    const auto rose = shop.item("Роза", 50);

    const Reply reply = shop.call("record_warehouse_operation",
                                  {{"warehouse_item_id", rose},
                                   {"operation_type", row.type},
                                   {"quantity", row.quantity},
                                   {"notes", row.notes}},
                                  Who::florist);

    CHECK(shop.on_hand(rose) == row.balance);
    if (reply.ok()) {
        const Json& operation = reply.result.at("operation");
        CHECK(operation.at("operation_type") == row.expected);
        CHECK(operation.at("quantity_change") == row.balance - 50);  // W2
        CHECK(operation.at("user_name") == "Демо florist");          // W9
    } else {
        CHECK(reply.code() == "invalid_argument");
        CHECK(reply.error.at("details").at("field") == row.expected);
    }
    CHECK(shop.ledgers_agree());
}

TEST_CASE("W8: what is promised stays, unless a permitted user forces it", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 20);
    promise(shop, shop.order(1), rose, 15);
    const auto take = [&](int quantity, bool force, Who who) {
        return shop.call("record_warehouse_operation",
                         {{"warehouse_item_id", rose},
                          {"operation_type", "WRITE_OFF"},
                          {"quantity", quantity},
                          {"notes", "завяли"},
                          {"force", force}},
                         who);
    };

    const Reply refused = take(6, false, Who::florist);
    CHECK(refused.code() == "insufficient_stock");
    CHECK(refused.error.at("details").at("components").at(0).at("available") == 5);
    CHECK(take(6, true, Who::florist).code() == "permission_denied");
    CHECK(shop.on_hand(rose) == 20);

    const Reply allowed = take(5, true, Who::manager);
    CHECK(allowed.result.at("operation").at("forced") == false);  // nothing promised was taken
    CHECK(allowed.result.at("warnings").empty());

    const Reply forced = take(5, true, Who::manager);
    CHECK(forced.result.at("operation").at("forced") == true);
    CHECK(forced.result.at("warnings").at(0).at("code") == "reserved_exceeds_stock");
    CHECK(forced.result.at("warnings").at(0).at("message").get<std::string>().find("#00001") !=
          std::string::npos);
    CHECK(forced.result.at("item").at("available_quantity") == -5);
    const Json before = Json::parse(
        shop.text("SELECT before_json FROM audit_log WHERE tool = 'record_warehouse_operation' "
                  "ORDER BY id DESC LIMIT 1"));
    CHECK(before.at("quantity") == 15);  // I9
    CHECK(before.at("forced") == true);

    CHECK(take(11, true, Who::director).code() == "insufficient_stock");  // never below 0
    CHECK(shop.on_hand(rose) == 10);
    CHECK(shop.ledgers_agree());
}

TEST_CASE("I3: a repeated call with the same key moves nothing twice", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const Json arguments = {
        {"warehouse_item_id", rose}, {"quantity", 10}, {"idempotency_key", "k-1"}};

    const Reply first = shop.call("add_warehouse_stock", arguments, Who::florist);
    const Reply second = shop.call("add_warehouse_stock", arguments, Who::florist);

    CHECK(second.result.at("idempotent_replay") == true);
    CHECK(second.result.at("operation") == first.result.at("operation"));
    CHECK(shop.on_hand(rose) == 60);
}

TEST_CASE("3.4: the history of an item is newest first, by type and by page", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const auto lily = shop.item("Лилия", 1);
    for (int i = 1; i <= 3; ++i) {
        shop.clock.advance_minutes(1);
        shop.call("record_warehouse_operation",
                  {{"warehouse_item_id", rose}, {"operation_type", "OUT"}, {"quantity", i}},
                  Who::florist);
    }
    const auto history = [&](Json arguments, Who who = Who::florist) {
        arguments["warehouse_item_id"] = rose;
        return shop.call("get_warehouse_history", std::move(arguments), who);
    };

    const Reply all = history(Json::object());
    CHECK(all.result.at("total") == 4);
    CHECK(all.result.at("items").at(0).at("quantity_change") == -3);
    CHECK(all.result.at("items").at(3).at("operation_type") == "delivery");
    CHECK(all.result.at("item").at("quantity") == 44);
    CHECK(history({{"operation_type", "OUT"}}).result.at("total") == 3);
    CHECK(history({{"operation_type", "расход"}, {"limit", 2}}).result.at("has_more") == true);
    CHECK(history({{"operation_type", "inventory"}}).result.at("items").empty());
    CHECK(history(Json::object(), Who::other_director).code() == "not_found");
    CHECK(lily != rose);
}

TEST_CASE("W1: the history follows the ledger, not the clocks of calls that ran side by side",
          "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    // Each of these calls began before the one that it had to wait for.
    for (int i = 1; i <= 3; ++i) {
        shop.clock.advance_minutes(-1);
        REQUIRE(shop.call("record_warehouse_operation",
                          {{"warehouse_item_id", rose}, {"operation_type", "OUT"}, {"quantity", i}},
                          Who::florist)
                    .ok());
    }
    const auto balances = [&](Json arguments) {
        arguments["warehouse_item_id"] = rose;
        const Json page =
            shop.call("get_warehouse_history", std::move(arguments), Who::florist).result;
        Json found = Json::array();
        for (const Json& row : page.at("items")) found.push_back(row.at("balance_after"));
        return found;
    };

    CHECK(balances(Json::object()) == Json({44, 47, 49, 50}));
    CHECK(balances({{"limit", 2}}) == Json({44, 47}));
    CHECK(balances({{"limit", 2}, {"skip", 2}}) == Json({49, 50}));
    CHECK(balances({{"operation_type", "sale"}, {"skip", 1}}) == Json({47, 49}));
}

TEST_CASE("W11: a count is written down and changes nothing yet", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const auto lily = shop.item("Лилия", 10);

    const Reply check = shop.call("create_inventory_check",
                                  {{"items",
                                    {{{"warehouse_item_id", rose}, {"actual_quantity", 47}},
                                     {{"warehouse_item_id", lily}, {"actual_quantity", 11}}}},
                                   {"comment", "вечер"}},
                                  Who::florist);

    CHECK(check.result.at("status") == "pending");
    CHECK(check.result.at("conducted_by") == "Демо florist");
    CHECK(check.result.at("applied_at").is_null());
    CHECK(check.result.at("items").at(0).at("difference") == -3);
    CHECK(check.result.at("summary").at("surplus") == 1);
    CHECK(check.result.at("summary").at("shortage") == 3);
    CHECK(check.result.at("summary").at("value_difference") == -300);  // -3 and +1 at 150
    CHECK(check.result.at("summary").at("value_difference_display") == "-300 ₸");
    CHECK(shop.on_hand(rose) == 50);
    CHECK(shop.number("SELECT difference FROM inventory_check_line WHERE warehouse_item_id = $1",
                      {rose}) == -3);
}

TEST_CASE("W11: what a count may hold", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const auto check = [&](Json arguments, Who who = Who::director) {
        return shop.call("create_inventory_check", std::move(arguments), who);
    };
    const Json one = {{"warehouse_item_id", rose}, {"actual_quantity", 5}};

    CHECK(check({{"items", {one, one}}}).error.at("details").at("field") ==
          "items[1].warehouse_item_id");
    CHECK(check({{"items", {{{"warehouse_item_id", rose}, {"actual_quantity", -1}}}}}).code() ==
          "invalid_argument");
    CHECK(check({{"items", Json::array({one})}}, Who::other_director).code() == "not_found");
    CHECK(check(Json::object()).code() == "invalid_argument");
    CHECK(check({{"items", Json::array({one})}, {"check_id", 1}, {"apply", true}}).code() ==
          "invalid_argument");
    CHECK(check({{"check_id", 1}}).error.at("details").at("field") == "apply");
    CHECK(check({{"check_id", 1}, {"apply", true}}).code() == "not_found");
    CHECK(check({{"items", Json::array({one})}, {"apply", true}}, Who::florist)
              .error.at("details")
              .at("required_permission") == "apply_inventory_checks");
    CHECK(shop.number("SELECT COUNT(*) FROM inventory_check") == 0);
}

TEST_CASE("W12: applying adds the differences to what is there by then, once", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const auto lily = shop.item("Лилия", 10);
    const Reply counted = shop.call("create_inventory_check",
                                    {{"items",
                                      {{{"warehouse_item_id", rose}, {"actual_quantity", 47}},
                                       {{"warehouse_item_id", lily}, {"actual_quantity", 10}}}}},
                                    Who::florist);
    const Json by_id = {{"check_id", counted.result.at("id")}, {"apply", true}};
    shop.call("record_warehouse_operation",
              {{"warehouse_item_id", rose}, {"operation_type", "OUT"}, {"quantity", 5}},
              Who::florist);
    const auto changes = shop.events("stock.changed");

    const Reply applied = shop.call("create_inventory_check", by_id, Who::manager);
    const Reply again = shop.call("create_inventory_check", by_id, Who::manager);

    CHECK(applied.result.at("status") == "applied");
    CHECK(applied.result.at("applied_at") == "2026-11-23T10:00:00+05:00");
    CHECK(shop.on_hand(rose) == 42);  // the movement since the count survives
    CHECK(again.code() == "conflict");
    CHECK(again.reason() == "already_applied");
    CHECK(shop.on_hand(rose) == 42);
    CHECK(shop.number("SELECT COUNT(*) FROM stock_operation WHERE operation_type = 'inventory' "
                      "AND inventory_check_id = $1 AND quantity_change = -3",
                      {counted.result.at("id").get<std::int64_t>()}) == 1);
    CHECK(shop.number("SELECT COUNT(*) FROM stock_operation WHERE operation_type = 'inventory'") ==
          1);
    CHECK(shop.events("stock.changed") == changes + 1);  // I12: one event for the whole check
    CHECK(shop.ledgers_agree());
}

TEST_CASE("W12: a count that no longer fits is refused as a whole", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    const auto lily = shop.item("Лилия", 10);
    const Reply counted = shop.call("create_inventory_check",
                                    {{"items",
                                      {{{"warehouse_item_id", rose}, {"actual_quantity", 55}},
                                       {{"warehouse_item_id", lily}, {"actual_quantity", 2}}}}},
                                    Who::florist);
    shop.call("record_warehouse_operation",
              {{"warehouse_item_id", lily}, {"operation_type", "OUT"}, {"quantity", 5}},
              Who::florist);

    const Reply applied =
        shop.call("create_inventory_check",
                  {{"check_id", counted.result.at("id")}, {"apply", true}}, Who::manager);

    CHECK(applied.reason() == "stock_changed");
    CHECK(shop.on_hand(rose) == 50);
    CHECK(shop.text("SELECT status FROM inventory_check") == "pending");
    CHECK(shop.ledgers_agree());
}

TEST_CASE("W12: finding less than is promised is applied with a warning", "[warehouse]") {
    Stock shop;
    const auto rose = shop.item("Роза", 50);
    promise(shop, shop.order(1), rose, 40);

    const Reply applied = shop.call(
        "create_inventory_check",
        {{"items", {{{"warehouse_item_id", rose}, {"actual_quantity", 30}}}}, {"apply", true}},
        Who::director);

    CHECK(applied.result.at("warnings").at(0).at("code") == "reserved_exceeds_stock");
    CHECK(shop.on_hand(rose) == 30);
    const std::string audit = shop.text(
        "SELECT before_json || after_json FROM audit_log WHERE tool = 'create_inventory_check'");
    CHECK(audit == "{\"" + std::to_string(rose) + "\":50}{\"" + std::to_string(rose) + "\":30}");
}
