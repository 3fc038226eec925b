#pragma once

#include <cstdint>
#include <string>

#include "support/shop_fixture.hpp"
#include "tools/register_all.hpp"

/// Rows that warehouse tests start from. Orders are above the warehouse, so theirs are written here
/// directly, with just what a row must have.
namespace shopkeeper::test {

struct Stock : ShopFixture {
    Stock() : ShopFixture({tools::register_warehouse}) {}

    /// A new item with so much on hand, by the tool itself: the ledger begins with a delivery.
    std::int64_t item(const std::string& name, std::int64_t quantity,
                      std::int64_t min_quantity = 0) {
        const Reply made = call("add_warehouse_stock",
                                {{"item_name", name},
                                 {"quantity", quantity},
                                 {"min_quantity", min_quantity},
                                 {"cost_price", 150},
                                 {"retail_price", 270}},
                                Who::manager);
        return made.result.at("item").at("id").get<std::int64_t>();
    }

    /// An order of the shop without lines; `number` is 1, 2, ...
    std::int64_t order(int number, std::int64_t in_shop = 8) {
        const std::string digits = std::to_string(100000000 + in_shop * 1000 + number);
        const std::string order_number = "#0000" + std::to_string(number);
        const std::string phone = "+7700000" + digits.substr(5);
        execute(
            "INSERT INTO client (shop_id, phone, name, created_ms, updated_ms) "
            "VALUES ($1, $2, 'Сауле', 0, 0)",
            {in_shop, phone});
        execute(
            "INSERT INTO orders (shop_id, tracking_id, order_number, client_id, customer_name, "
            "phone, sender_phone, recipient_name, recipient_phone, delivery_type, "
            "time_precision, currency, subtotal_minor, delivery_cost_minor, total_minor, "
            "fingerprint, channel, channel_user_id, created_ms, updated_ms) "
            "SELECT $1, $2, $3, id, name, phone, phone, name, phone, 'pickup', 'unspecified', "
            "'KZT', 0, 0, 0, 'f', 'telegram', '700000001', 0, 0 "
            "FROM client WHERE shop_id = $1 AND phone = $4",
            {in_shop, digits, order_number, phone});
        return number_of("SELECT id FROM orders WHERE tracking_id = $1", digits);
    }

    std::int64_t on_hand(std::int64_t item) {
        return number("SELECT quantity FROM warehouse_item WHERE id = $1", {item});
    }

    std::int64_t events(std::string_view type) {
        return number("SELECT COUNT(*) FROM events WHERE type = $1", {type});
    }

    /// W1 for every item there is.
    bool ledgers_agree() {
        return number(
                   "SELECT COUNT(*) FROM warehouse_item item WHERE item.quantity <> COALESCE(("
                   "SELECT SUM(quantity_change) FROM stock_operation op "
                   "WHERE op.warehouse_item_id = item.id), 0) OR item.quantity <> COALESCE(("
                   "SELECT balance_after FROM stock_operation op WHERE op.warehouse_item_id = "
                   "item.id ORDER BY op.id DESC LIMIT 1), 0)") == 0;
    }

private:
    std::int64_t number_of(std::string_view sql, const std::string& value) {
        return number(sql, {value});
    }
};

}  // namespace shopkeeper::test
