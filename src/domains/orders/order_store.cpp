#include "domains/orders/order_store.hpp"

#include <array>
#include <initializer_list>
#include <stdexcept>
#include <vector>

#include "base/text.hpp"
#include "domains/orders/order_tally.hpp"
#include "domains/products/sales.hpp"
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

/// $1 to $20 of both statements are the values of `Plan`. The deadline of a prepayment is fixed
/// here for good: null where the shop demands none, or of cash (O40).
constexpr std::string_view kInsert = R"sql(
INSERT INTO orders (
    recipient_name, recipient_phone, names_folded,
    delivery_type, delivery_address, pickup_address, ask_delivery_address,
    time_precision, delivery_day, delivery_at_ms, window_start_ms, window_end_ms, slot_start_ms,
    ask_delivery_time, original_date, original_time, delivery_notes, notes,
    delivery_cost_minor, total_minor,
    shop_id, tracking_id, order_number, client_id, customer_name, phone, sender_phone,
    currency, subtotal_minor, discount_minor, payment_method, channel, channel_user_id,
    fingerprint, created_ms, updated_ms, payment_due_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $35,
        (SELECT CAST($35 AS BIGINT) + prepay_minutes * CAST(60000 AS BIGINT)
         FROM shop
         WHERE id = $21 AND COALESCE($31, '') <> 'cash'))
ON CONFLICT (tracking_id) DO NOTHING
)sql";

/// Of the row just made; none where the tracking id was another order's. RETURNING would cost
/// SQLite more than the look-up: for a statement that has it, every page that it changes is kept
/// twice.
constexpr std::string_view kIdOfMade =
    "SELECT id FROM orders WHERE shop_id = $1 AND tracking_id = $2 AND order_number = $3";

constexpr std::string_view kSave = R"sql(
UPDATE orders
SET recipient_name = $1, recipient_phone = $2, names_folded = $3,
    delivery_type = $4, delivery_address = $5, pickup_address = $6, ask_delivery_address = $7,
    time_precision = $8, delivery_day = $9, delivery_at_ms = $10, window_start_ms = $11,
    window_end_ms = $12, slot_start_ms = $13, ask_delivery_time = $14, original_date = $15,
    original_time = $16, delivery_notes = $17, notes = $18, delivery_cost_minor = $19,
    total_minor = $20, amount_paid_minor = $21, status = $22, payment_status = $23,
    courier_id = $24, florist_id = $25, cancel_code = $26, cancel_reason = $27, paid_ms = $28,
    accepted_ms = $29, assembled_ms = $30, in_delivery_ms = $31, delivered_ms = $32,
    cancelled_ms = $33, updated_ms = $34, version = version + 1
WHERE shop_id = $35 AND id = $36 AND status = $37 AND version = $38
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

/// What of an order may be planned anew (O31), and so is written by both its insert and its save.
class Plan {
public:
    /// `order` must outlive this: its texts are borrowed.
    explicit Plan(const Order& order)
        : day_(day_text(order.handover)),
          names_(names_folded(order)),
          values_{order.recipient_name,
                  order.recipient_phone,
                  names_,
                  word(order.delivery_type),
                  order.delivery_address,
                  order.pickup_address,
                  order.ask_delivery_address,
                  shop::word(order.handover.precision),
                  day_,
                  order.handover.at_ms,
                  order.handover.window_start_ms,
                  order.handover.window_end_ms,
                  order.handover.slot_start_ms,
                  order.handover.ask_time,
                  order.original_date,
                  order.original_time,
                  order.delivery_notes,
                  order.notes,
                  order.delivery_cost_minor,
                  order.total_minor} {}
    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;

    /// The parameters of a statement that begins with the plan.
    std::vector<storage::Value> and_then(std::initializer_list<storage::Value> others) const {
        std::vector<storage::Value> all(values_.begin(), values_.end());
        all.insert(all.end(), others.begin(), others.end());
        return all;
    }

private:
    const MaybeText day_;
    const std::string names_;
    const std::array<storage::Value, 20> values_;
};

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

/// From its payment on an order counts as sales, until it is cancelled. Rule: domain P7.
bool is_sale(Status status) {
    return status != Status::created && status != Status::cancelled;
}

/// Brings the sums of what was sold in line with the order's new status.
void count_units(storage::Connection& connection, const Order& order) {
    std::vector<products::UnitsSold> units;
    for (const OrderLine& line : lines_of(connection, order.shop_id, order.id))
        units.push_back({line.product_id, line.quantity});
    const auto change = is_sale(order.status) ? products::count_sale : products::take_back_sale;
    change(connection, order.shop_id, order.created_ms, units);
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
    // Mostly an order of the shop that the call is in anyway; the secret opens those of others.
    storage::Rows rows = connection.query(kShopOfTracking, {tracking_id});
    if (rows.empty()) {
        connection.present(tracking_id);
        rows = connection.query(kShopOfTracking, {tracking_id});
    }
    if (rows.empty()) return std::nullopt;
    return rows.front().get<std::int64_t>(0);
}

bool insert(storage::Connection& connection, Order& order) {
    const Plan plan(order);
    connection.execute_later(
        kInsert,
        plan.and_then({order.shop_id, order.tracking_id, order.order_number, order.client_id,
                       order.customer_name, order.phone, order.sender_phone, order.currency,
                       order.subtotal_minor, order.discount_minor, order.payment_method,
                       order.channel, order.channel_user_id, order.fingerprint, order.created_ms}));
    const storage::Rows made =
        connection.query(kIdOfMade, {order.shop_id, order.tracking_id, order.order_number});
    if (made.empty()) return false;
    order.id = made.front().get<std::int64_t>(0);
    return true;
}

void insert_lines(storage::Connection& connection, const Order& order,
                  std::span<const OrderLine> lines) {
    for (const OrderLine& line : lines) {
        connection.execute_later(
            kInsertLine,
            {order.shop_id, order.id, line.product_id, line.product_name, line.unit_price_minor,
             line.quantity, line.line_total_minor, line.special_requests});
    }
}

Result<void> save(storage::Connection& connection, Order& order, Status read_as, UnixMs now_ms) {
    const Plan plan(order);
    const std::int64_t changed = connection.execute(
        kSave,
        plan.and_then({order.amount_paid_minor, word(order.status), word(order.payment_status),
                       order.courier_id, order.florist_id, order.cancel_code, order.cancel_reason,
                       order.paid_ms, order.accepted_ms, order.assembled_ms, order.in_delivery_ms,
                       order.delivered_ms, order.cancelled_ms, now_ms, order.shop_id, order.id,
                       word(read_as), order.version}));
    if (changed != 1) {
        return conflict("concurrent_update",
                        "Somebody changed this order at the same moment. Read it again and repeat "
                        "the call if it is still wanted.");
    }
    order.updated_ms = now_ms;
    ++order.version;
    return {};
}

void count_change(storage::Connection& connection, const Counted& before, const Order& after) {
    if (before == counted(after)) return;
    // Two orders that change places would wait for each other's rows crosswise.
    connection.lock("tally:" + std::to_string(after.shop_id));
    count_out(connection, after.shop_id, before);
    count_in(connection, after.shop_id, counted(after));
    if (is_sale(before.status) != is_sale(after.status)) count_units(connection, after);
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
    connection.execute_later(kInsertPhoto,
                             {order.shop_id, order.id, photo.url, photo.kind, now_ms});
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
