#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "domains/orders/order.hpp"
#include "domains/shop/local_time.hpp"
#include "storage/database.hpp"

/// How many orders a shop has of each status, kept beside the orders themselves: counting a million
/// rows would cost a list many times what its page costs. All work inside the caller's transaction.
namespace shopkeeper::orders {

/// Where orders are counted: the shop as a whole, its UTC days of ordering, its local days of
/// delivery, its couriers, and deliveries that wait for a courier (A17).
enum class Span { shop, created, delivery, courier, untaken };
std::string_view word(Span span);

constexpr std::int64_t kMsPerUtcDay = 86'400'000;

/// The place of a local day in Span::delivery: 20261121.
std::int64_t place_of(shop::LocalDate day);

/// What decides where an order is counted.
struct Counted {
    Status status = Status::created;
    PaymentStatus payment_status = PaymentStatus::unpaid;
    std::optional<shop::LocalDate> delivery_day;
    DeliveryType delivery_type = DeliveryType::delivery;
    std::optional<std::int64_t> courier_id;
    UnixMs created_ms = 0;
    bool operator==(const Counted&) const = default;
};

Counted counted(const Order& order);

/// One order more or less, in the transaction of the change.
void count_in(storage::Connection& connection, std::int64_t shop_id, const Counted& order);
void count_out(storage::Connection& connection, std::int64_t shop_id, const Counted& order);

/// Places `first` to `last` of a span, both included, with these statuses or any.
struct Tally {
    Span span = Span::shop;
    std::int64_t first = std::numeric_limits<std::int64_t>::min();
    std::int64_t last = std::numeric_limits<std::int64_t>::max();
    std::optional<Status> status;
    std::optional<PaymentStatus> payment_status;
};

/// Costs as many steps as the span has places in the range, whatever the number of orders.
std::int64_t number_of_orders(storage::Connection& connection, std::int64_t shop_id,
                              const Tally& tally);

/// Counts the orders anew: after rows were written by other means.
void recount_orders(storage::Connection& connection, std::int64_t shop_id);

}  // namespace shopkeeper::orders
