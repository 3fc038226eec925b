#include "tools/order_json.hpp"

#include "base/phone.hpp"
#include "domains/shop/delivery_time.hpp"

namespace shopkeeper::orders {

namespace {

/// "total": 10500, "total_display": "10 500 ₸".
void write_amount(JsonWriter& out, const shop::Shop& shop, const std::string& name,
                  std::int64_t minor) {
    out.raw_field(name, shop.major(minor));
    out.field(name + "_display", shop.display(minor));
}

void write_lines(JsonWriter& out, const OrderView& view) {
    out.key("items");
    out.begin_array();
    for (const OrderLine& line : view.lines) {
        out.begin_object();
        out.field("product_id", line.product_id);
        out.field("product_name", line.product_name);
        out.field("quantity", line.quantity);
        write_amount(out, view.shop, "unit_price", line.unit_price_minor);
        write_amount(out, view.shop, "line_total", line.line_total_minor);
        out.field("special_requests", line.special_requests);
        out.end_object();
    }
    out.end_array();
}

void write_photos(JsonWriter& out, const std::vector<OrderPhoto>& photos) {
    out.key("photos");
    out.begin_array();
    for (const OrderPhoto& photo : photos) {
        out.begin_object();
        out.field("url", photo.url);
        out.field("kind", photo.kind);
        out.end_object();
    }
    out.end_array();
}

std::optional<std::string> moment(const shop::Shop& shop, const std::optional<UnixMs>& at_ms) {
    return at_ms ? std::optional(shop.rfc3339(*at_ms)) : std::nullopt;
}

void write_handover(JsonWriter& out, const OrderView& view) {
    const shop::Handover& handover = view.order.handover;
    out.field("delivery_date", handover.day ? std::optional(handover.day->text()) : std::nullopt);
    out.field("delivery_at", moment(view.shop, handover.at_ms));
    out.key("delivery_window");
    if (handover.window_start_ms && handover.window_end_ms) {
        out.begin_object();
        out.field("start", view.shop.rfc3339(*handover.window_start_ms));
        out.field("end", view.shop.rfc3339(*handover.window_end_ms));
        out.end_object();
    } else {
        out.null();
    }
    out.field("delivery_text", shop::delivery_text(view.shop, handover));
    out.field("time_precision", shop::word(handover.precision));
}

void write_status(JsonWriter& out, const OrderView& view) {
    const Order& order = view.order;
    out.field("status", word(order.status));
    out.field("status_label", label(order.status, view.shop.locale));
    out.field("progress_stage", progress_stage(order.status));
    out.field("payment_status", word(order.payment_status));
    out.field("payment_status_label", label(order.payment_status, view.shop.locale));
    out.field("payment_method", order.payment_method);
}

void write_money(JsonWriter& out, const OrderView& view) {
    const Order& order = view.order;
    write_amount(out, view.shop, "subtotal", order.subtotal_minor);
    write_amount(out, view.shop, "delivery_cost", order.delivery_cost_minor);
    write_amount(out, view.shop, "discount", order.discount_minor);
    write_amount(out, view.shop, "total", order.total_minor);
    out.field("currency", order.currency);
    out.field("refund_required", order.payment_status == PaymentStatus::refund_required);
}

/// What every full view shows: where, when, what, for how much.
void write_common(JsonWriter& out, const OrderView& view) {
    const Order& order = view.order;
    out.field("shop_id", order.shop_id);
    out.field("order_number", order.order_number);
    out.field("tracking_id", order.tracking_id);
    out.field("tracking_url", view.tracking_url);
    write_status(out, view);
    out.field("recipient_name", order.recipient_name);
    out.field("delivery_type", word(order.delivery_type));
    out.field("delivery_address", order.delivery_address);
    out.field("pickup_address", order.pickup_address);
    write_handover(out, view);
    out.field("ask_delivery_address", order.ask_delivery_address);
    out.field("ask_delivery_time", order.handover.ask_time);
    out.field("delivery_notes", order.delivery_notes);
    write_lines(out, view);
    write_money(out, view);
    out.field("cancel_reason", order.cancel_reason ? order.cancel_reason : order.cancel_code);
    out.field("created_at", view.shop.rfc3339(order.created_ms));
    out.field("updated_at", view.shop.rfc3339(order.updated_ms));
}

/// What the owner sees beside it.
void write_private(JsonWriter& out, const OrderView& view) {
    const Order& order = view.order;
    out.field("id", order.id);
    out.field("customer_name", order.customer_name);
    out.field("customer_phone", order.phone);
    out.field("sender_phone", order.sender_phone);
    out.field("recipient_phone", order.recipient_phone);
    out.field("notes", order.notes);
    out.raw_field("amount_paid", view.shop.major(order.amount_paid_minor));
}

void write_reservations(JsonWriter& out, const std::vector<warehouse::Reservation>& reservations) {
    out.key("reservations");
    out.begin_array();
    for (const warehouse::Reservation& reservation : reservations) {
        out.begin_object();
        out.field("warehouse_item_id", reservation.warehouse_item_id);
        out.field("name", reservation.item_name);
        out.field("reserved_quantity", reservation.reserved_quantity);
        out.field("state", reservation.state);
        out.end_object();
    }
    out.end_array();
}

void write_history(JsonWriter& out, const shop::Shop& shop,
                   const std::vector<HistoryEntry>& history) {
    out.key("history");
    out.begin_array();
    for (const HistoryEntry& entry : history) {
        out.begin_object();
        out.field("at", shop.rfc3339(entry.at_ms));
        out.field("actor", entry.actor);
        out.field("source", entry.source);
        out.field("field", entry.field);
        out.field("old", entry.old_value);
        out.field("new", entry.new_value);
        out.field("reason", entry.reason);
        out.end_object();
    }
    out.end_array();
}

/// Paths of the untrusted texts that both full views can hold.
std::vector<std::string> common_paths(const OrderView& view) {
    const Order& order = view.order;
    std::vector<std::string> paths = {"recipient_name"};
    if (order.delivery_address) paths.emplace_back("delivery_address");
    if (order.delivery_notes) paths.emplace_back("delivery_notes");
    for (const OrderLine& line : view.lines) {
        if (!line.special_requests) continue;
        paths.emplace_back("items[].special_requests");
        break;
    }
    if (order.cancel_reason) paths.emplace_back("cancel_reason");
    return paths;
}

std::vector<std::string> private_paths(const OrderView& view) {
    std::vector<std::string> paths = common_paths(view);
    paths.emplace_back("customer_name");
    if (view.order.notes) paths.emplace_back("notes");
    return paths;
}

}  // namespace

std::vector<std::string> untrusted_paths(const OrderStaff& staff) {
    std::vector<std::string> paths = private_paths(staff.view);
    if (staff.depth) {
        for (const char* path : {"history[].old", "history[].new", "history[].reason"}) {
            paths.emplace_back(path);
        }
    }
    return paths;
}

std::vector<std::string> untrusted_paths(const OrderTracking& tracking) {
    std::vector<std::string> paths = common_paths(tracking.view);
    paths.emplace_back("recipient.name");
    return paths;
}

void write_members(JsonWriter& out, const OrderView& view) {
    write_common(out, view);
    write_private(out, view);
    out.field("untrusted_fields", private_paths(view));
}

namespace {

void write_untrusted(JsonWriter& out, std::vector<std::string> paths,
                     const std::vector<std::string>& more) {
    paths.insert(paths.end(), more.begin(), more.end());
    out.field("untrusted_fields", paths);
}

void write_staff(JsonWriter& out, const OrderStaff& staff, const std::vector<std::string>& more) {
    const Order& order = staff.view.order;
    write_common(out, staff.view);
    write_private(out, staff.view);
    out.field("client_id", order.client_id);
    out.field("telegram_user_id",
              order.channel == "telegram" ? order.channel_user_id : std::optional<std::string>());
    out.field("channel", order.channel);
    out.field("courier_id", order.courier_id);
    out.field("florist_id", order.florist_id);
    out.field("reservation_expired", staff.reservation_expired);
    write_photos(out, staff.photos);
    if (staff.depth) {
        write_reservations(out, staff.depth->reservations);
        write_history(out, staff.view.shop, staff.depth->history);
    }
    out.key("allowed_transitions");
    out.begin_array();
    for (const Status status : staff.allowed_transitions) out.value(word(status));
    out.end_array();
    write_untrusted(out, untrusted_paths(staff), more);
}

void write_tracking(JsonWriter& out, const OrderTracking& tracking,
                    const std::vector<std::string>& more) {
    const shop::Shop& shop = tracking.view.shop;
    const Order& order = tracking.view.order;
    write_common(out, tracking.view);
    out.key("recipient");
    out.begin_object();
    out.field("name", order.recipient_name);
    out.field("phone_masked", phone::mask(order.recipient_phone));
    out.end_object();
    out.key("sender");
    out.begin_object();
    out.field("phone_masked", phone::mask(order.sender_phone));
    out.end_object();
    write_photos(out, tracking.photos);
    out.key("cancellation");
    if (order.status == Status::cancelled) {
        out.begin_object();
        out.field("reason_code", order.cancel_code);
        out.field("at", moment(shop, order.cancelled_ms));
        out.end_object();
    } else {
        out.null();
    }
    out.key("timeline");
    out.begin_array();
    for (const OrderTracking::Milestone& milestone : tracking.timeline) {
        out.begin_object();
        out.field("status", word(milestone.status));
        out.field("label", label(milestone.status, shop.locale));
        out.field("at", shop.rfc3339(milestone.at_ms));
        out.end_object();
    }
    out.end_array();
    write_untrusted(out, untrusted_paths(tracking), more);
}

}  // namespace

void write_members(JsonWriter& out, const OrderStaff& staff) {
    write_staff(out, staff, {});
}

void write_members(JsonWriter& out, const OrderTracking& tracking) {
    write_tracking(out, tracking, {});
}

void write_members(JsonWriter& out, const OrderGlimpse& glimpse) {
    const OrderView& view = glimpse.view;
    const Order& order = view.order;
    out.field("order_number", order.order_number);
    out.field("status", word(order.status));
    out.field("status_label", label(order.status, view.shop.locale));
    out.field("delivery_text", shop::delivery_text(view.shop, order.handover));
    out.key("item_names");
    out.begin_array();
    for (const OrderLine& line : view.lines) out.value(line.product_name);
    out.end_array();
    write_amount(out, view.shop, "total", order.total_minor);
    out.field("currency", order.currency);
    out.field("redacted", true);
}

void write_members(JsonWriter& out, const ChangedOrder& changed,
                   const std::vector<std::string>& more_untrusted) {
    if (const auto* staff = std::get_if<OrderStaff>(&changed)) {
        write_staff(out, *staff, more_untrusted);
    } else {
        write_tracking(out, std::get<OrderTracking>(changed), more_untrusted);
    }
}

}  // namespace shopkeeper::orders
