#include "domains/orders/lookup.hpp"

#include <algorithm>

#include "domains/orders/order_store.hpp"

namespace shopkeeper::orders {

namespace {

constexpr std::size_t kTrackingDigits = 9;

/// Spaces, dashes of any width and the number sign: how people group digits.
constexpr std::string_view kGrouping[] = {" ",      "-",      "\u00a0", "\u2010", "\u2011",
                                          "\u2012", "\u2013", "\u2014", "\u2212", "№"};

std::string without_grouping(std::string_view text) {
    std::string kept;
    while (!text.empty()) {
        const auto mark =
            std::find_if(std::begin(kGrouping), std::end(kGrouping),
                         [&](std::string_view each) { return text.starts_with(each); });
        if (mark == std::end(kGrouping)) kept += text.front();
        text.remove_prefix(mark == std::end(kGrouping) ? 1 : mark->size());
    }
    return kept;
}

bool is_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Refusal unknown_tracking(const std::string& tracking_id) {
    ErrorDetails details;
    details.field = "tracking_id";
    details.entity = "order";
    details.id = tracking_id;
    return refuse(
        ErrorCode::not_found,
        "No order with this tracking id. Check the nine digits, or look the order up with "
        "track_order_by_phone.",
        std::move(details));
}

/// The call as it would be in `shop_id`.
CallContext in_shop(const CallContext& context, std::int64_t shop_id) {
    CallContext there = context;
    there.shop_id = shop_id;
    return there;
}

/// Only guests and services follow an order into its shop; everybody else has one already.
bool follows_the_order(const CallContext& context) {
    const CallerKind kind = context.caller.kind;
    return !context.shop_given && (kind == CallerKind::guest || kind == CallerKind::service);
}

Result<shop::Shop> shop_of(storage::Connection& connection, const CallContext& context,
                           const std::string& tracking_id) {
    if (!follows_the_order(context)) return shop::current(connection, context);
    const auto shop_id = shop_of_tracking(connection, tracking_id);
    if (!shop_id) return unknown_tracking(tracking_id);
    connection.enter_shop(*shop_id);
    auto shop = shop::current(connection, in_shop(context, *shop_id));
    // That the shop is closed down is no reason to tell that the order exists (A14, E4).
    if (!shop) return unknown_tracking(tracking_id);
    return shop;
}

}  // namespace

Result<std::string> parse_tracking_id(std::string_view given) {
    std::string digits = without_grouping(given);
    if (digits.size() == kTrackingDigits && is_digits(digits)) return digits;
    if (given.starts_with('#')) {
        return invalid_argument(
            "tracking_id",
            "This is an order number. A tracking id has nine digits and no #; it "
            "stands in the confirmation. With an order number only, use "
            "track_order_by_phone with the phone and the recipient's name.",
            std::string(given));
    }
    return invalid_argument("tracking_id", "A tracking id has exactly nine digits, like 482913057.",
                            std::string(given));
}

Result<Located> locate_by_tracking(storage::Connection& connection, const CallContext& context,
                                   std::string_view given, Hold hold) {
    const auto tracking_id = parse_tracking_id(given);
    if (!tracking_id) return Refusal(tracking_id.error());
    auto shop = shop_of(connection, context, *tracking_id);
    if (!shop) return Refusal(shop.error());
    auto order = hold == Hold::yes ? lock_by_tracking(connection, shop->id, *tracking_id)
                                   : find_by_tracking(connection, shop->id, *tracking_id);
    if (!order) return unknown_tracking(*tracking_id);
    return Located{std::move(*shop), std::move(*order)};
}

Result<Located> locate_for_staff(storage::Connection& connection, const CallContext& context,
                                 std::int64_t order_id, Hold hold) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    auto order = hold == Hold::yes ? lock(connection, shop->id, order_id)
                                   : find(connection, shop->id, order_id);
    if (!order) return not_found("order", order_id);
    if (context.caller.is_courier() && !is_courier_order(context.caller, *order)) {
        return not_found("order", order_id);
    }
    return Located{std::move(*shop), std::move(*order)};
}

CallContext behind_last_change(const CallContext& context, const Order& order) {
    CallContext later = context;
    later.now_ms = std::max(later.now_ms, order.updated_ms);
    return later;
}

bool owns(const Caller& caller, const Order& order) {
    if (!caller.is_customer()) return false;
    if (order.channel == caller.channel && order.channel_user_id == caller.channel_user_id) {
        return true;
    }
    return caller.has_verified_phone(order.phone) || caller.has_verified_phone(order.sender_phone);
}

bool is_courier_order(const Caller& courier, const Order& order) {
    if (order.courier_id) return *order.courier_id == courier.user_id;
    return order.status == Status::assembled && order.is_delivery();
}

}  // namespace shopkeeper::orders
