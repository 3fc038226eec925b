#include "domains/warehouse/inventory.hpp"

#include <algorithm>
#include <set>

#include "base/json_writer.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "domains/warehouse/ledger.hpp"
#include "domains/warehouse/overpromised.hpp"
#include "journal/events.hpp"

namespace shopkeeper::warehouse {
namespace {

constexpr std::size_t kConductedByMax = 100;

constexpr std::string_view kInsertCheck = R"sql(
INSERT INTO inventory_check (shop_id, conducted_by, comment, created_by, created_ms, updated_ms)
VALUES ($1, $2, $3, $4, $5, $5)
RETURNING id
)sql";

constexpr std::string_view kInsertLine = R"sql(
INSERT INTO inventory_check_line (
    shop_id, check_id, warehouse_item_id, item_name, current_quantity, actual_quantity, difference)
VALUES ($1, $2, $3, $4, $5, $6, $7)
)sql";

/// Whoever changes the status applies the check; the second one changes no row. Rule: domain W12.
constexpr std::string_view kMarkApplied = R"sql(
UPDATE inventory_check
SET status = 'applied', applied_ms = $3, applied_by = $4, updated_ms = $3
WHERE shop_id = $1 AND id = $2 AND status = 'pending'
)sql";

constexpr std::string_view kFindCheck = R"sql(
SELECT id, status, conducted_by, comment, created_ms, applied_ms
FROM inventory_check
WHERE shop_id = $1 AND id = $2
)sql";

/// A long check says how far it is every so many lines.
constexpr std::size_t kLinesPerReport = 50;

constexpr std::string_view kLines = R"sql(
SELECT line.warehouse_item_id, line.item_name, line.current_quantity, line.actual_quantity,
       line.difference, item.cost_price_minor
FROM inventory_check_line line
JOIN warehouse_item item
  ON item.shop_id = line.shop_id AND item.id = line.warehouse_item_id
WHERE line.shop_id = $1 AND line.check_id = $2
ORDER BY line.warehouse_item_id
)sql";

Result<void> check_command(const CallContext& context, const CreateInventoryCheck& command) {
    if (command.apply && !context.caller.can(Permission::apply_inventory_checks)) {
        return permission_denied("role",
                                 "Applying a check needs the permission apply_inventory_checks. "
                                 "Leave apply out: a manager can apply the check by its id.",
                                 "apply_inventory_checks");
    }
    if (command.items.has_value() == command.check_id.has_value()) {
        return invalid_argument("items",
                                "Give exactly one of items (a new count) and check_id (a pending "
                                "check to be applied).",
                                {}, {"items", "check_id"});
    }
    if (command.check_id && !command.apply) {
        return invalid_argument("apply", "With check_id, apply must be true.", "false", {"true"});
    }
    if (command.check_id && (command.conducted_by || command.comment)) {
        return invalid_argument(command.comment ? "comment" : "conducted_by",
                                "This belongs to a new count; an existing check keeps its own.");
    }
    return {};
}

Result<std::int64_t> write_down(storage::Connection& connection, const CallContext& context,
                                const shop::Shop& shop, const CreateInventoryCheck& command) {
    std::vector<std::int64_t> ids;
    std::set<std::int64_t> seen;
    for (std::size_t i = 0; i < command.items->size(); ++i) {
        const std::int64_t id = (*command.items)[i].warehouse_item_id;
        if (!seen.insert(id).second) {
            return invalid_argument("items[" + std::to_string(i) + "].warehouse_item_id",
                                    "Each item is counted once in a check.", std::to_string(id));
        }
        ids.push_back(id);
    }
    // Locked, so that a check which is applied at once works on what it has just seen.
    const LockedItems items(connection, context, shop.id, ids);
    for (const std::int64_t id : ids) {
        if (items.find(id) == nullptr) return not_found("warehouse_item", id);
    }
    const std::string conducted_by = text::truncate(
        command.conducted_by ? *command.conducted_by : context.caller.name, kConductedByMax);
    const std::int64_t check_id = connection
                                      .query(kInsertCheck, {shop.id, conducted_by, command.comment,
                                                            context.caller.user_id, context.now_ms})
                                      .front()
                                      .get<std::int64_t>(0);
    for (const Count& count : *command.items) {
        const Level& level = *items.find(count.warehouse_item_id);
        connection.execute(kInsertLine,
                           {shop.id, check_id, level.warehouse_item_id, level.name, level.quantity,
                            count.actual_quantity, count.actual_quantity - level.quantity});
    }
    return check_id;
}

std::optional<InventoryCheck> find_check(storage::Connection& connection, const shop::Shop& shop,
                                         std::int64_t check_id) {
    const storage::Rows rows = connection.query(kFindCheck, {shop.id, check_id});
    if (rows.empty()) return std::nullopt;
    const storage::Row row = rows.front();
    InventoryCheck check{.shop = shop,
                         .id = row.get<std::int64_t>(0),
                         .status = row.get<std::string>(1),
                         .conducted_by = row.get<std::string>(2),
                         .comment = row.get<std::optional<std::string>>(3),
                         .created_ms = row.get<std::int64_t>(4),
                         .applied_ms = row.get<std::optional<std::int64_t>>(5),
                         .lines = {},
                         .warnings = {}};
    for (const storage::Row line : connection.query(kLines, {shop.id, check_id})) {
        check.lines.push_back({line.get<std::int64_t>(0), line.get<std::string>(1),
                               line.get<std::int64_t>(2), line.get<std::int64_t>(3),
                               line.get<std::int64_t>(4)});
        const std::int64_t difference = check.lines.back().difference;
        (difference > 0 ? check.surplus : check.shortage) += std::abs(difference);
        check.value_difference_minor = money::add(
            check.value_difference_minor, money::multiply(difference, line.get<std::int64_t>(5)));
    }
    return check;
}

/// The operation of one line; nullopt when it would leave less than nothing.
std::optional<Operation> apply_line(storage::Connection& connection, const CallContext& context,
                                    const InventoryCheck& check, const InventoryLine& line) {
    const std::int64_t shop_id = check.shop.id;
    std::optional<std::int64_t> balance;
    if (line.difference < 0) {
        balance =
            decrease(connection, shop_id, line.warehouse_item_id, -line.difference, context.now_ms);
    } else {
        balance =
            increase(connection, shop_id, line.warehouse_item_id, line.difference, context.now_ms);
    }
    if (!balance) return std::nullopt;
    Entry entry{};
    entry.type = OperationType::inventory;
    entry.warehouse_item_id = line.warehouse_item_id;
    entry.item_name = line.item_name;
    entry.quantity_change = line.difference;
    entry.balance_after = *balance;
    entry.description =
        std::string(label(entry.type, check.shop.locale)) + " № " + std::to_string(check.id);
    entry.inventory_check_id = check.id;
    return record(connection, context, check.shop, entry);
}

/// The whole check is one event. Rule: domain I12.
std::string operations_json(const InventoryCheck& check, const std::vector<Operation>& operations) {
    JsonWriter data;
    data.begin_object();
    data.field("inventory_check_id", check.id);
    data.field("operation_type", word(OperationType::inventory));
    data.key("items");
    data.begin_array();
    for (const Operation& operation : operations) {
        data.begin_object();
        data.field("warehouse_item_id", operation.warehouse_item_id);
        data.field("operation_id", operation.id);
        data.field("quantity_change", operation.quantity_change);
        data.field("balance_after", operation.balance_after);
        data.end_object();
    }
    data.end_array();
    data.end_object();
    return std::move(data).take();
}

std::string quantities_json(const LockedItems& before, const std::vector<Operation>& operations,
                            bool after) {
    JsonWriter json;
    json.begin_object();
    for (const Operation& operation : operations) {
        json.field(
            std::to_string(operation.warehouse_item_id),
            after ? operation.balance_after : before.find(operation.warehouse_item_id)->quantity);
    }
    json.end_object();
    return std::move(json).take();
}

Result<void> apply(storage::Connection& connection, const CallContext& context,
                   InventoryCheck& check) {
    const std::int64_t marked = connection.execute(
        kMarkApplied, {check.shop.id, check.id, context.now_ms, context.caller.user_id});
    if (marked == 0) {
        return conflict("already_applied", "This check has been applied already; make a new one.");
    }
    check.status = "applied";
    check.applied_ms = context.now_ms;

    std::vector<std::int64_t> ids;
    for (const InventoryLine& line : check.lines) ids.push_back(line.warehouse_item_id);
    LockedItems items(connection, context, check.shop.id, ids);
    std::vector<Operation> operations;
    for (std::size_t i = 0; i < check.lines.size(); ++i) {
        const InventoryLine& line = check.lines[i];
        if (i > 0 && i % kLinesPerReport == 0) {
            context.report(static_cast<double>(i), static_cast<double>(check.lines.size()),
                           "stock lines applied");
        }
        if (line.difference == 0) continue;
        auto operation = apply_line(connection, context, check, line);
        if (!operation) {
            return conflict("stock_changed",
                            "Since the count, so much of warehouse item " +
                                std::to_string(line.warehouse_item_id) +
                                " has left that the check would take it below 0. Nothing was "
                                "applied; count again.");
        }
        operations.push_back(std::move(*operation));
    }
    items.announce_low_stock();
    for (const Level& level : levels(connection, check.shop.id, ids, context.now_ms)) {
        if (level.available >= 0) continue;
        check.warnings.push_back(reserved_exceeds_stock(connection, check.shop.id,
                                                        level.warehouse_item_id, context.now_ms));
    }
    context.audit.before_json = quantities_json(items, operations, false);
    context.audit.after_json = quantities_json(items, operations, true);
    if (!operations.empty()) {
        journal::emit(connection, context, check.shop.id,
                      {"stock.changed", "inventory_check", std::to_string(check.id),
                       operations_json(check, operations)});
    }
    return {};
}

}  // namespace

Result<InventoryCheck> create_inventory_check(storage::Connection& connection,
                                              const CallContext& context,
                                              const CreateInventoryCheck& command) {
    const auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    if (const auto fits = check_command(context, command); !fits) return Refusal(fits.error());

    std::int64_t check_id = command.check_id.value_or(0);
    if (command.items) {
        const auto written = write_down(connection, context, *shop, command);
        if (!written) return Refusal(written.error());
        check_id = *written;
    }
    auto check = find_check(connection, *shop, check_id);
    if (!check) return not_found("inventory_check", check_id);
    context.audit.target_kind = "inventory_check";
    context.audit.target_id = std::to_string(check_id);
    if (command.apply) {
        if (const auto applied = apply(connection, context, *check); !applied) {
            return Refusal(applied.error());
        }
    }
    return std::move(*check);
}

}  // namespace shopkeeper::warehouse
