#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "domains/orders/basket.hpp"
#include "domains/orders/views.hpp"
#include "storage/database.hpp"

namespace shopkeeper::orders {

struct CreateOrder {
    std::string customer_name;
    std::optional<std::string> customer_phone;
    std::vector<BasketItem> items;
    DeliveryType delivery_type = DeliveryType::delivery;
    std::optional<std::string> delivery_date;
    std::optional<std::string> delivery_time;
    std::optional<std::string> delivery_address;
    std::optional<std::int64_t> pickup_location_id;
    std::optional<std::string> recipient_name;
    std::optional<std::string> recipient_phone;
    std::optional<std::string> sender_phone;
    bool ask_delivery_address = false;
    bool ask_delivery_time = false;
    std::optional<std::string> delivery_notes;
    std::optional<std::string> notes;
    std::optional<std::string> payment_method;
    std::optional<money::Amount> total_price;
    bool strict_price = false;
    std::optional<std::string> telegram_user_id;
    bool allow_duplicate = false;
};

/// The caller expected another price; the order has the shop's. Rule: domain O14.
struct PriceMismatch {
    std::int64_t given_minor;
    std::int64_t subtotal_minor;
    std::int64_t total_minor;
};

struct CreatedOrder {
    OrderView view;
    bool duplicate = false;  ///< this order was there already (O20)
    std::optional<PriceMismatch> price_mismatch;
    std::vector<Warning> warnings;
};

/// Takes an order: finds the client, judges the time, reserves every component, occupies the slot
/// and stores the order with its number, all or nothing. The same order within 120 s is returned
/// instead of made twice. Errors: invalid_argument, not_found, product_unavailable,
/// delivery_unavailable, pickup_unavailable, missing_delivery_address, the time errors,
/// insufficient_stock, conflict (price_mismatch), failed_precondition (address_missing). Rule:
/// domain O10-O23.
Result<CreatedOrder> create(storage::Connection& connection, const CallContext& context,
                            const CreateOrder& command);

/// The refusal of a delivery without an address, naming what would do instead. Rule: domain O13.
Refusal missing_delivery_address(const shop::Shop& shop, bool may_ask_later);

}  // namespace shopkeeper::orders
