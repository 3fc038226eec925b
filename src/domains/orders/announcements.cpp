#include "domains/orders/announcements.hpp"

#include "base/json_writer.hpp"
#include "journal/events.hpp"

namespace shopkeeper::orders {

namespace {

/// The members every order event has; the caller adds its own and closes the object.
JsonWriter begin_data(const shop::Shop& shop, const Order& order) {
    JsonWriter data;
    data.begin_object();
    data.field("order_id", order.id);
    data.field("order_number", order.order_number);
    data.field("status", word(order.status));
    data.field("payment_status", word(order.payment_status));
    data.field("delivery_type", word(order.delivery_type));
    data.raw_field("total", shop.major(order.total_minor));
    data.field("currency", order.currency);
    data.field("channel", order.channel);
    data.field("channel_user_id", order.channel_user_id);
    return data;
}

void emit(storage::Connection& connection, const CallContext& context, const Order& order,
          std::string_view type, JsonWriter data) {
    data.end_object();
    journal::emit(connection, context, order.shop_id,
                  {type, "order", std::to_string(order.id), std::move(data).take()});
}

/// Asks for a message to the customer; whoever sends it fills the named template from these facts.
void tell_customer(storage::Connection& connection, const CallContext& context,
                   const shop::Shop& shop, const Order& order, std::string_view message,
                   const std::optional<std::string>& photo_url = {}) {
    if (order.channel != "telegram" || !order.channel_user_id) return;
    JsonWriter payload;
    payload.begin_object();
    payload.field("user_id", *order.channel_user_id);
    payload.field("template", message);
    payload.field("locale", word(shop.locale));
    payload.field("order_id", order.id);
    payload.field("order_number", order.order_number);
    payload.field("tracking_id", order.tracking_id);
    payload.field("status", word(order.status));
    payload.field("status_label", label(order.status, shop.locale));
    payload.field("payment_status", word(order.payment_status));
    payload.field("delivery_text", shop::delivery_text(shop, order.handover));
    payload.field("total_display", shop.display(order.total_minor));
    if (photo_url) payload.field("photo_url", *photo_url);
    payload.end_object();
    const std::string partition = "order:" + std::to_string(order.id);
    journal::enqueue(connection, context, order.shop_id,
                     {"telegram.send",
                      partition + ":" + std::string(message) + ":" + std::to_string(order.version),
                      partition, std::move(payload).take()});
}

}  // namespace

void announce_created(storage::Connection& connection, const CallContext& context,
                      const shop::Shop& shop, const Order& order) {
    emit(connection, context, order, "order.created", begin_data(shop, order));
    tell_customer(connection, context, shop, order, "order_confirmed");
}

void announce_status(storage::Connection& connection, const CallContext& context,
                     const shop::Shop& shop, const Order& order, Status old_status) {
    JsonWriter data = begin_data(shop, order);
    data.field("old_status", word(old_status));
    emit(connection, context, order, "order.status", std::move(data));
    // The message about the payment says it already.
    if (order.status == Status::paid || order.status < old_status) return;
    tell_customer(connection, context, shop, order, "order_" + std::string(word(order.status)));
}

void announce_payment(storage::Connection& connection, const CallContext& context,
                      const shop::Shop& shop, const Order& order, PaymentStatus old_status) {
    JsonWriter data = begin_data(shop, order);
    data.field("old_payment_status", word(old_status));
    data.raw_field("amount_paid", shop.major(order.amount_paid_minor));
    emit(connection, context, order, "payment.status", std::move(data));
    if (order.payment_status != PaymentStatus::paid) return;
    tell_customer(connection, context, shop, order, "order_paid");
}

void announce_update(storage::Connection& connection, const CallContext& context,
                     const shop::Shop& shop, const Order& order,
                     std::span<const std::string> fields) {
    JsonWriter data = begin_data(shop, order);
    data.key("fields");
    data.begin_array();
    for (const std::string& field : fields) data.value(field);
    data.end_array();
    emit(connection, context, order, "order.updated", std::move(data));
}

void announce_photo(storage::Connection& connection, const CallContext& context,
                    const shop::Shop& shop, const Order& order, const OrderPhoto& photo) {
    if (photo.kind != "assembly") return;
    tell_customer(connection, context, shop, order, "photo_ready", photo.url);
}

}  // namespace shopkeeper::orders
