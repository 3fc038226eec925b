#include "domains/warehouse/ledger.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/json_writer.hpp"
#include "journal/events.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::warehouse {
namespace {

constexpr std::string_view kLock = R"sql(
UPDATE warehouse_item
SET lock_version = lock_version + 1
WHERE shop_id = $1 AND id = $2
)sql";

/// Of an item's active claims only those are read that ran out and were not swept yet, and the
/// claim of order $3: however many orders wait, they are few. The 0 tells PostgreSQL so: to a bound
/// on one side it would give a third of all, and plan the statement anew each time.
constexpr std::string_view kLevelsBefore = R"sql(
SELECT item.id, item.name, item.quantity, item.reserved, item.min_quantity,
       COALESCE((
           SELECT CAST(SUM(r.reserved_quantity) AS BIGINT)
           FROM reservation r
           WHERE r.shop_id = item.shop_id
             AND r.warehouse_item_id = item.id
             AND r.state = 'active'
             AND r.expires_ms BETWEEN 0 AND $2
             AND r.order_id <> $3), 0),
       COALESCE((
           SELECT r.reserved_quantity
           FROM reservation r
           WHERE r.shop_id = item.shop_id
             AND r.order_id = $3
             AND r.warehouse_item_id = item.id
             AND r.state = 'active'), 0)
FROM warehouse_item item
WHERE item.shop_id = $1
  AND item.id IN ()sql";

/// Claims that are about to be counted as run out. The sweep still finds them (O25).
constexpr std::string_view kRunOutBefore = R"sql(
UPDATE reservation
SET expires_ms = 0
WHERE shop_id = $1
  AND state = 'active'
  AND expires_ms BETWEEN 1 AND $2
  AND warehouse_item_id IN ()sql";

constexpr std::string_view kCountClaims = R"sql(
UPDATE warehouse_item
SET reserved = reserved + $3 * (
    SELECT r.reserved_quantity
    FROM reservation r
    WHERE r.shop_id = $1 AND r.order_id = $2 AND r.warehouse_item_id = warehouse_item.id)
WHERE shop_id = $1
  AND id IN (SELECT r.warehouse_item_id
             FROM reservation r
             WHERE r.shop_id = $1 AND r.order_id = $2 AND r.state = 'active')
)sql";

constexpr std::string_view kDecrease = R"sql(
UPDATE warehouse_item
SET quantity = quantity - $3, updated_ms = $4
WHERE shop_id = $1 AND id = $2 AND quantity >= $3
RETURNING quantity
)sql";

constexpr std::string_view kIncrease = R"sql(
UPDATE warehouse_item
SET quantity = quantity + $3, updated_ms = $4
WHERE shop_id = $1 AND id = $2
RETURNING quantity
)sql";

constexpr std::string_view kRecord = R"sql(
INSERT INTO stock_operation (
    shop_id, warehouse_item_id, operation_type, quantity_change, balance_after, description,
    old_value_minor, new_value_minor, order_id, inventory_check_id, actor_kind, user_id, forced,
    created_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
RETURNING id
)sql";

/// Who stands in the ledger; a guest acts as the customer that he is. Rule: domain W9.
std::string_view actor_kind(const CallContext& context) {
    if (context.source == "system") return "system";
    if (context.caller.is_staff()) return "staff";
    if (context.caller.is_service()) return "service";
    return "customer";
}

std::string changed_json(const shop::Shop& shop, const Entry& entry, std::int64_t operation_id) {
    JsonWriter data;
    data.begin_object();
    data.field("warehouse_item_id", entry.warehouse_item_id);
    data.field("operation_id", operation_id);
    data.field("operation_type", word(entry.type));
    data.field("quantity_change", entry.quantity_change);
    data.field("balance_after", entry.balance_after);
    if (entry.order != nullptr) data.field("order_id", entry.order->order_id);
    if (entry.new_value_minor) {
        data.raw_field("old_value", shop.major(entry.old_value_minor.value_or(0)));
        data.raw_field("new_value", shop.major(*entry.new_value_minor));
        data.field("currency", shop.currency.code);
    }
    data.field("forced", entry.forced);
    data.end_object();
    return std::move(data).take();
}

}  // namespace

std::string_view word(OperationType type) {
    switch (type) {
        case OperationType::delivery:
            return "delivery";
        case OperationType::sale:
            return "sale";
        case OperationType::writeoff:
            return "writeoff";
        case OperationType::take_back:
            return "return";
        case OperationType::inventory:
            return "inventory";
        case OperationType::price_change:
            break;
    }
    return "price_change";
}

std::string_view label(OperationType type, Locale locale) {
    constexpr Label kDelivery = {"Поступление", "Түсім", "Delivery"};
    constexpr Label kSale = {"Продажа", "Сату", "Sale"};
    constexpr Label kWriteoff = {"Списание", "Есептен шығару", "Write-off"};
    constexpr Label kTakeBack = {"Возврат", "Қайтару", "Return"};
    constexpr Label kInventory = {"Инвентаризация", "Түгендеу", "Stock count"};
    constexpr Label kPriceChange = {"Изменение цены", "Бағаның өзгеруі", "Price change"};
    switch (type) {
        case OperationType::delivery:
            return kDelivery.in(locale);
        case OperationType::sale:
            return kSale.in(locale);
        case OperationType::writeoff:
            return kWriteoff.in(locale);
        case OperationType::take_back:
            return kTakeBack.in(locale);
        case OperationType::inventory:
            return kInventory.in(locale);
        case OperationType::price_change:
            break;
    }
    return kPriceChange.in(locale);
}

std::string order_description(OperationType type, const OrderStock& order, Locale locale) {
    constexpr Label kForOrder = {" по заказу ", ", тапсырыс ", " for order "};
    std::string description(label(type, locale));
    description += kForOrder.in(locale);
    return description += order.order_number;
}

std::vector<Level> levels(storage::Connection& connection, std::int64_t shop_id,
                          std::span<const std::int64_t> warehouse_item_ids, UnixMs now_ms,
                          std::int64_t except_order_id) {
    std::vector<Level> found;
    for (const storage::Row row :
         storage::query_by_ids(connection, kLevelsBefore, warehouse_item_ids, ") ORDER BY item.id",
                               {shop_id, now_ms, except_order_id})) {
        const auto quantity = row.get<std::int64_t>(2);
        const auto reserved = row.get<std::int64_t>(3);
        const auto run_out = row.get<std::int64_t>(5);
        const auto own = row.get<std::int64_t>(6);
        found.push_back({row.get<std::int64_t>(0), row.get<std::string>(1), quantity,
                         quantity - reserved + run_out + own, row.get<std::int64_t>(4), run_out,
                         own});
    }
    return found;
}

const Level* find_level(std::span<const Level> levels, std::int64_t warehouse_item_id) {
    const auto level =
        std::lower_bound(levels.begin(), levels.end(), warehouse_item_id,
                         [](const Level& a, std::int64_t id) { return a.warehouse_item_id < id; });
    const bool is_found = level != levels.end() && level->warehouse_item_id == warehouse_item_id;
    return is_found ? &*level : nullptr;
}

void lock_item(storage::Connection& connection, std::int64_t shop_id,
               std::int64_t warehouse_item_id) {
    connection.execute_later(kLock, {shop_id, warehouse_item_id});
}

std::vector<std::int64_t> lock_items(storage::Connection& connection, std::int64_t shop_id,
                                     std::vector<std::int64_t> warehouse_item_ids) {
    std::sort(warehouse_item_ids.begin(), warehouse_item_ids.end());
    warehouse_item_ids.erase(std::unique(warehouse_item_ids.begin(), warehouse_item_ids.end()),
                             warehouse_item_ids.end());
    for (const std::int64_t id : warehouse_item_ids) lock_item(connection, shop_id, id);
    return warehouse_item_ids;
}

LockedItems::LockedItems(storage::Connection& connection, const CallContext& context,
                         std::int64_t shop_id, std::vector<std::int64_t> warehouse_item_ids)
    : connection_(connection),
      context_(context),
      shop_id_(shop_id),
      ids_(lock_items(connection, shop_id, std::move(warehouse_item_ids))),
      before_(levels(connection_, shop_id_, ids_, context_.now_ms)) {
    const bool some_ran_out = std::any_of(before_.begin(), before_.end(),
                                          [](const Level& level) { return level.run_out > 0; });
    if (!some_ran_out) return;
    storage::query_by_ids(connection_, kRunOutBefore, ids_, ") RETURNING id",
                          {shop_id_, context_.now_ms});
}

const Level* LockedItems::find(std::int64_t warehouse_item_id) const {
    return find_level(before_, warehouse_item_id);
}

void LockedItems::announce_low_stock() {
    announce_low_stock(levels(connection_, shop_id_, ids_, context_.now_ms));
}

void LockedItems::announce_low_stock(std::span<const Level> after) {
    for (const Level& now : after) {
        const Level* before = find(now.warehouse_item_id);
        if (!now.is_low() || before == nullptr || before->is_low()) continue;
        JsonWriter data;
        data.begin_object();
        data.field("warehouse_item_id", now.warehouse_item_id);
        data.field("available_quantity", now.available);
        data.field("min_quantity", now.min_quantity);
        data.end_object();
        journal::emit(connection_, context_, shop_id_,
                      {"stock.low", "warehouse_item", std::to_string(now.warehouse_item_id),
                       std::move(data).take()});
    }
}

void change_claims(storage::Connection& connection, std::int64_t shop_id, std::int64_t order_id,
                   const std::function<void()>& change) {
    connection.execute_later(kCountClaims, {shop_id, order_id, -1});
    change();
    connection.execute_later(kCountClaims, {shop_id, order_id, 1});
}

std::optional<std::int64_t> decrease(storage::Connection& connection, std::int64_t shop_id,
                                     std::int64_t warehouse_item_id, std::int64_t quantity,
                                     UnixMs now_ms) {
    const storage::Rows rows =
        connection.query(kDecrease, {shop_id, warehouse_item_id, quantity, now_ms});
    if (rows.empty()) return std::nullopt;
    return rows.front().get<std::int64_t>(0);
}

std::int64_t increase(storage::Connection& connection, std::int64_t shop_id,
                      std::int64_t warehouse_item_id, std::int64_t quantity, UnixMs now_ms) {
    const storage::Rows rows =
        connection.query(kIncrease, {shop_id, warehouse_item_id, quantity, now_ms});
    if (rows.empty()) throw std::logic_error("stock put on an item that the shop does not have");
    return rows.front().get<std::int64_t>(0);
}

Operation record(storage::Connection& connection, const CallContext& context,
                 const shop::Shop& shop, const Entry& entry) {
    const Caller& caller = context.caller;
    Operation operation{
        .id = 0,
        .warehouse_item_id = entry.warehouse_item_id,
        .item_name = std::string(entry.item_name),
        .operation_type = std::string(word(entry.type)),
        .quantity_change = entry.quantity_change,
        .balance_after = entry.balance_after,
        .description = entry.description,
        .old_value_minor = entry.old_value_minor,
        .new_value_minor = entry.new_value_minor,
        .order_id = {},
        .order_number = {},
        .user_id = {},
        .user_name = {},
        .forced = entry.forced,
        .created_ms = context.now_ms,
    };
    if (entry.order != nullptr) {
        operation.order_id = entry.order->order_id;
        operation.order_number = entry.order->order_number;
    }
    if (caller.is_staff()) {
        operation.user_id = caller.user_id;
        operation.user_name = caller.name;
    }
    const storage::Rows rows = connection.query(
        kRecord, {shop.id, entry.warehouse_item_id, word(entry.type), entry.quantity_change,
                  entry.balance_after, entry.description, entry.old_value_minor,
                  entry.new_value_minor, operation.order_id, entry.inventory_check_id,
                  actor_kind(context), operation.user_id, entry.forced, context.now_ms});
    operation.id = rows.front().get<std::int64_t>(0);
    if (!entry.inventory_check_id) {
        journal::emit(connection, context, shop.id,
                      {"stock.changed", "warehouse_item", std::to_string(entry.warehouse_item_id),
                       changed_json(shop, entry, operation.id)});
    }
    return operation;
}

}  // namespace shopkeeper::warehouse
