#include "domains/warehouse/movements.hpp"

#include <cstdlib>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "domains/shop/confirmation.hpp"
#include "domains/warehouse/ledger.hpp"
#include "domains/warehouse/overpromised.hpp"

namespace shopkeeper::warehouse {
namespace {

/// Two callers may bring the same new name: the constraint decides, the loser finds the row.
constexpr std::string_view kCreate = R"sql(
INSERT INTO warehouse_item (
    shop_id, name, name_folded, kind, unit, cost_price_minor, retail_price_minor, min_quantity,
    created_ms, updated_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
ON CONFLICT (shop_id, name_folded) DO NOTHING
)sql";

constexpr std::string_view kSetCostPrice = R"sql(
UPDATE warehouse_item
SET cost_price_minor = $3, updated_ms = $4
WHERE shop_id = $1 AND id = $2
RETURNING quantity
)sql";

constexpr std::string_view kSetRetailPrice = R"sql(
UPDATE warehouse_item
SET retail_price_minor = $3, updated_ms = $4
WHERE shop_id = $1 AND id = $2
RETURNING quantity
)sql";

constexpr std::string_view kSetLastDelivery = R"sql(
UPDATE warehouse_item
SET last_delivery_ms = $3
WHERE shop_id = $1 AND id = $2
)sql";

constexpr Label kCostPrice = {"Закупочная цена", "Сатып алу бағасы", "Cost price"};
constexpr Label kRetailPrice = {"Розничная цена", "Бөлшек баға", "Retail price"};

/// The prices of a delivery in minor units, where they were given.
struct Prices {
    std::optional<std::int64_t> cost_minor;
    std::optional<std::int64_t> retail_minor;
};

Result<Prices> prices_of(const AddStock& command, const shop::Shop& shop) {
    Prices prices;
    if (command.cost_price) {
        auto minor = money::to_minor(*command.cost_price, shop.currency, "cost_price");
        if (!minor) return Refusal(minor.error());
        prices.cost_minor = *minor;
    }
    if (command.retail_price) {
        auto minor = money::to_minor(*command.retail_price, shop.currency, "retail_price");
        if (!minor) return Refusal(minor.error());
        prices.retail_minor = *minor;
    }
    return prices;
}

/// The item that the goods belong to, locked; absent when its name is new and may be. Rule: W10.
Result<std::optional<StockItem>> known_item(storage::Connection& connection,
                                            const CallContext& context, const shop::Shop& shop,
                                            const AddStock& command) {
    if (command.warehouse_item_id) {
        lock_item(connection, shop.id, *command.warehouse_item_id);
        auto item = find_item(connection, shop.id, *command.warehouse_item_id, context.now_ms);
        if (!item) return not_found("warehouse_item", *command.warehouse_item_id);
        return item;
    }
    if (const auto item =
            find_item_by_name(connection, shop.id, *command.item_name, context.now_ms)) {
        lock_item(connection, shop.id, item->id);
        return find_item(connection, shop.id, item->id, context.now_ms);
    }
    if (!context.caller.can(Permission::create_warehouse_items)) {
        return permission_denied(
            "role",
            "No warehouse item has this item_name, and creating one needs the permission "
            "create_warehouse_items. Use the name of an existing item, or ask a manager.",
            "create_warehouse_items");
    }
    return std::optional<StockItem>();
}

struct Target {
    StockItem item;
    bool is_new;
};

Target create_item(storage::Connection& connection, const CallContext& context,
                   const shop::Shop& shop, const AddStock& command, const Prices& prices) {
    const std::string& name = *command.item_name;
    const std::string folded = text::fold(name);
    const std::int64_t created = connection.execute(
        kCreate, {shop.id, name, folded, command.kind, command.unit, prices.cost_minor.value_or(0),
                  prices.retail_minor.value_or(0), command.min_quantity, context.now_ms});
    const std::int64_t id = find_item_by_name(connection, shop.id, name, context.now_ms).value().id;
    lock_item(connection, shop.id, id);
    return Target{find_item(connection, shop.id, id, context.now_ms).value(), created == 1};
}

Entry entry_of(OperationType type, const StockItem& item, const shop::Shop& shop,
               const std::optional<std::string>& notes) {
    Entry entry{};
    entry.type = type;
    entry.warehouse_item_id = item.id;
    entry.item_name = item.name;
    entry.description = notes.value_or(std::string(label(type, shop.locale)));
    return entry;
}

/// One price_change row, unless the price is what it was. Rule: domain W6.
void change_price(storage::Connection& connection, const CallContext& context, Movement& movement,
                  std::string_view statement, const Label& what, std::int64_t old_minor,
                  std::optional<std::int64_t> new_minor) {
    if (!new_minor || *new_minor == old_minor) return;
    const std::int64_t quantity =
        connection
            .query(statement, {movement.shop.id, movement.item.id, *new_minor, context.now_ms})
            .front()
            .get<std::int64_t>(0);
    Entry entry = entry_of(OperationType::price_change, movement.item, movement.shop,
                           std::string(what.in(movement.shop.locale)));
    entry.balance_after = quantity;
    entry.old_value_minor = old_minor;
    entry.new_value_minor = *new_minor;
    movement.operations.push_back(record(connection, context, movement.shop, entry));
}

void deliver(storage::Connection& connection, const CallContext& context, Movement& movement,
             std::int64_t quantity, const std::optional<std::string>& notes) {
    const shop::Shop& shop = movement.shop;
    Entry entry = entry_of(OperationType::delivery, movement.item, shop, notes);
    entry.quantity_change = quantity;
    entry.balance_after = increase(connection, shop.id, movement.item.id, quantity, context.now_ms);
    movement.operations.push_back(record(connection, context, shop, entry));
    connection.execute(kSetLastDelivery, {shop.id, movement.item.id, context.now_ms});
}

Refusal too_much(const StockItem& item, std::int64_t quantity, std::int64_t left,
                 std::string message) {
    ErrorDetails details;
    details.field = "quantity";
    details.given = std::to_string(quantity);
    details.components.push_back({item.id, item.name, quantity, left});
    return refuse(ErrorCode::insufficient_stock, std::move(message), std::move(details));
}

/// OUT and WRITE_OFF. What is promised to orders stays on the shelf unless a permitted user forces
/// it; what is not there cannot be taken by anybody. Rule: domain W8.
Result<void> take(storage::Connection& connection, const CallContext& context, Movement& movement,
                  OperationType type, std::int64_t quantity, const RecordOperation& command) {
    const shop::Shop& shop = movement.shop;
    LockedItems items(connection, context, shop.id, {movement.item.id});
    const Level& level = *items.find(movement.item.id);
    const bool breaks_promises = quantity > level.available;
    if (breaks_promises && !command.force) {
        const std::int64_t left = level.available > 0 ? level.available : 0;
        return too_much(movement.item, quantity, left,
                        "Only " + std::to_string(left) +
                            " are free: the rest is reserved for orders. Take at most that, or "
                            "repeat with force (needs override_reservations).");
    }
    const auto balance = decrease(connection, shop.id, movement.item.id, quantity, context.now_ms);
    if (!balance) {
        return too_much(
            movement.item, quantity, level.quantity,
            "Only " + std::to_string(level.quantity) + " are on hand; on hand never goes below 0.");
    }
    if (type == OperationType::writeoff) {
        const auto risk =
            shop::risk_of_write_off(shop, movement.item.name, movement.item.unit, quantity);
        if (auto agreed = shop::agree(context, shop, risk); !agreed) return agreed;
    }
    Entry entry = entry_of(type, movement.item, shop, command.notes);
    entry.quantity_change = -quantity;
    entry.balance_after = *balance;
    entry.forced = breaks_promises;
    movement.operations.push_back(record(connection, context, shop, entry));
    items.announce_low_stock();
    if (breaks_promises) {
        movement.warnings.push_back(
            reserved_exceeds_stock(connection, shop.id, movement.item.id, context.now_ms));
    }
    return {};
}

std::string level_json(const StockItem& item, bool forced) {
    JsonWriter json;
    json.begin_object();
    json.field("quantity", item.quantity);
    json.field("reserved_quantity", item.reserved_quantity);
    json.field("cost_price_minor", item.cost_price_minor);
    json.field("retail_price_minor", item.retail_price_minor);
    json.field("forced", forced);
    json.end_object();
    return std::move(json).take();
}

/// Reads the item again, as the movement left it, and says so in the audit.
void finish(storage::Connection& connection, const CallContext& context, Movement& movement) {
    const bool forced = movement.operations.back().forced;
    context.audit.target_kind = "warehouse_item";
    context.audit.target_id = std::to_string(movement.item.id);
    if (!movement.item_created) context.audit.before_json = level_json(movement.item, forced);
    movement.item =
        find_item(connection, movement.shop.id, movement.item.id, context.now_ms).value();
    context.audit.after_json = level_json(movement.item, forced);
}

}  // namespace

Result<Movement> add_stock(storage::Connection& connection, const CallContext& context,
                           const AddStock& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    if (command.warehouse_item_id.has_value() == command.item_name.has_value()) {
        return invalid_argument("warehouse_item_id",
                                "Name the item by exactly one of warehouse_item_id and item_name.",
                                {}, {"warehouse_item_id", "item_name"});
    }
    const auto prices = prices_of(command, *shop);
    if (!prices) return Refusal(prices.error());
    auto known = known_item(connection, context, *shop, command);
    if (!known) return Refusal(known.error());
    const auto risk =
        shop::risk_of_restock(*shop, *known ? (*known)->name : *command.item_name,
                              *known ? (*known)->unit : command.unit, command.quantity);
    if (auto agreed = shop::agree(context, *shop, risk); !agreed) return Refusal(agreed.error());
    Target target = *known ? Target{std::move(**known), false}
                           : create_item(connection, context, *shop, command, *prices);

    Movement movement{std::move(*shop), {}, std::move(target.item), target.is_new, {}};
    change_price(connection, context, movement, kSetCostPrice, kCostPrice,
                 movement.item.cost_price_minor, prices->cost_minor);
    change_price(connection, context, movement, kSetRetailPrice, kRetailPrice,
                 movement.item.retail_price_minor, prices->retail_minor);
    deliver(connection, context, movement, command.quantity, command.notes);
    finish(connection, context, movement);
    return movement;
}

Result<Movement> record_operation(storage::Connection& connection, const CallContext& context,
                                  const RecordOperation& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    if (command.force && !context.caller.can(Permission::override_reservations)) {
        return permission_denied("role",
                                 "force takes what is reserved for orders and needs the permission "
                                 "override_reservations. Leave force out, or ask a manager.",
                                 "override_reservations");
    }
    const bool is_delivery = command.type == ManualOperation::in;
    if (command.quantity == 0 || (is_delivery && command.quantity < 0)) {
        return invalid_argument("quantity",
                                is_delivery ? "quantity of an IN operation is above 0."
                                            : "quantity is how many pieces leave; it is not 0.",
                                std::to_string(command.quantity));
    }
    if (command.type == ManualOperation::write_off && !command.notes) {
        return invalid_argument("notes", "A WRITE_OFF needs notes that say why.");
    }
    lock_item(connection, shop->id, command.warehouse_item_id);
    auto item = find_item(connection, shop->id, command.warehouse_item_id, context.now_ms);
    if (!item) return not_found("warehouse_item", command.warehouse_item_id);

    Movement movement{std::move(*shop), {}, std::move(*item), false, {}};
    if (is_delivery) {
        const auto risk = shop::risk_of_restock(movement.shop, movement.item.name,
                                                movement.item.unit, command.quantity);
        if (auto agreed = shop::agree(context, movement.shop, risk); !agreed)
            return Refusal(agreed.error());
        deliver(connection, context, movement, command.quantity, command.notes);
    } else {
        const OperationType type =
            command.type == ManualOperation::out ? OperationType::sale : OperationType::writeoff;
        const auto taken =
            take(connection, context, movement, type, std::abs(command.quantity), command);
        if (!taken) return Refusal(taken.error());
    }
    finish(connection, context, movement);
    return movement;
}

}  // namespace shopkeeper::warehouse
