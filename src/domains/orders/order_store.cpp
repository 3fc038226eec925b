#include "domains/orders/order_store.hpp"

#include <stdexcept>

#include "base/text.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::orders {

namespace {

constexpr std::string_view kColumns = R"sql(
    id, shop_id, tracking_id, order_number, client_id,
    customer_name, phone, sender_phone, recipient_name, recipient_phone,
    delivery_type, delivery_address, pickup_address, ask_delivery_address,
    time_precision, delivery_day, delivery_at_ms, window_start_ms, window_end_ms, slot_start_ms,
    ask_delivery_time, original_date, original_time, delivery_notes, notes,
    currency, subtotal_minor, delivery_cost_minor, discount_minor, total_minor, amount_paid_minor,
    status, payment_status, payment_method, channel, channel_user_id,
    courier_id, florist_id, cancel_code, cancel_reason, fingerprint,
    paid_ms, accepted_ms, assembled_ms, in_delivery_ms, delivered_ms, cancelled_ms,
    version, created_ms, updated_ms
)sql";

/// An UPDATE that changes nothing takes the row's lock on both engines, waits for who holds it, and
/// returns the row as that one left it.
constexpr std::string_view kLock = "UPDATE orders SET version = version ";

constexpr std::string_view kById = "WHERE shop_id = $1 AND id = $2";
constexpr std::string_view kByTracking = "WHERE shop_id = $1 AND tracking_id = $2";

constexpr std::string_view kShopOfTracking = "SELECT shop_id FROM orders WHERE tracking_id = $1";

constexpr std::string_view kInsert = R"sql(
INSERT INTO orders (
    shop_id, tracking_id, order_number, client_id,
    customer_name, phone, sender_phone, recipient_name, recipient_phone, names_folded,
    delivery_type, delivery_address, pickup_address, ask_delivery_address,
    time_precision, delivery_day, delivery_at_ms, window_start_ms, window_end_ms, slot_start_ms,
    ask_delivery_time, original_date, original_time, delivery_notes, notes,
    currency, subtotal_minor, delivery_cost_minor, discount_minor, total_minor,
    payment_method, channel, channel_user_id, fingerprint, created_ms, updated_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $35)
ON CONFLICT (tracking_id) DO NOTHING
RETURNING id
)sql";

constexpr std::string_view kSave = R"sql(
UPDATE orders
SET recipient_name = $5, recipient_phone = $6, names_folded = $7,
    delivery_type = $8, delivery_address = $9, pickup_address = $10, ask_delivery_address = $11,
    time_precision = $12, delivery_day = $13, delivery_at_ms = $14, window_start_ms = $15,
    window_end_ms = $16, slot_start_ms = $17, ask_delivery_time = $18, original_date = $19,
    original_time = $20, delivery_notes = $21, notes = $22, delivery_cost_minor = $23,
    total_minor = $24, amount_paid_minor = $25, status = $26, payment_status = $27,
    courier_id = $28, florist_id = $29, cancel_code = $30, cancel_reason = $31, paid_ms = $32,
    accepted_ms = $33, assembled_ms = $34, in_delivery_ms = $35, delivered_ms = $36,
    cancelled_ms = $37, updated_ms = $38, version = version + 1
WHERE shop_id = $1 AND id = $2 AND status = $3 AND version = $4
)sql";

constexpr std::string_view kInsertLine = R"sql(
INSERT INTO order_line (
    shop_id, order_id, product_id, product_name, unit_price_minor, quantity, line_total_minor,
    special_requests)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)sql";

constexpr std::string_view kLinesBefore = R"sql(
SELECT order_id, product_id, product_name, unit_price_minor, quantity, line_total_minor,
       special_requests
FROM order_line
WHERE shop_id = $1 AND order_id IN ()sql";

constexpr std::string_view kInsertPhoto = R"sql(
INSERT INTO order_photo (shop_id, order_id, url, kind, uploaded_ms)
VALUES ($1, $2, $3, $4, $5)
)sql";

constexpr std::string_view kPhotosBefore = R"sql(
SELECT order_id, url, kind
FROM order_photo
WHERE shop_id = $1 AND order_id IN ()sql";

constexpr std::string_view kOrderedById = ") ORDER BY order_id, id";

constexpr std::string_view kLostBefore = R"sql(
SELECT order_id
FROM reservation
WHERE shop_id = $1
  AND (state = 'released' OR (state = 'active' AND expires_ms <= $2))
  AND order_id IN ()sql";

using Maybe = std::optional<std::int64_t>;
using MaybeText = std::optional<std::string>;

/// What the search of list_orders looks into; erased together with the names (T8).
std::string names_folded(const Order& order) {
    return text::fold(order.customer_name) + "\n" + text::fold(order.recipient_name);
}

shop::Precision precision_of(std::string_view word) {
    using shop::Precision;
    for (const Precision precision :
         {Precision::exact, Precision::window, Precision::asap, Precision::unspecified}) {
        if (shop::word(precision) == word) return precision;
    }
    throw std::logic_error("no precision is called " + std::string(word));
}

std::optional<shop::LocalDate> day_of(const std::optional<std::string_view>& text) {
    return text ? shop::parse_local_date(*text) : std::nullopt;
}

MaybeText day_text(const shop::Handover& handover) {
    return handover.day ? MaybeText(handover.day->text()) : std::nullopt;
}

/// Takes the cells of a row one after the other, in the sequence of kColumns.
class Cells {
public:
    explicit Cells(const storage::Row& row) : row_(row) {}
    template <class T>
    T next() {
        return row_.get<T>(column_++);
    }
    template <class T>
    void next(T& out) {
        out = next<T>();
    }

private:
    const storage::Row& row_;
    std::size_t column_ = 0;
};

std::optional<Order> first(const storage::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return read_order(rows.front());
}

std::string lock_sql(std::string_view where) {
    return std::string(kLock) + std::string(where) + " RETURNING " + std::string(kColumns);
}

OrderLine read_line(const storage::Row& row) {
    return {row.get<std::int64_t>(1), row.get<std::string>(2),  row.get<std::int64_t>(3),
            row.get<std::int64_t>(4), row.get<std::int64_t>(5), row.get<MaybeText>(6)};
}

}  // namespace

std::string select_orders(std::string_view tail) {
    return "SELECT " + std::string(kColumns) + " FROM orders " + std::string(tail);
}

Order read_order(const storage::Row& row) {
    Cells cells(row);
    Order order;
    cells.next(order.id);
    cells.next(order.shop_id);
    cells.next(order.tracking_id);
    cells.next(order.order_number);
    cells.next(order.client_id);
    cells.next(order.customer_name);
    cells.next(order.phone);
    cells.next(order.sender_phone);
    cells.next(order.recipient_name);
    cells.next(order.recipient_phone);
    order.delivery_type = delivery_type_of(cells.next<std::string_view>());
    cells.next(order.delivery_address);
    cells.next(order.pickup_address);
    cells.next(order.ask_delivery_address);
    order.handover.precision = precision_of(cells.next<std::string_view>());
    order.handover.day = day_of(cells.next<std::optional<std::string_view>>());
    cells.next(order.handover.at_ms);
    cells.next(order.handover.window_start_ms);
    cells.next(order.handover.window_end_ms);
    cells.next(order.handover.slot_start_ms);
    cells.next(order.handover.ask_time);
    cells.next(order.original_date);
    cells.next(order.original_time);
    cells.next(order.delivery_notes);
    cells.next(order.notes);
    cells.next(order.currency);
    cells.next(order.subtotal_minor);
    cells.next(order.delivery_cost_minor);
    cells.next(order.discount_minor);
    cells.next(order.total_minor);
    cells.next(order.amount_paid_minor);
    order.status = status_of(cells.next<std::string_view>());
    order.payment_status = payment_status_of(cells.next<std::string_view>());
    cells.next(order.payment_method);
    cells.next(order.channel);
    cells.next(order.channel_user_id);
    cells.next(order.courier_id);
    cells.next(order.florist_id);
    cells.next(order.cancel_code);
    cells.next(order.cancel_reason);
    cells.next(order.fingerprint);
    cells.next(order.paid_ms);
    cells.next(order.accepted_ms);
    cells.next(order.assembled_ms);
    cells.next(order.in_delivery_ms);
    cells.next(order.delivered_ms);
    cells.next(order.cancelled_ms);
    cells.next(order.version);
    cells.next(order.created_ms);
    cells.next(order.updated_ms);
    return order;
}

std::optional<Order> find(storage::Connection& connection, std::int64_t shop_id,
                          std::int64_t order_id) {
    static const std::string sql = select_orders(kById);
    return first(connection.query(sql, {shop_id, order_id}));
}

std::optional<Order> find_by_tracking(storage::Connection& connection, std::int64_t shop_id,
                                      std::string_view tracking_id) {
    static const std::string sql = select_orders(kByTracking);
    return first(connection.query(sql, {shop_id, tracking_id}));
}

std::optional<Order> lock(storage::Connection& connection, std::int64_t shop_id,
                          std::int64_t order_id) {
    static const std::string sql = lock_sql(kById);
    return first(connection.query(sql, {shop_id, order_id}));
}

std::optional<Order> lock_by_tracking(storage::Connection& connection, std::int64_t shop_id,
                                      std::string_view tracking_id) {
    static const std::string sql = lock_sql(kByTracking);
    return first(connection.query(sql, {shop_id, tracking_id}));
}

std::optional<std::int64_t> shop_of_tracking(storage::Connection& connection,
                                             std::string_view tracking_id) {
    const storage::Rows rows = connection.query(kShopOfTracking, {tracking_id});
    if (rows.empty()) return std::nullopt;
    return rows.front().get<std::int64_t>(0);
}

bool insert(storage::Connection& connection, Order& order) {
    const shop::Handover& handover = order.handover;
    const MaybeText day = day_text(handover);
    const std::string names = names_folded(order);
    const storage::Rows rows = connection.query(kInsert, {order.shop_id,
                                                          order.tracking_id,
                                                          order.order_number,
                                                          order.client_id,
                                                          order.customer_name,
                                                          order.phone,
                                                          order.sender_phone,
                                                          order.recipient_name,
                                                          order.recipient_phone,
                                                          names,
                                                          word(order.delivery_type),
                                                          order.delivery_address,
                                                          order.pickup_address,
                                                          order.ask_delivery_address,
                                                          shop::word(handover.precision),
                                                          day,
                                                          handover.at_ms,
                                                          handover.window_start_ms,
                                                          handover.window_end_ms,
                                                          handover.slot_start_ms,
                                                          handover.ask_time,
                                                          order.original_date,
                                                          order.original_time,
                                                          order.delivery_notes,
                                                          order.notes,
                                                          order.currency,
                                                          order.subtotal_minor,
                                                          order.delivery_cost_minor,
                                                          order.discount_minor,
                                                          order.total_minor,
                                                          order.payment_method,
                                                          order.channel,
                                                          order.channel_user_id,
                                                          order.fingerprint,
                                                          order.created_ms});
    if (rows.empty()) return false;
    order.id = rows.front().get<std::int64_t>(0);
    return true;
}

void insert_lines(storage::Connection& connection, const Order& order,
                  std::span<const OrderLine> lines) {
    for (const OrderLine& line : lines) {
        connection.execute(kInsertLine, {order.shop_id, order.id, line.product_id,
                                         line.product_name, line.unit_price_minor, line.quantity,
                                         line.line_total_minor, line.special_requests});
    }
}

Result<void> save(storage::Connection& connection, Order& order, Status read_as, UnixMs now_ms) {
    const shop::Handover& handover = order.handover;
    const MaybeText day = day_text(handover);
    const std::string names = names_folded(order);
    const std::int64_t changed = connection.execute(kSave, {order.shop_id,
                                                            order.id,
                                                            word(read_as),
                                                            order.version,
                                                            order.recipient_name,
                                                            order.recipient_phone,
                                                            names,
                                                            word(order.delivery_type),
                                                            order.delivery_address,
                                                            order.pickup_address,
                                                            order.ask_delivery_address,
                                                            shop::word(handover.precision),
                                                            day,
                                                            handover.at_ms,
                                                            handover.window_start_ms,
                                                            handover.window_end_ms,
                                                            handover.slot_start_ms,
                                                            handover.ask_time,
                                                            order.original_date,
                                                            order.original_time,
                                                            order.delivery_notes,
                                                            order.notes,
                                                            order.delivery_cost_minor,
                                                            order.total_minor,
                                                            order.amount_paid_minor,
                                                            word(order.status),
                                                            word(order.payment_status),
                                                            order.courier_id,
                                                            order.florist_id,
                                                            order.cancel_code,
                                                            order.cancel_reason,
                                                            order.paid_ms,
                                                            order.accepted_ms,
                                                            order.assembled_ms,
                                                            order.in_delivery_ms,
                                                            order.delivered_ms,
                                                            order.cancelled_ms,
                                                            now_ms});
    if (changed != 1) {
        return conflict("concurrent_update",
                        "Somebody changed this order at the same moment. Read it again and repeat "
                        "the call if it is still wanted.");
    }
    order.updated_ms = now_ms;
    ++order.version;
    return {};
}

std::vector<OrderLine> lines_of(storage::Connection& connection, std::int64_t shop_id,
                                std::int64_t order_id) {
    return lines_of(connection, shop_id, std::span(&order_id, 1))[order_id];
}

std::map<std::int64_t, std::vector<OrderLine>> lines_of(storage::Connection& connection,
                                                        std::int64_t shop_id,
                                                        std::span<const std::int64_t> order_ids) {
    std::map<std::int64_t, std::vector<OrderLine>> lines;
    for (const storage::Row row :
         storage::query_by_ids(connection, kLinesBefore, order_ids, kOrderedById, {shop_id})) {
        lines[row.get<std::int64_t>(0)].push_back(read_line(row));
    }
    return lines;
}

void insert_photo(storage::Connection& connection, const Order& order, const OrderPhoto& photo,
                  UnixMs now_ms) {
    connection.execute(kInsertPhoto, {order.shop_id, order.id, photo.url, photo.kind, now_ms});
}

std::map<std::int64_t, std::vector<OrderPhoto>> photos_of(storage::Connection& connection,
                                                          std::int64_t shop_id,
                                                          std::span<const std::int64_t> order_ids) {
    std::map<std::int64_t, std::vector<OrderPhoto>> photos;
    for (const storage::Row row :
         storage::query_by_ids(connection, kPhotosBefore, order_ids, kOrderedById, {shop_id})) {
        photos[row.get<std::int64_t>(0)].push_back(
            {row.get<std::string>(1), row.get<std::string>(2)});
    }
    return photos;
}

std::set<std::int64_t> with_lost_reservation(storage::Connection& connection, std::int64_t shop_id,
                                             std::span<const std::int64_t> order_ids,
                                             UnixMs now_ms) {
    std::set<std::int64_t> ids;
    for (const storage::Row row :
         storage::query_by_ids(connection, kLostBefore, order_ids, ")", {shop_id, now_ms})) {
        ids.insert(row.get<std::int64_t>(0));
    }
    return ids;
}

}  // namespace shopkeeper::orders
