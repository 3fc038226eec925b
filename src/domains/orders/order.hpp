#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/locale.hpp"
#include "domains/shop/delivery_time.hpp"

/// An order as it is stored, and the words for its states.
namespace shopkeeper::orders {

/// Where an order stands; `delivered` and `cancelled` are final. The sequence is the way of an
/// order that goes well. Rule: domain O1.
enum class Status { created, paid, accepted, assembled, in_delivery, delivered, cancelled };
inline constexpr std::array kStatuses = {Status::created,   Status::paid,        Status::accepted,
                                         Status::assembled, Status::in_delivery, Status::delivered,
                                         Status::cancelled};

/// Kept separately from the status: a late payment never moves an order back. Rule: domain O1, O7.
enum class PaymentStatus { unpaid, paid, refund_required, refunded };

enum class DeliveryType { delivery, pickup };

/// The stored and shown word; `Status::created` is "new".
std::string_view word(Status status);
std::string_view word(PaymentStatus status);
std::string_view word(DeliveryType type);

/// REQUIRES: one of the canonical words, from our own table or from a validated argument.
Status status_of(std::string_view word);
PaymentStatus payment_status_of(std::string_view word);
DeliveryType delivery_type_of(std::string_view word);

/// For customers, in the shop's language. Rule: domain O3.
std::string_view label(Status status, Locale locale);
std::string_view label(PaymentStatus status, Locale locale);
/// new, confirmed, preparing, delivering, done or cancelled. Rule: domain O3.
std::string_view progress_stage(Status status);

constexpr bool is_final(Status status) {
    return status == Status::delivered || status == Status::cancelled;
}
/// Before its components left the shelf: cancelling releases, accepting may still re-acquire.
constexpr bool is_before_assembly(Status status) {
    return status < Status::assembled;
}

/// One row of `orders`.
struct Order {
    std::int64_t id = 0;
    std::int64_t shop_id = 0;
    std::string tracking_id;   ///< nine digits; knowing it is a proof (A10)
    std::string order_number;  ///< "#00012"
    std::int64_t client_id = 0;

    std::string customer_name;
    std::string phone;
    std::string sender_phone;
    std::string recipient_name;
    std::string recipient_phone;

    DeliveryType delivery_type = DeliveryType::delivery;
    std::optional<std::string> delivery_address;  ///< delivery only
    std::optional<std::string> pickup_address;    ///< pickup only
    bool ask_delivery_address = false;            ///< the shop will ask the recipient
    /// Day, instant, window and slot, which never disagree (O36); `ask_time` is
    /// `ask_delivery_time`.
    shop::Handover handover;
    std::optional<std::string> original_date;  ///< as the caller wrote it
    std::optional<std::string> original_time;
    std::optional<std::string> delivery_notes;
    std::optional<std::string> notes;

    std::string currency;
    std::int64_t subtotal_minor = 0;
    std::int64_t delivery_cost_minor = 0;
    std::int64_t discount_minor = 0;
    std::int64_t total_minor = 0;
    std::int64_t amount_paid_minor = 0;

    Status status = Status::created;
    PaymentStatus payment_status = PaymentStatus::unpaid;
    std::optional<std::string> payment_method;

    std::optional<std::string> channel;  ///< where the customer can be told (A5)
    std::optional<std::string> channel_user_id;
    std::optional<std::int64_t> courier_id;
    std::optional<std::int64_t> florist_id;

    std::optional<std::string> cancel_code;
    std::optional<std::string> cancel_reason;
    std::string fingerprint;  ///< O20

    std::optional<UnixMs> paid_ms;
    std::optional<UnixMs> accepted_ms;
    std::optional<UnixMs> assembled_ms;
    std::optional<UnixMs> in_delivery_ms;
    std::optional<UnixMs> delivered_ms;
    std::optional<UnixMs> cancelled_ms;
    std::int64_t version = 1;
    UnixMs created_ms = 0;
    UnixMs updated_ms = 0;

    bool is_delivery() const { return delivery_type == DeliveryType::delivery; }
};

/// One product of an order, with the name and price of the day it was ordered. Rule: domain M8.
struct OrderLine {
    std::int64_t product_id = 0;
    std::string product_name;
    std::int64_t unit_price_minor = 0;
    std::int64_t quantity = 0;
    std::int64_t line_total_minor = 0;
    std::optional<std::string> special_requests;
};

struct OrderPhoto {
    std::string url;
    std::string kind;  ///< assembly, delivery
};

}  // namespace shopkeeper::orders
