#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/call_context.hpp"
#include "base/locale.hpp"
#include "domains/warehouse/stock.hpp"
#include "storage/database.hpp"

/// What every change of stock is made of: lock the items, move on hand by one conditional
/// statement, write the ledger row that tells of it. For the verbs of this folder only.
namespace shopkeeper::warehouse {

/// Rule: domain W2, which also says what sign each may have.
enum class OperationType { delivery, sale, writeoff, take_back, inventory, price_change };

std::string_view word(OperationType type);
/// "Поступление": the description of an operation that was given none. Rule: domain W9.
std::string_view label(OperationType type, Locale locale);
/// "Продажа по заказу #00012". Rule: domain O29.
std::string order_description(OperationType type, const OrderStock& order, Locale locale);

/// How much there is of an item, and how much of it is free.
struct Level {
    std::int64_t warehouse_item_id;
    std::string name;
    std::int64_t quantity;   ///< on hand
    std::int64_t available;  ///< on hand minus the claims that count (W13); negative after force
    std::int64_t min_quantity;
    std::int64_t run_out;  ///< of others: claims that ran out and were not swept yet
    std::int64_t own;      ///< active claims of the excepted order, whether they ran out or not

    bool is_low() const { return available <= min_quantity; }
};

/// In order of the ids; items that do not exist in the shop are left out.
/// `except_order_id`: whose own claims do not count (W16); 0: everybody's do.
std::vector<Level> levels(storage::Connection& connection, std::int64_t shop_id,
                          std::span<const std::int64_t> warehouse_item_ids, UnixMs now_ms,
                          std::int64_t except_order_id = 0);

/// The level of an item; nullptr when it is not among them. REQUIRES: in order of the ids.
const Level* find_level(std::span<const Level> levels, std::int64_t warehouse_item_id);

/// Takes the row's lock to the end of the transaction (W4). An unknown id locks nothing.
void lock_item(storage::Connection& connection, std::int64_t shop_id,
               std::int64_t warehouse_item_id);

/// The same for several, in ascending order whatever order they come in (W5); returns them so,
/// each once. A transaction locks all the items it will need by one call: two calls could meet
/// another transaction crosswise.
std::vector<std::int64_t> lock_items(storage::Connection& connection, std::int64_t shop_id,
                                     std::vector<std::int64_t> warehouse_item_ids);

/// The items of one change, locked in ascending order (W5) and read after that (W4): from here to
/// the end of the transaction nobody else moves or promises them. Claims on them that have run out
/// by this caller's clock do not count, so they have run out for everybody from then on: an order
/// whose clock is a moment behind must win them back like any other. Lives as long as the verb.
class LockedItems {
public:
    LockedItems(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
                std::vector<std::int64_t> warehouse_item_ids);

    /// The level before the change; nullptr when the shop has no such item.
    const Level* find(std::int64_t warehouse_item_id) const;

    /// The levels before the change.
    const std::vector<Level>& before() const { return before_; }

    /// To be called when the change is complete: emits stock.low for each item that was not low
    /// before and is now, so once per crossing. Rule: domain W19.
    void announce_low_stock();
    /// The same for who knows the levels after the change without reading them.
    void announce_low_stock(std::span<const Level> after);

private:
    storage::Connection& connection_;
    const CallContext& context_;
    std::int64_t shop_id_;
    std::vector<std::int64_t> ids_;
    std::vector<Level> before_;
};

/// Runs `change`, which inserts, consumes, releases or revives claims of this order, and keeps
/// `warehouse_item.reserved` in step with them; while it runs, the order's claims are not in it.
/// REQUIRES: an open write transaction. Rule: domain W13.
void change_claims(storage::Connection& connection, std::int64_t shop_id, std::int64_t order_id,
                   const std::function<void()>& change);

/// On hand minus `quantity`, as one conditional statement; the new balance, or nullopt when there
/// is less than that (nothing changed). REQUIRES: quantity > 0. Rule: domain W3.
std::optional<std::int64_t> decrease(storage::Connection& connection, std::int64_t shop_id,
                                     std::int64_t warehouse_item_id, std::int64_t quantity,
                                     UnixMs now_ms);

/// On hand plus `quantity`; the new balance. REQUIRES: quantity > 0 and the item exists.
std::int64_t increase(storage::Connection& connection, std::int64_t shop_id,
                      std::int64_t warehouse_item_id, std::int64_t quantity, UnixMs now_ms);

/// One row to be written.
struct Entry {
    OperationType type;
    std::int64_t warehouse_item_id;
    std::string_view item_name;
    std::int64_t quantity_change;
    std::int64_t balance_after;  ///< what `decrease` or `increase` returned
    std::string description;
    std::optional<std::int64_t> old_value_minor = {};
    std::optional<std::int64_t> new_value_minor = {};
    const OrderStock* order = nullptr;
    std::optional<std::int64_t> inventory_check_id = {};
    bool forced = false;
};

/// Appends the row, with the acting user (W9), and emits stock.changed for it; an inventory check
/// emits one event for all of its rows itself (I12).
Operation record(storage::Connection& connection, const CallContext& context,
                 const shop::Shop& shop, const Entry& entry);

}  // namespace shopkeeper::warehouse
