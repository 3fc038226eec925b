#include "domains/orders/views.hpp"

#include <algorithm>

#include "domains/orders/order_store.hpp"
#include "domains/orders/transitions.hpp"

namespace shopkeeper::orders {

namespace {

constexpr std::string_view kPlaceholder = "{tracking_id}";

std::optional<std::string> tracking_url(const CallContext& context, const Order& order) {
    std::string url = context.defaults.tracking_url;
    if (url.empty()) return std::nullopt;
    if (const auto at = url.find(kPlaceholder); at != std::string::npos) {
        url.replace(at, kPlaceholder.size(), order.tracking_id);
    }
    return url;
}

std::vector<std::int64_t> ids_of(const std::vector<Order>& orders) {
    std::vector<std::int64_t> ids;
    for (const Order& order : orders) ids.push_back(order.id);
    return ids;
}

template <class T>
T single(std::vector<T> views) {
    return std::move(views.front());
}

std::vector<Order> one(Order order) {
    std::vector<Order> orders;
    orders.push_back(std::move(order));
    return orders;
}

}  // namespace

OrderView view_of(storage::Connection& connection, const CallContext& context,
                  const shop::Shop& shop, Order order) {
    auto lines = lines_of(connection, shop.id, order.id);
    return view_of(context, shop, std::move(order), std::move(lines));
}

OrderView view_of(const CallContext& context, const shop::Shop& shop, Order order,
                  std::vector<OrderLine> lines) {
    auto url = tracking_url(context, order);
    return {shop, std::move(order), std::move(lines), std::move(url)};
}

OrderStaff staff_view_of(storage::Connection& connection, const CallContext& context,
                         const shop::Shop& shop, Order order) {
    const std::int64_t id = order.id;
    OrderStaff staff = single(staff_views_of(connection, context, shop, one(std::move(order))));
    staff.depth = OrderStaff::Depth{warehouse::reservations(connection, shop.id, id),
                                    history_of(connection, shop.id, id)};
    return staff;
}

OrderTracking tracking_view_of(storage::Connection& connection, const CallContext& context,
                               const shop::Shop& shop, Order order) {
    return single(tracking_views_of(connection, context, shop, one(std::move(order))));
}

ChangedOrder changed_view_of(storage::Connection& connection, const CallContext& context,
                             const shop::Shop& shop, Order order) {
    if (context.caller.can(Permission::update_orders)) {
        return staff_view_of(connection, context, shop, std::move(order));
    }
    return tracking_view_of(connection, context, shop, std::move(order));
}

std::vector<OrderStaff> staff_views_of(storage::Connection& connection, const CallContext& context,
                                       const shop::Shop& shop, std::vector<Order> orders) {
    const auto ids = ids_of(orders);
    auto lines = lines_of(connection, shop.id, ids);
    auto photos = photos_of(connection, shop.id, ids);
    const auto lost = with_lost_reservation(connection, shop.id, ids, context.now_ms);
    const Party party = party_of(context.caller);
    std::vector<OrderStaff> views;
    for (Order& order : orders) {
        const std::int64_t id = order.id;
        OrderStaff staff{view_of(context, shop, std::move(order), std::move(lines[id]))};
        const Order& seen = staff.view.order;
        staff.reservation_expired = is_before_assembly(seen.status) && lost.contains(id);
        staff.photos = std::move(photos[id]);
        staff.allowed_transitions = allowed_from(seen.status, seen.delivery_type, party);
        views.push_back(std::move(staff));
    }
    return views;
}

std::vector<OrderTracking> tracking_views_of(storage::Connection& connection,
                                             const CallContext& context, const shop::Shop& shop,
                                             std::vector<Order> orders) {
    const auto ids = ids_of(orders);
    auto lines = lines_of(connection, shop.id, ids);
    auto photos = photos_of(connection, shop.id, ids);
    std::vector<OrderTracking> views;
    for (Order& order : orders) {
        const std::int64_t id = order.id;
        auto timeline = timeline_of(order);
        views.push_back({view_of(context, shop, std::move(order), std::move(lines[id])),
                         std::move(photos[id]), std::move(timeline)});
    }
    return views;
}

std::vector<OrderTracking::Milestone> timeline_of(const Order& order) {
    const std::pair<Status, std::optional<UnixMs>> reached[] = {
        {Status::created, order.created_ms},         {Status::paid, order.paid_ms},
        {Status::accepted, order.accepted_ms},       {Status::assembled, order.assembled_ms},
        {Status::in_delivery, order.in_delivery_ms}, {Status::delivered, order.delivered_ms},
        {Status::cancelled, order.cancelled_ms},
    };
    std::vector<OrderTracking::Milestone> timeline;
    for (const auto& [status, at_ms] : reached) {
        if (at_ms) timeline.push_back({status, *at_ms});
    }
    std::stable_sort(timeline.begin(), timeline.end(),
                     [](const auto& a, const auto& b) { return a.at_ms < b.at_ms; });
    return timeline;
}

}  // namespace shopkeeper::orders
