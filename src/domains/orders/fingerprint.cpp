#include "domains/orders/fingerprint.hpp"

#include <algorithm>
#include <vector>

#include "base/crypto.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "domains/orders/order_store.hpp"

namespace shopkeeper::orders {

namespace {

void write_lines(JsonWriter& out, std::span<const OrderLine> lines) {
    std::vector<OrderLine> sorted(lines.begin(), lines.end());
    std::sort(sorted.begin(), sorted.end(),
              [](const OrderLine& a, const OrderLine& b) { return a.product_id < b.product_id; });
    out.begin_array();
    for (const OrderLine& line : sorted) {
        out.value(line.product_id);
        out.value(line.quantity);
        out.value(line.special_requests);
    }
    out.end_array();
}

void write_mark(JsonWriter& out, const shop::ClockMark& mark) {
    out.value(mark.minute);
    out.value(mark.is_bare);
}

void write_time(JsonWriter& out, const shop::TimeFact& time) {
    // "As soon as you can" means the same both times, though the clock has moved in between.
    if (time.kind == shop::TimeFact::Kind::asap) return out.value("asap");
    out.value(static_cast<int>(time.kind));
    write_mark(out, time.at);
    write_mark(out, time.start);
    if (time.end) write_mark(out, *time.end);
}

void write_wish(JsonWriter& out, const shop::TimeFacts& wish) {
    out.begin_array();
    if (wish.date) {
        out.value(static_cast<int>(wish.date->kind));
        out.value(wish.date->day.text());
    }
    out.end_array();
    out.begin_array();
    if (wish.time) write_time(out, *wish.time);
    out.end_array();
}

}  // namespace

std::string fingerprint(const Order& order, std::span<const OrderLine> lines,
                        const shop::TimeFacts& wish) {
    JsonWriter out;
    out.begin_array();
    out.value(order.phone);
    out.value(text::fold(order.customer_name));
    write_lines(out, lines);
    out.value(word(order.delivery_type));
    out.value(order.is_delivery() ? order.delivery_address : order.pickup_address);
    write_wish(out, wish);
    out.value(text::fold(order.recipient_name));
    out.value(order.recipient_phone);
    out.value(order.sender_phone);
    out.value(order.ask_delivery_address);
    out.value(order.handover.ask_time);
    out.value(order.payment_method);
    out.value(order.delivery_notes);
    out.value(order.notes);
    out.end_array();
    return sha256_hex(out.view());
}

std::optional<Order> find_duplicate(storage::Connection& connection, const Order& order,
                                    UnixMs now_ms) {
    // The fingerprint is one of the phone too, and a phone orders little in two minutes.
    static const std::string sql = select_orders(R"sql(
WHERE shop_id = $1 AND phone = $2 AND created_ms >= $3 AND fingerprint = $4
  AND status <> 'cancelled'
ORDER BY created_ms DESC, id DESC
LIMIT 1
)sql");
    const storage::Rows rows = connection.query(
        sql, {order.shop_id, order.phone, now_ms - kDuplicateWindowMs, order.fingerprint});
    if (rows.empty()) return std::nullopt;
    return read_order(rows.front());
}

}  // namespace shopkeeper::orders
