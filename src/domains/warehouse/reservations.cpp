#include "base/json_writer.hpp"
#include "base/money.hpp"
#include "domains/warehouse/ledger.hpp"
#include "domains/warehouse/stock.hpp"
#include "journal/events.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::warehouse {
namespace {

/// The second statement of W4: it runs after the item's row is locked, so its own WHERE sees what
/// the previous holder of the lock committed. $7: how much of `reserved` is no claim of another
/// order that counts. A claim that was consumed stays what it is.
constexpr std::string_view kReserve = R"sql(
INSERT INTO reservation (
    shop_id, order_id, warehouse_item_id, reserved_quantity, state, expires_ms, created_ms,
    updated_ms)
SELECT item.shop_id, CAST($3 AS BIGINT), item.id, CAST($4 AS BIGINT), 'active',
       CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($6 AS BIGINT)
FROM warehouse_item item
WHERE item.shop_id = $1
  AND item.id = $2
  AND item.quantity - item.reserved + $7 >= $4
ON CONFLICT (shop_id, order_id, warehouse_item_id) DO UPDATE
SET reserved_quantity = excluded.reserved_quantity,
    state = 'active',
    expires_ms = excluded.expires_ms,
    updated_ms = excluded.updated_ms
WHERE reservation.state <> 'consumed'
)sql";

constexpr std::string_view kOfOrder = R"sql(
SELECT r.warehouse_item_id, item.name, r.reserved_quantity, r.state, r.expires_ms
FROM reservation r
JOIN warehouse_item item ON item.shop_id = r.shop_id AND item.id = r.warehouse_item_id
WHERE r.shop_id = $1 AND r.order_id = $2
ORDER BY r.warehouse_item_id
)sql";

/// `+ 0` here and below keeps the engine off the index of times: an order has few claims, a shop
/// many that run out some day.
constexpr std::string_view kKeep = R"sql(
UPDATE reservation
SET expires_ms = NULL, updated_ms = $3
WHERE shop_id = $1 AND order_id = $2 AND state = 'active' AND expires_ms + 0 > $3
)sql";

constexpr std::string_view kRelease = R"sql(
UPDATE reservation
SET state = 'released', expires_ms = NULL, updated_ms = $3
WHERE shop_id = $1 AND order_id = $2 AND state = 'active'
)sql";

constexpr std::string_view kExpiredOrders = R"sql(
SELECT DISTINCT order_id
FROM reservation
WHERE shop_id = $1 AND state = 'active' AND expires_ms <= $2
ORDER BY order_id
)sql";

/// Whoever works on an order's claims holds its row.
constexpr std::string_view kLockOrder = R"sql(
UPDATE orders
SET version = version
WHERE shop_id = $1 AND id = $2
)sql";

constexpr std::string_view kExpiredItems = R"sql(
SELECT warehouse_item_id
FROM reservation
WHERE shop_id = $1 AND state = 'active' AND expires_ms <= $2
)sql";

constexpr std::string_view kReleaseExpired = R"sql(
UPDATE reservation
SET state = 'released', updated_ms = $2
WHERE shop_id = $1 AND state = 'active' AND expires_ms + 0 <= $2 AND order_id = $3
RETURNING warehouse_item_id, reserved_quantity
)sql";

constexpr std::string_view kCount = R"sql(
UPDATE warehouse_item
SET reserved = reserved + $3
WHERE shop_id = $1 AND id = $2
)sql";

constexpr std::string_view kOrderForEvent = R"sql(
SELECT order_number, status, payment_status, delivery_type, total_minor, currency, channel,
       channel_user_id
FROM orders
WHERE shop_id = $1 AND id = $2
)sql";

/// The facts that every order event has, and what happened (I13).
void announce_expiry(storage::Connection& connection, const CallContext& context,
                     std::int64_t order_id) {
    const storage::Rows rows = connection.query(kOrderForEvent, {context.shop_id, order_id});
    const storage::Row order = rows.front();
    const auto currency = order.get<std::string>(5);
    JsonWriter data;
    data.begin_object();
    data.field("order_id", order_id);
    data.field("order_number", order.get<std::string_view>(0));
    data.field("status", order.get<std::string_view>(1));
    data.field("payment_status", order.get<std::string_view>(2));
    data.field("delivery_type", order.get<std::string_view>(3));
    data.raw_field("total", money::to_major(order.get<std::int64_t>(4), money::currency(currency)));
    data.field("currency", currency);
    data.field("channel", order.get<std::optional<std::string>>(6));
    data.field("channel_user_id", order.get<std::optional<std::string>>(7));
    data.key("fields");
    data.begin_array();
    data.value("reservation_expired");
    data.end_array();
    data.end_object();
    journal::emit(connection, context, context.shop_id,
                  {"order.updated", "order", std::to_string(order_id), std::move(data).take()});
}

}  // namespace

std::map<std::int64_t, std::int64_t> available(storage::Connection& connection,
                                               std::int64_t shop_id,
                                               std::span<const std::int64_t> warehouse_item_ids,
                                               UnixMs now_ms, std::int64_t except_order_id) {
    std::map<std::int64_t, std::int64_t> result;
    for (const Level& level :
         levels(connection, shop_id, warehouse_item_ids, now_ms, except_order_id)) {
        result.emplace(level.warehouse_item_id, level.available);
    }
    return result;
}

Reserving::Reserving(storage::Connection& connection, const CallContext& context,
                     std::int64_t shop_id, std::span<const Need> needs, std::int64_t order_id)
    : connection_(connection),
      context_(context),
      shop_id_(shop_id),
      needs_(needs.begin(), needs.end()) {
    std::vector<std::int64_t> ids;
    for (const Need& need : needs_) ids.push_back(need.warehouse_item_id);
    items_ = std::make_unique<LockedItems>(connection, context, shop_id, ids);
    free_ = order_id == 0 ? items_->before()
                          : levels(connection, shop_id, ids, context.now_ms, order_id);
    for (const Need& need : needs_) {
        const Level* level = find_level(free_, need.warehouse_item_id);
        if (level == nullptr || level->available < need.quantity) report(need);
    }
}

Reserving::~Reserving() = default;

void Reserving::report(const Need& need) {
    const Level* level = find_level(free_, need.warehouse_item_id);
    missing_.push_back({need.warehouse_item_id, level == nullptr ? "" : level->name, need.quantity,
                        level == nullptr ? 0 : level->available});
}

void Reserving::claim(std::int64_t order_id, std::optional<UnixMs> expires_ms) {
    std::vector<Level> after;
    for (const Need& need : needs_) {
        Level level = *find_level(free_, need.warehouse_item_id);
        const std::int64_t changed = connection_.execute(
            kReserve, {shop_id_, need.warehouse_item_id, order_id, need.quantity, expires_ms,
                       context_.now_ms, level.run_out + level.own});
        if (changed == 0) {
            report(need);
            continue;
        }
        connection_.execute_later(kCount,
                                  {shop_id_, need.warehouse_item_id, need.quantity - level.own});
        level.available -= need.quantity;
        after.push_back(std::move(level));
    }
    if (missing_.empty()) items_->announce_low_stock(after);
}

std::vector<ShortComponent> reserve(storage::Connection& connection, const CallContext& context,
                                    std::int64_t shop_id, std::int64_t order_id,
                                    std::span<const Need> needs, std::optional<UnixMs> expires_ms) {
    Reserving reserving(connection, context, shop_id, needs, order_id);
    if (reserving.missing().empty()) reserving.claim(order_id, expires_ms);
    return reserving.missing();
}

std::vector<Reservation> reservations(storage::Connection& connection, std::int64_t shop_id,
                                      std::int64_t order_id) {
    std::vector<Reservation> result;
    for (const storage::Row row : connection.query(kOfOrder, {shop_id, order_id})) {
        result.push_back({row.get<std::int64_t>(0), row.get<std::string>(1),
                          row.get<std::int64_t>(2), row.get<std::string>(3),
                          row.get<std::optional<std::int64_t>>(4)});
    }
    return result;
}

std::vector<Reservation> locked_reservations(storage::Connection& connection, std::int64_t shop_id,
                                             std::int64_t order_id,
                                             std::span<const Need> optional_needs) {
    std::vector<std::int64_t> ids;
    for (const Reservation& claim : reservations(connection, shop_id, order_id))
        ids.push_back(claim.warehouse_item_id);
    for (const Need& need : optional_needs) ids.push_back(need.warehouse_item_id);
    lock_items(connection, shop_id, std::move(ids));
    return reservations(connection, shop_id, order_id);
}

void keep_reservations(storage::Connection& connection, std::int64_t shop_id, std::int64_t order_id,
                       UnixMs now_ms) {
    connection.execute_later(kKeep, {shop_id, order_id, now_ms});
}

void release_reservations(storage::Connection& connection, std::int64_t shop_id,
                          std::int64_t order_id, UnixMs now_ms) {
    locked_reservations(connection, shop_id, order_id);
    change_claims(connection, shop_id, order_id, [&] {
        connection.execute_later(kRelease, {shop_id, order_id, now_ms});
    });
}

std::int64_t release_expired(storage::Connection& connection, const CallContext& context) {
    // Orders first, then items, then claims, as everybody locks them.
    std::vector<std::int64_t> orders;
    for (const storage::Row row :
         connection.query(kExpiredOrders, {context.shop_id, context.now_ms})) {
        orders.push_back(row.get<std::int64_t>(0));
        connection.execute_later(kLockOrder, {context.shop_id, orders.back()});
    }
    std::vector<std::int64_t> items;
    for (const storage::Row row :
         connection.query(kExpiredItems, {context.shop_id, context.now_ms})) {
        items.push_back(row.get<std::int64_t>(0));
    }
    lock_items(connection, context.shop_id, std::move(items));
    std::map<std::int64_t, std::int64_t> released;
    std::erase_if(orders, [&](std::int64_t order_id) {
        const storage::Rows claims =
            connection.query(kReleaseExpired, {context.shop_id, context.now_ms, order_id});
        for (const storage::Row row : claims)
            released[row.get<std::int64_t>(0)] += row.get<std::int64_t>(1);
        return claims.empty();  // won back since they were looked up
    });
    for (const auto& [warehouse_item_id, quantity] : released) {
        connection.execute_later(kCount, {context.shop_id, warehouse_item_id, -quantity});
    }
    for (const std::int64_t order_id : orders) announce_expiry(connection, context, order_id);
    return static_cast<std::int64_t>(orders.size());
}

}  // namespace shopkeeper::warehouse
