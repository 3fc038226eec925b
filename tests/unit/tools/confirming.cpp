#include "unit/tools/confirming.hpp"

#include <catch2/catch.hpp>

namespace shopkeeper::test {
namespace {

constexpr const char* kOrder = "SELECT status || ' ' || payment_status FROM orders WHERE id = 1";
constexpr const char* kPrice = "SELECT CAST(price_minor AS TEXT) FROM product WHERE id = 1";
constexpr const char* kStock = "SELECT CAST(quantity AS TEXT) FROM warehouse_item WHERE id = 1";
constexpr const char* kReview =
    "SELECT status || ' ' || COALESCE(reply_text, '-') FROM review WHERE id = 1";
constexpr const char* kSettings =
    "SELECT confirmation || ' ' || CAST(confirm_price_percent AS TEXT) || ' ' || "
    "CAST(confirm_restock_units AS TEXT) FROM shop WHERE id = 8";

constexpr const char* kCancelled =
    "Оплаченный заказ #00001 на 1 000 ₸ будет отменён, деньги нужно будет вернуть.";

const Act kActs[] = {
    {"cancelling a paid order", "cancel_order", R"({"order_id": 1, "reason": "changed_mind"})",
     R"({"reason": "other"})", Who::director, Who::manager, kCancelled, kOrder, false},
    {"cancelling a paid order by proof", "cancel_order",
     R"({"tracking_id": "{tracking}", "reason": "changed_mind"})", R"({"reason": "other"})",
     Who::guest, Who::customer, kCancelled, kOrder, false},
    {"cancelling by status", "update_order_status",
     R"({"order_id": 1, "status": "cancelled", "notes": "duplicate"})", R"({"notes": "other"})",
     Who::florist, Who::manager, kCancelled, kOrder, false},
    {"a higher price", "update_product", R"({"product_id": 1, "price": 1300})",
     R"({"price": 1301})", Who::manager, Who::director,
     "Цена товара «Букет» изменится с 1 000 ₸ на 1 300 ₸ (+30 %).", kPrice, false},
    {"a lower price", "update_product", R"({"product_id": 1, "price": 500.5})", R"({"price": 500})",
     Who::manager, Who::director, "Цена товара «Букет» изменится с 1 000 ₸ на 500,50 ₸ (-49 %).",
     kPrice, false},
    {"a write-off", "record_warehouse_operation",
     R"({"warehouse_item_id": 1, "operation_type": "WRITE_OFF", "quantity": 5, "notes": "завяли"})",
     R"({"quantity": 6})", Who::florist, Who::manager, "Со склада будет списано: «Роза», 5 шт.",
     kStock, true},
    {"a bulk restock", "add_warehouse_stock", R"({"warehouse_item_id": 1, "quantity": 1001})",
     R"({"quantity": 1002})", Who::florist, Who::manager,
     "На склад будет принято: «Роза», 1001 шт.", kStock, true},
    {"a bulk restock of a new item", "add_warehouse_stock",
     R"({"item_name": "Тюльпан", "quantity": 5000, "unit": "стебель"})", R"({"quantity": 5001})",
     Who::manager, Who::director, "На склад будет принято: «Тюльпан», 5000 стебель.",
     "SELECT CAST(COALESCE(SUM(quantity), 0) AS TEXT) FROM warehouse_item WHERE id <> 1", true},
    {"a bulk restock by operation", "record_warehouse_operation",
     R"({"warehouse_item_id": 1, "operation_type": "IN", "quantity": 2000})",
     R"({"quantity": 2001})", Who::florist, Who::manager,
     "На склад будет принято: «Роза», 2000 шт.", kStock, true},
    {"publishing a review", "moderate_review", R"({"review_id": 1, "action": "publish"})",
     R"({"action": "reject", "reason": "спам"})", Who::manager, Who::director,
     "Отзыв № 1 будет опубликован.", kReview, false},
    {"replying to a review", "moderate_review",
     R"({"review_id": 1, "action": "reply", "reply_text": "Спасибо!"})", R"({"reply_text": "Нет"})",
     Who::manager, Who::director, "Под отзывом № 1 появится ответ магазина.", kReview, false},
    {"asking nobody any more", "update_shop_settings", R"({"confirmation": "off"})",
     R"({"city": "Астана"})", Who::director, Who::manager,
     "Магазин перестанет спрашивать подтверждение рискованных действий.", kSettings, false},
    {"asking less often", "update_shop_settings",
     R"({"confirm_price_percent": 50, "confirm_restock_units": 9})", R"({"city": "Астана"})",
     Who::director, Who::manager,
     "Подтверждать нужно будет меньше: цены — от 50 %, поступления — от 9 единиц.", kSettings,
     false},
};

}  // namespace

Scene::Scene(const std::string& path)
    : ShopFixture({tools::register_products, tools::register_orders, tools::register_warehouse,
                   tools::register_shop, tools::register_reviews},
                  kMonday10, path) {
    const Json item =
        done("add_warehouse_stock", {{"item_name", "Роза"}, {"quantity", 51}}, Who::manager);
    done("create_product",
         {{"name", "Букет"},
          {"type", "flowers"},
          {"price", 1000},
          {"recipe", {{{"warehouse_item_id", item.at("item").at("id")}, {"quantity", 1}}}}},
         Who::manager);
    const Json order = done("create_order",
                            {{"customer_name", "Сауле"},
                             {"customer_phone", "+77000001234"},
                             {"items", {{{"product_id", 1}, {"quantity", 1}}}},
                             {"delivery_type", "pickup"},
                             {"ask_delivery_time", true}},
                            Who::guest);
    tracking_id = order.at("tracking_id");
    done("update_order_status", {{"order_id", 1}, {"status", "paid"}}, Who::director);
    done("create_review", {{"target", "company"}, {"rating", 4}, {"text", "Хороший магазин"}},
         Who::guest);
    execute("UPDATE shop SET confirmation = 'risky', manager_may_edit_settings = TRUE");
}

Json Scene::done(std::string_view tool, Json arguments, Who who) {
    Reply reply = call(tool, std::move(arguments), who);
    INFO(tool << ": " << reply.error);
    REQUIRE(reply.ok());
    return std::move(reply.result);
}

std::int64_t Scene::rows_written() {
    return number(
        "SELECT (SELECT COUNT(*) FROM audit_log) + (SELECT COUNT(*) FROM events) + "
        "(SELECT COUNT(*) FROM outbox) + (SELECT COUNT(*) FROM stock_operation) + "
        "(SELECT COUNT(*) FROM order_history) + (SELECT COUNT(*) FROM idempotency_keys) + "
        "(SELECT COUNT(*) FROM warehouse_item) + (SELECT COUNT(*) FROM used_confirmation)");
}

Json Act::read(std::string text, const Scene& scene) {
    constexpr std::string_view kTracking = "{tracking}";
    if (const auto at = text.find(kTracking); at != std::string::npos)
        text.replace(at, kTracking.size(), scene.tracking_id);
    return Json::parse(text);
}

Json Act::other_call(const Scene& scene) const {
    Json other = call(scene);
    other.update(read(others, scene));
    return other;
}

std::span<const Act> risky_acts() {
    return kActs;
}

}  // namespace shopkeeper::test
