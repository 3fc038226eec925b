#include "unit/orders/orders_fixture.hpp"

#include <catch2/catch.hpp>

#include "tools/register_all.hpp"

namespace shopkeeper::test {
namespace {

constexpr std::string_view kItem = R"sql(
INSERT INTO warehouse_item (id, shop_id, name, name_folded, quantity, min_quantity, created_ms,
    updated_ms)
VALUES ($1, $2, $3, $3, $4, 0, $5, $5))sql";

constexpr std::string_view kDelivered = R"sql(
INSERT INTO stock_operation (shop_id, warehouse_item_id, operation_type, quantity_change,
    balance_after, description, actor_kind, created_ms)
VALUES ($1, $2, 'delivery', $3, $3, 'first delivery', 'system', $4))sql";

constexpr std::string_view kProduct = R"sql(
INSERT INTO product (id, shop_id, name, name_folded, price_minor, enabled, created_ms, updated_ms)
VALUES ($1, $2, $3, $3, $4, $5, $6, $6))sql";

constexpr std::string_view kRecipe = R"sql(
INSERT INTO recipe_line (shop_id, product_id, warehouse_item_id, quantity, is_optional)
VALUES (8, $1, $2, $3, $4))sql";

/// The parts of a row joined by "->" and ":", the rows by blanks.
std::string joined(const storage::Rows& rows) {
    std::string text;
    for (const storage::Row row : rows) {
        if (!text.empty()) text += ' ';
        text += row.get<std::string>(0);
    }
    return text;
}

void merge(Json& arguments, const Json& changes) {
    for (const auto& [name, value] : changes.items()) {
        if (value.is_null())
            arguments.erase(name);
        else
            arguments[name] = value;
    }
}

}  // namespace

OrdersFixture::OrdersFixture(UnixMs now_ms) : ShopFixture({tools::register_orders}, now_ms) {
    database->write([&](storage::Connection& connection) {
        const auto item = [&](std::int64_t id, const char* name, std::int64_t quantity) {
            connection.execute(kItem, {id, shop_id, name, quantity, now_ms});
            if (quantity > 0) connection.execute(kDelivered, {shop_id, id, quantity, now_ms});
        };
        item(kRoses, "роза", 50);
        item(kEucalyptus, "эвкалипт", 20);
        item(kRibbon, "лента", 0);
        const auto product = [&](std::int64_t id, std::int64_t shop, const char* name,
                                 std::int64_t price_minor, bool enabled) {
            connection.execute(kProduct, {id, shop, name, price_minor, enabled, now_ms});
        };
        product(kBouquet, shop_id, "Букет из 15 роз", 900'000, true);
        product(kSmall, shop_id, "Букет из 5 роз", 400'000, true);
        product(kCard, shop_id, "Открытка", 50'000, true);
        product(kRetired, shop_id, "Снят с продажи", 700'000, false);
        product(kForeign, other_shop_id, "Чужой букет", 100'000, true);
        connection.execute(kRecipe, {kBouquet, kRoses, 15, false});
        connection.execute(kRecipe, {kBouquet, kEucalyptus, 2, false});
        connection.execute(kRecipe, {kBouquet, kRibbon, 1, true});
        connection.execute(kRecipe, {kSmall, kRoses, 5, false});
    });
}

Json OrdersFixture::delivery(const Json& changes) {
    Json arguments = {{"customer_name", "Айгерим"},
                      {"customer_phone", "+77000001234"},
                      {"items", Json::array({{{"product_id", kBouquet}, {"quantity", 1}}})},
                      {"delivery_date", "завтра"},
                      {"delivery_time", "15:00"},
                      {"delivery_address", "ул. Примерная 5, кв. 7"}};
    merge(arguments, changes);
    return arguments;
}

Json OrdersFixture::pickup(const Json& changes) {
    Json arguments = delivery({{"delivery_type", "pickup"}, {"delivery_address", nullptr}});
    merge(arguments, changes);
    return arguments;
}

Json OrdersFixture::place(const Json& arguments, Who who) {
    const Reply reply = call("create_order", arguments, who);
    INFO(reply.error);
    REQUIRE(reply.ok());
    return reply.result;
}

Json OrdersFixture::move(std::int64_t order_id, const std::string& status, Json more) {
    more["order_id"] = order_id;
    more["status"] = status;
    const Reply reply = call("update_order_status", more, Who::director);
    INFO(reply.error);
    REQUIRE(reply.ok());
    return reply.result;
}

std::int64_t OrdersFixture::on_hand(std::int64_t item_id) {
    return number("SELECT quantity FROM warehouse_item WHERE shop_id = 8 AND id = $1", {item_id});
}

std::int64_t OrdersFixture::reserved(std::int64_t item_id) {
    return number(R"sql(
        SELECT COALESCE(SUM(reserved_quantity), 0) FROM reservation
        WHERE shop_id = 8 AND warehouse_item_id = $1 AND state = 'active'
          AND (expires_ms IS NULL OR expires_ms > $2))sql",
                  {item_id, clock.now_ms()});
}

std::int64_t OrdersFixture::ledger(std::int64_t order_id, std::int64_t item_id) {
    return number(R"sql(
        SELECT COALESCE(SUM(quantity_change), 0) FROM stock_operation
        WHERE shop_id = 8 AND order_id = $1 AND warehouse_item_id = $2)sql",
                  {order_id, item_id});
}

std::string OrdersFixture::movements(std::int64_t order_id, std::int64_t item_id) {
    return joined(rows(R"sql(
        SELECT operation_type || ':' || quantity_change FROM stock_operation
        WHERE shop_id = 8 AND order_id = $1 AND warehouse_item_id = $2 ORDER BY id)sql",
                       {order_id, item_id}));
}

std::string OrdersFixture::reservation_states(std::int64_t order_id) {
    return joined(
        rows("SELECT state FROM reservation WHERE shop_id = 8 AND order_id = $1 ORDER BY "
             "warehouse_item_id",
             {order_id}));
}

std::string OrdersFixture::events(std::int64_t order_id) {
    const std::string id = std::to_string(order_id);
    return joined(
        rows("SELECT type FROM events WHERE subject_kind = 'order' AND subject_id = $1 ORDER BY id",
             {id}));
}

std::string OrdersFixture::history(std::int64_t order_id) {
    return joined(rows(R"sql(
        SELECT field || ':' || COALESCE(old_value, '') || '->' || COALESCE(new_value, '')
        FROM order_history WHERE shop_id = 8 AND order_id = $1 ORDER BY id)sql",
                       {order_id}));
}

std::int64_t OrdersFixture::booked(std::int64_t slot_start_ms) {
    return number(
        "SELECT COALESCE(SUM(booked), 0) FROM slot_load WHERE shop_id = 8 AND slot_start_ms = $1",
        {slot_start_ms});
}

std::int64_t OrdersFixture::counter() {
    return number("SELECT COALESCE(SUM(value), 0) FROM order_counter WHERE shop_id = 8");
}

std::int64_t OrdersFixture::traces() {
    std::int64_t sum = counter();
    for (const char* table :
         {"orders", "order_line", "order_history", "reservation", "stock_operation", "slot_load",
          "events", "outbox", "client", "audit_log", "idempotency_keys", "order_photo"}) {
        sum += number(std::string("SELECT COUNT(*) FROM ") + table);
    }
    return sum + number("SELECT COALESCE(SUM(booked), 0) FROM slot_load") +
           number("SELECT COALESCE(SUM(version), 0) FROM orders") +
           number("SELECT SUM(quantity) FROM warehouse_item");
}

}  // namespace shopkeeper::test
