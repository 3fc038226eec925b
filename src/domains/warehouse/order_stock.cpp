#include <algorithm>
#include <stdexcept>

#include "domains/warehouse/ledger.hpp"
#include "domains/warehouse/stock.hpp"

/// What assembling, rework and cancelling an order do to on hand. Rule: domain O24.
namespace shopkeeper::warehouse {
namespace {

constexpr std::string_view kSetState = R"sql(
UPDATE reservation
SET state = $4, expires_ms = NULL, updated_ms = $5
WHERE shop_id = $1 AND order_id = $2 AND state = $3
)sql";

/// What the order took and did not bring back. The ledger knows it exactly, optional components
/// included, which are never reserved (W17) and so have no row among the reservations.
constexpr std::string_view kTaken = R"sql(
SELECT warehouse_item_id, CAST(-SUM(quantity_change) AS BIGINT)
FROM stock_operation
WHERE shop_id = $1 AND order_id = $2
GROUP BY warehouse_item_id
HAVING SUM(quantity_change) < 0
ORDER BY warehouse_item_id
)sql";

std::vector<std::int64_t> ids_of(std::span<const Need> needs) {
    std::vector<std::int64_t> ids;
    for (const Need& need : needs) ids.push_back(need.warehouse_item_id);
    return ids;
}

/// The active claims of the order as needs.
/// Throws std::logic_error when one has run out: its stock may be promised to others by now.
std::vector<Need> claims(storage::Connection& connection, std::int64_t shop_id,
                         std::int64_t order_id, UnixMs now_ms) {
    std::vector<Need> result;
    for (const Reservation& row : reservations(connection, shop_id, order_id)) {
        if (row.state != "active") continue;
        if (!row.counts(now_ms)) throw std::logic_error("an expired reservation is consumed");
        result.push_back({row.warehouse_item_id, row.reserved_quantity});
    }
    return result;
}

/// What is sold: every claim, and of the optional components what nobody else was promised.
std::vector<Need> with_optional(std::vector<Need> claimed, std::span<const Need> optional,
                                const LockedItems& items) {
    std::vector<Need> sold = std::move(claimed);
    for (const Need& extra : optional) {
        const Level* level = items.find(extra.warehouse_item_id);
        if (level == nullptr) continue;
        const std::int64_t quantity = std::clamp<std::int64_t>(level->available, 0, extra.quantity);
        if (quantity == 0) continue;
        const auto same = std::find_if(sold.begin(), sold.end(), [&](const Need& need) {
            return need.warehouse_item_id == extra.warehouse_item_id;
        });
        if (same != sold.end())
            same->quantity += quantity;
        else
            sold.push_back({extra.warehouse_item_id, quantity});
    }
    std::sort(sold.begin(), sold.end(), [](const Need& a, const Need& b) {
        return a.warehouse_item_id < b.warehouse_item_id;
    });
    return sold;
}

Entry entry_of(OperationType type, const Need& need, const LockedItems& items,
               const shop::Shop& shop, const OrderStock& order) {
    Entry entry{};
    entry.type = type;
    entry.warehouse_item_id = need.warehouse_item_id;
    entry.item_name = items.find(need.warehouse_item_id)->name;
    entry.description = order_description(type, order, shop.locale);
    entry.order = &order;
    return entry;
}

std::vector<Need> taken(storage::Connection& connection, std::int64_t shop_id,
                        std::int64_t order_id) {
    std::vector<Need> result;
    for (const storage::Row row : connection.query(kTaken, {shop_id, order_id})) {
        result.push_back({row.get<std::int64_t>(0), row.get<std::int64_t>(1)});
    }
    return result;
}

void set_state(storage::Connection& connection, std::int64_t shop_id, const OrderStock& order,
               std::string_view from, std::string_view to, UnixMs now_ms) {
    change_claims(connection, shop_id, order.order_id, [&] {
        connection.execute(kSetState, {shop_id, order.order_id, from, to, now_ms});
    });
}

Operation put_back(storage::Connection& connection, const CallContext& context,
                   const shop::Shop& shop, Entry entry, std::int64_t quantity) {
    entry.quantity_change = quantity;
    entry.balance_after =
        increase(connection, shop.id, entry.warehouse_item_id, quantity, context.now_ms);
    return record(connection, context, shop, entry);
}

}  // namespace

Result<std::vector<Operation>> consume(storage::Connection& connection, const CallContext& context,
                                       const shop::Shop& shop, const OrderStock& order,
                                       std::span<const Need> optional_needs) {
    std::vector<Need> claimed = claims(connection, shop.id, order.order_id, context.now_ms);
    std::vector<std::int64_t> ids = ids_of(claimed);
    for (const std::int64_t id : ids_of(optional_needs)) ids.push_back(id);
    LockedItems items(connection, context, shop.id, std::move(ids));

    std::vector<Operation> operations;
    ErrorDetails shortage;
    for (const Need& need : with_optional(std::move(claimed), optional_needs, items)) {
        const auto balance =
            decrease(connection, shop.id, need.warehouse_item_id, need.quantity, context.now_ms);
        if (!balance) {
            const Level* level = items.find(need.warehouse_item_id);
            shortage.components.push_back(
                {need.warehouse_item_id, level->name, need.quantity, level->quantity});
            continue;
        }
        Entry entry = entry_of(OperationType::sale, need, items, shop, order);
        entry.quantity_change = -need.quantity;
        entry.balance_after = *balance;
        operations.push_back(record(connection, context, shop, entry));
    }
    if (!shortage.components.empty()) {
        return refuse(ErrorCode::insufficient_stock,
                      "There is less on the shelf than this order was promised. Count the named "
                      "components, add stock, then assemble again.",
                      std::move(shortage));
    }
    set_state(connection, shop.id, order, "active", "consumed", context.now_ms);
    items.announce_low_stock();
    return operations;
}

std::vector<Operation> return_to_reserved(storage::Connection& connection,
                                          const CallContext& context, const shop::Shop& shop,
                                          const OrderStock& order) {
    const std::vector<Need> needs = taken(connection, shop.id, order.order_id);
    LockedItems items(connection, context, shop.id, ids_of(needs));
    std::vector<Operation> operations;
    for (const Need& need : needs) {
        operations.push_back(put_back(connection, context, shop,
                                      entry_of(OperationType::take_back, need, items, shop, order),
                                      need.quantity));
    }
    set_state(connection, shop.id, order, "consumed", "active", context.now_ms);
    return operations;
}

std::vector<Operation> restock(storage::Connection& connection, const CallContext& context,
                               const shop::Shop& shop, const OrderStock& order, bool write_off) {
    const std::vector<Need> needs = taken(connection, shop.id, order.order_id);
    LockedItems items(connection, context, shop.id, ids_of(needs));
    std::vector<Operation> operations;
    for (const Need& need : needs) {
        operations.push_back(put_back(connection, context, shop,
                                      entry_of(OperationType::take_back, need, items, shop, order),
                                      need.quantity));
        if (!write_off) continue;
        Entry entry = entry_of(OperationType::writeoff, need, items, shop, order);
        entry.quantity_change = -need.quantity;
        // Just put there by the statement above, in the same transaction.
        entry.balance_after =
            decrease(connection, shop.id, need.warehouse_item_id, need.quantity, context.now_ms)
                .value();
        operations.push_back(record(connection, context, shop, entry));
    }
    set_state(connection, shop.id, order, "consumed", "released", context.now_ms);
    return operations;
}

}  // namespace shopkeeper::warehouse
