#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/call_context.hpp"
#include "domains/orders/history.hpp"
#include "domains/orders/order.hpp"
#include "domains/shop/shop.hpp"
#include "domains/warehouse/stock.hpp"
#include "storage/database.hpp"

/// Who sees what of an order. A view holds whole rows; what stands on the wire is decided by its
/// type and written in tools/order_tools.cpp. Rule: domain 3.0.
namespace shopkeeper::orders {

/// For the owner, and what creating returns.
struct OrderView {
    shop::Shop shop;
    Order order;
    std::vector<OrderLine> lines;
    std::optional<std::string> tracking_url;  ///< O19
};

/// For staff.
struct OrderStaff {
    OrderView view;
    bool reservation_expired = false;  ///< O25: a claim on components does not count any more
    std::vector<OrderPhoto> photos;
    std::vector<Status> allowed_transitions;  ///< for the caller
    /// Absent in lists.
    struct Depth {
        std::vector<warehouse::Reservation> reservations;
        std::vector<HistoryEntry> history;
    };
    std::optional<Depth> depth;
};

/// For whoever knows the tracking id: no internal id, phones masked.
struct OrderTracking {
    struct Milestone {
        Status status;
        UnixMs at_ms;
    };
    OrderView view;
    std::vector<OrderPhoto> photos;
    std::vector<Milestone> timeline;
};

/// What a change returns: to staff the staff's view, to everybody else the tracking view.
using ChangedOrder = std::variant<OrderTracking, OrderStaff>;

OrderView view_of(storage::Connection& connection, const CallContext& context,
                  const shop::Shop& shop, Order order);
/// For who has the order's lines already.
OrderView view_of(const CallContext& context, const shop::Shop& shop, Order order,
                  std::vector<OrderLine> lines);
OrderStaff staff_view_of(storage::Connection& connection, const CallContext& context,
                         const shop::Shop& shop, Order order);
OrderTracking tracking_view_of(storage::Connection& connection, const CallContext& context,
                               const shop::Shop& shop, Order order);
ChangedOrder changed_view_of(storage::Connection& connection, const CallContext& context,
                             const shop::Shop& shop, Order order);

/// The same for a page of orders, with a constant number of statements; without Depth.
std::vector<OrderStaff> staff_views_of(storage::Connection& connection, const CallContext& context,
                                       const shop::Shop& shop, std::vector<Order> orders);
std::vector<OrderTracking> tracking_views_of(storage::Connection& connection,
                                             const CallContext& context, const shop::Shop& shop,
                                             std::vector<Order> orders);

/// When the order reached which status, oldest first; a status reached again counts once, at its
/// latest time (O4).
std::vector<OrderTracking::Milestone> timeline_of(const Order& order);

}  // namespace shopkeeper::orders
