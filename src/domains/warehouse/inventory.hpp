#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

/// Counting the shelves: what was found is written down first and put into the ledger when somebody
/// with the right to do so applies it.
namespace shopkeeper::warehouse {

/// One shelf as it was found.
struct Count {
    std::int64_t warehouse_item_id = 0;
    std::int64_t actual_quantity = 0;
};

/// Either `items`, a new check, or `check_id`, an existing one that is applied.
struct CreateInventoryCheck {
    std::optional<std::vector<Count>> items;
    std::optional<std::string> conducted_by;
    std::optional<std::string> comment;
    std::optional<std::int64_t> check_id;
    bool apply = false;
};

struct InventoryLine {
    std::int64_t warehouse_item_id;
    std::string item_name;
    std::int64_t current_quantity;  ///< on hand when it was counted
    std::int64_t actual_quantity;
    std::int64_t difference;
};

struct InventoryCheck {
    shop::Shop shop;
    std::int64_t id;
    std::string status;  ///< pending, applied
    std::string conducted_by;
    std::optional<std::string> comment;
    UnixMs created_ms;
    std::optional<UnixMs> applied_ms;
    std::vector<InventoryLine> lines;  ///< in order of the item ids
    std::int64_t surplus = 0;
    std::int64_t shortage = 0;
    std::int64_t value_difference_minor = 0;  ///< differences at today's cost prices
    std::vector<Warning> warnings;
};

/// Writes down a count, applies one, or both. Applying adds each difference to the present on hand,
/// so that movements since the count survive.
/// Errors: invalid_argument (neither or both of items and check_id, check_id without apply, an item
/// twice), permission_denied (apply_inventory_checks), not_found (an item, the check),
/// conflict (`stock_changed`: a result below 0; `already_applied`).
/// Rule: domain W11, W12.
Result<InventoryCheck> create_inventory_check(storage::Connection& connection,
                                              const CallContext& context,
                                              const CreateInventoryCheck& command);

}  // namespace shopkeeper::warehouse
