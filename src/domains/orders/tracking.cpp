#include "domains/orders/tracking.hpp"

#include "base/phone.hpp"
#include "base/text.hpp"
#include "domains/orders/contacts.hpp"
#include "domains/orders/lookup.hpp"
#include "domains/orders/order_store.hpp"

namespace shopkeeper::orders {

namespace {

constexpr UnixMs kGlimpseWindowMs = 30LL * 24 * 3'600'000;

/// $3: strangers see finished orders from this moment on only; NULL for who sees all. Two look-ups
/// and not one OR: without statistics SQLite answers the OR by walking all orders of the shop.
constexpr std::string_view kOfPhone = R"sql(
WHERE id IN (SELECT id FROM orders WHERE shop_id = $1 AND phone = $2
             UNION
             SELECT id FROM orders
             WHERE shop_id = $1 AND sender_phone = $2 AND sender_phone <> phone)
  AND (CAST($3 AS BIGINT) IS NULL
       OR status NOT IN ('delivered', 'cancelled')
       OR COALESCE(delivered_ms, cancelled_ms, updated_ms) >= $3)
)sql";

/// Active orders by delivery time, then finished ones newest first (O47).
constexpr std::string_view kPage = R"sql(
ORDER BY CASE WHEN status IN ('delivered', 'cancelled') THEN 1 ELSE 0 END,
         CASE WHEN status IN ('delivered', 'cancelled') THEN NULL ELSE delivery_at_ms END
             ASC NULLS LAST,
         CASE WHEN status IN ('delivered', 'cancelled') THEN created_ms ELSE 0 END DESC,
         id
LIMIT $4 OFFSET $5
)sql";

constexpr std::string_view kByNumber =
    "WHERE shop_id = $1 AND order_number = $2 AND (phone = $3 OR sender_phone = $3)";

std::int64_t count_of_phone(storage::Connection& connection, std::int64_t shop_id,
                            const std::string& phone, std::optional<UnixMs> since_ms) {
    static const std::string sql = "SELECT COUNT(*) FROM orders " + std::string(kOfPhone);
    return connection.query(sql, {shop_id, phone, since_ms}).front().get<std::int64_t>(0);
}

std::vector<Order> page_of_phone(storage::Connection& connection, std::int64_t shop_id,
                                 const std::string& phone, std::optional<UnixMs> since_ms,
                                 int limit, int skip) {
    static const std::string sql = select_orders(std::string(kOfPhone) + std::string(kPage));
    std::vector<Order> orders;
    for (const storage::Row row : connection.query(sql, {shop_id, phone, since_ms, limit, skip})) {
        orders.push_back(read_order(row));
    }
    return orders;
}

/// The order of this phone that number and recipient fit. Rule: domain O46.
std::optional<Order> proven(storage::Connection& connection, const shop::Shop& shop,
                            const std::string& phone, const TrackByPhone& command) {
    if (!command.order_number) return std::nullopt;
    static const std::string sql = select_orders(kByNumber);
    const std::string number = command.order_number->starts_with('#') ? *command.order_number
                                                                      : "#" + *command.order_number;
    const storage::Rows rows = connection.query(sql, {shop.id, number, phone});
    if (rows.empty()) return std::nullopt;
    Order order = read_order(rows.front());
    if (text::fold(order.recipient_name) != text::fold(*command.recipient_name)) {
        return std::nullopt;
    }
    return order;
}

std::string message_for(const PhoneOrders& page, bool failed_proof, bool in_full) {
    if (failed_proof && !page.verified) {
        return "order_number and recipient_name fit no order of this phone, so only an overview "
               "can "
               "be shown.";
    }
    if (page.total == 0) {
        return "No orders with this phone in this shop. Check the phone, or track by the nine "
               "digits of the tracking id.";
    }
    if (in_full) return "Orders of this phone, active ones first.";
    return "An overview without names and addresses. For everything ask for the tracking id, or "
           "for "
           "order_number and recipient_name together.";
}

std::vector<OrderGlimpse> glimpses(std::vector<OrderTracking> views) {
    std::vector<OrderGlimpse> glimpses;
    for (OrderTracking& tracking : views) glimpses.push_back({std::move(tracking.view)});
    return glimpses;
}

}  // namespace

Result<OrderTracking> track(storage::Connection& connection, const CallContext& context,
                            const TrackOrder& command) {
    auto located = locate_by_tracking(connection, context, command.tracking_id, Hold::no);
    if (!located) return Refusal(located.error());
    return tracking_view_of(connection, context, located->shop, std::move(located->order));
}

Result<PhoneOrders> track_by_phone(storage::Connection& connection, const CallContext& context,
                                   const TrackByPhone& command) {
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    if (command.order_number.has_value() != command.recipient_name.has_value()) {
        return invalid_argument(
            command.order_number ? "recipient_name" : "order_number",
            "order_number and recipient_name prove an order only together: give "
            "both or none.");
    }
    std::vector<Warning> oddities;  // of no interest when looking up
    const auto phone = customer_phone(context.caller, command.customer_phone, oddities);
    if (!phone) return Refusal(phone.error());

    PhoneOrders page;
    page.skip = command.skip;
    page.limit = command.limit;
    if (auto order = proven(connection, *shop, phone->e164, command)) {
        std::vector<OrderTracking> items;
        if (command.skip == 0) {
            items.push_back(tracking_view_of(connection, context, *shop, std::move(*order)));
        }
        page.items = std::move(items);
        page.total = 1;
        page.verified = true;
        page.message = "The order that number and recipient belong to.";
        return page;
    }

    const Caller& caller = context.caller;
    page.verified = caller.can(Permission::view_clients) || caller.has_verified_phone(phone->e164);
    const bool in_full = page.verified || shop->phone_lookup_full;
    const std::optional<UnixMs> since =
        in_full ? std::nullopt : std::optional(context.now_ms - kGlimpseWindowMs);
    page.total = count_of_phone(connection, shop->id, phone->e164, since);
    auto views = tracking_views_of(
        connection, context, *shop,
        page_of_phone(connection, shop->id, phone->e164, since, command.limit, command.skip));
    if (in_full)
        page.items = std::move(views);
    else
        page.items = glimpses(std::move(views));
    page.message = message_for(page, command.order_number.has_value(), in_full);
    return page;
}

}  // namespace shopkeeper::orders
