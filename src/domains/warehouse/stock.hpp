#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

/// The ledger and the promises against it: the verbs that products ask and orders use. Stock moves
/// through these functions and nowhere else. All work inside the caller's transaction.
namespace shopkeeper::warehouse {

/// So many units of one warehouse item.
struct Need {
    std::int64_t warehouse_item_id;
    std::int64_t quantity;
};

/// What can be promised now: on hand minus active, unexpired reservations. May be negative after a
/// forced write-off. Items that do not exist in the shop are absent from the map.
/// `except_order_id`: leaves that order's own reservations out of the sum (W16).
/// Rule: domain W13, O25.
std::map<std::int64_t, std::int64_t> available(storage::Connection& connection,
                                               std::int64_t shop_id,
                                               std::span<const std::int64_t> warehouse_item_ids,
                                               UnixMs now_ms, std::int64_t except_order_id = 0);

/// Reserves everything, or nothing when something is short. REQUIRES: an open write transaction;
/// `needs` summed per item and sorted by item id. Rows are inserted or re-activated with the given
/// expiry; an item the order holds already is judged without its own claim (W16).
/// Returns the items that are short; empty: all reserved.
/// Events: stock.low for each item that this makes low (W19).
/// Rule: domain W4, W5, O24, O26.
std::vector<ShortComponent> reserve(storage::Connection& connection, const CallContext& context,
                                    std::int64_t shop_id, std::int64_t order_id,
                                    std::span<const Need> needs, std::optional<UnixMs> expires_ms);

struct Level;
class LockedItems;

/// The same in two steps, for an order whose row is made between them: what may refuse it has
/// spoken before it exists. REQUIRES: `needs` as for `reserve`.
class Reserving {
public:
    /// Locks the items and looks. `order_id`: whose own claims do not count; 0: nobody's.
    Reserving(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
              std::span<const Need> needs, std::int64_t order_id = 0);
    Reserving(const Reserving&) = delete;
    Reserving& operator=(const Reserving&) = delete;
    ~Reserving();

    /// The items that are short.
    const std::vector<ShortComponent>& missing() const { return missing_; }
    /// REQUIRES: nothing is missing. A claim that was consumed is missing afterwards.
    void claim(std::int64_t order_id, std::optional<UnixMs> expires_ms);

private:
    void report(const Need& need);

    storage::Connection& connection_;
    const CallContext& context_;
    const std::int64_t shop_id_;
    const std::vector<Need> needs_;
    std::unique_ptr<LockedItems> items_;
    std::vector<Level> free_;  ///< as the order sees them: without its own claims
    std::vector<ShortComponent> missing_;
};

struct Reservation {
    std::int64_t warehouse_item_id;
    std::string item_name;
    std::int64_t reserved_quantity;
    std::string state;  ///< active, consumed, released
    std::optional<UnixMs> expires_ms;

    bool counts(UnixMs now_ms) const {
        return state == "active" && (!expires_ms || *expires_ms > now_ms);
    }
};

std::vector<Reservation> reservations(storage::Connection& connection, std::int64_t shop_id,
                                      std::int64_t order_id);

/// The same, read after the items have been locked: nobody promises them to others until the
/// transaction ends, and a claim that somebody has counted as run out has run out, whatever this
/// caller's clock says. `optional_needs`: what consume() is going to be asked for, locked along.
/// REQUIRES: the order's row is locked.
std::vector<Reservation> locked_reservations(storage::Connection& connection, std::int64_t shop_id,
                                             std::int64_t order_id,
                                             std::span<const Need> optional_needs = {});

/// Payment recorded, accepted: the order's claims that still count no longer expire. Those that ran
/// out stay so until `reserve` brings them back. Rule: domain O24, O26.
void keep_reservations(storage::Connection& connection, std::int64_t shop_id, std::int64_t order_id,
                       UnixMs now_ms);

/// Cancelled before assembly: active rows become released, on hand stays. Rule: domain O24.
void release_reservations(storage::Connection& connection, std::int64_t shop_id,
                          std::int64_t order_id, UnixMs now_ms);

/// One row of the ledger as results show it.
struct Operation {
    std::int64_t id;
    std::int64_t warehouse_item_id;
    std::string item_name;
    std::string operation_type;
    std::int64_t quantity_change;
    std::int64_t balance_after;
    std::string description;
    std::optional<std::int64_t> old_value_minor;
    std::optional<std::int64_t> new_value_minor;
    std::optional<std::int64_t> order_id;
    std::optional<std::string> order_number;
    std::optional<std::int64_t> user_id;
    std::optional<std::string> user_name;
    bool forced;
    UnixMs created_ms;
};

/// What an order does to stock; descriptions carry its number once (O29).
struct OrderStock {
    std::int64_t order_id;
    std::string order_number;
};

/// Assembled: active rows are consumed and on hand falls, one `sale` operation per component;
/// `optional_needs` are sold along as far as available. REQUIRES: every needed component has an
/// active row (`reserve` the ones that ran out first), and the optional ones were locked together
/// with them (`locked_reservations`).
/// Errors: insufficient_stock with `components` (a forced write-off took what was promised).
/// Rule: domain O24, O27.
Result<std::vector<Operation>> consume(storage::Connection& connection, const CallContext& context,
                                       const shop::Shop& shop, const OrderStock& order,
                                       std::span<const Need> optional_needs);

/// assembled -> accepted: consumed rows become active again, without expiry; what the order took,
/// optional components included, comes back by a `return`. Rule: domain O24.
std::vector<Operation> return_to_reserved(storage::Connection& connection,
                                          const CallContext& context, const shop::Shop& shop,
                                          const OrderStock& order);

/// Cancelled after assembly: consumed rows become released; `return`, and for a write-off
/// `writeoff` of the same amount. Rule: domain O24.
std::vector<Operation> restock(storage::Connection& connection, const CallContext& context,
                               const shop::Shop& shop, const OrderStock& order, bool write_off);

/// Housekeeping of the context's shop: marks rows whose expiry has passed released and tells
/// observers once per order (order.updated, reservation_expired). The truth does not wait for it:
/// such rows stopped counting by themselves. Returns how many orders lost their claims.
/// Rule: domain O25.
std::int64_t release_expired(storage::Connection& connection, const CallContext& context);

}  // namespace shopkeeper::warehouse
