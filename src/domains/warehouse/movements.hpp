#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "domains/warehouse/items.hpp"
#include "domains/warehouse/stock.hpp"
#include "storage/database.hpp"

/// What staff put on the shelf and take from it by hand.
namespace shopkeeper::warehouse {

struct AddStock {
    std::optional<std::int64_t> warehouse_item_id;
    std::optional<std::string> item_name;
    std::int64_t quantity = 0;
    std::optional<std::string> notes;
    std::optional<money::Amount> cost_price;
    std::optional<money::Amount> retail_price;
    std::string kind = "flower";  ///< this and the next two only when the item is created
    std::string unit = "шт";
    std::int64_t min_quantity = 10;
};

enum class ManualOperation { in, out, write_off };

struct RecordOperation {
    std::int64_t warehouse_item_id = 0;
    ManualOperation type = ManualOperation::in;
    std::int64_t quantity = 0;  ///< OUT and WRITE_OFF accept the magnitude with either sign (W7)
    std::optional<std::string> notes;
    bool force = false;  ///< below what is promised; needs override_reservations (W8)
};

/// What a movement did: `operations` in the order they were written, the one asked for last.
struct Movement {
    shop::Shop shop;
    std::vector<Operation> operations;
    StockItem item;
    bool item_created = false;
    std::vector<Warning> warnings;
};

/// Goods arrived: by id, or by name, which creates the item when the shop has none of that name.
/// Changed prices are recorded before the delivery.
/// Errors: invalid_argument (both or neither of id and name, a price), not_found (the id),
/// permission_denied (create_warehouse_items, when a new item would be needed).
/// Rule: domain W6, W10.
Result<Movement> add_stock(storage::Connection& connection, const CallContext& context,
                           const AddStock& command);

/// One delivery, sale or write-off by hand.
/// Errors: invalid_argument (W7), not_found, permission_denied (force without the permission),
/// insufficient_stock (more than is free; with force: more than there is).
/// Rule: domain W7, W8.
Result<Movement> record_operation(storage::Connection& connection, const CallContext& context,
                                  const RecordOperation& command);

}  // namespace shopkeeper::warehouse
