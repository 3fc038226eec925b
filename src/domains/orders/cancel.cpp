#include "domains/orders/cancel.hpp"

#include <algorithm>

#include "domains/orders/announcements.hpp"
#include "domains/orders/history.hpp"
#include "domains/orders/lookup.hpp"
#include "domains/orders/order_store.hpp"
#include "domains/shop/confirmation.hpp"

namespace shopkeeper::orders {

namespace {

/// payment_expired is missing on purpose: only the system gives it (payment_expiry).
constexpr std::string_view kCodes[] = {"changed_mind", "wrong_product", "delivery_time",
                                       "duplicate", "other"};

Refusal verification_required() {
    ErrorDetails details;
    details.reason = "verification_required";
    details.proofs = {"tracking_id"};
    return refuse(ErrorCode::permission_denied,
                  "An order id alone proves nothing. Ask the customer for the nine digits of the "
                  "tracking id and call cancel_order with tracking_id.",
                  std::move(details));
}

/// Says the same whether the order is somebody else's or does not exist (O39).
Result<Located> locate_by_id(storage::Connection& connection, const CallContext& context,
                             std::int64_t order_id) {
    if (context.caller.can(Permission::update_orders)) {
        return locate_for_staff(connection, context, order_id, Hold::yes);
    }
    if (!context.caller.is_customer()) return verification_required();
    auto shop = shop::current(connection, context);
    if (!shop) return Refusal(shop.error());
    auto order = lock(connection, shop->id, order_id);
    if (!order || !owns(context.caller, *order)) return verification_required();
    return Located{std::move(*shop), std::move(*order)};
}

Result<Located> locate(storage::Connection& connection, const CallContext& context,
                       const CancelOrder& command) {
    if (command.tracking_id.has_value() == command.order_id.has_value()) {
        return invalid_argument("tracking_id", "Give exactly one of tracking_id and order_id.");
    }
    if (command.order_id) return locate_by_id(connection, context, *command.order_id);
    return locate_by_tracking(connection, context, *command.tracking_id, Hold::yes);
}

Result<std::vector<warehouse::Operation>> undo_stock(storage::Connection& connection,
                                                     const CallContext& context,
                                                     const shop::Shop& shop, const Order& order,
                                                     StockEffect effect,
                                                     std::optional<StockAction> action) {
    if (effect == StockEffect::release) {
        warehouse::release_reservations(connection, shop.id, order.id, context.now_ms);
        return {};
    }
    return warehouse::restock(connection, context, shop, {order.id, order.order_number},
                              *action == StockAction::write_off);
}

Refusal stock_action_required(const Order& order) {
    return failed_precondition("stock_action_required",
                               "The flowers of this order are used already: say with stock_action "
                               "whether they go back on the shelf (restock) or are lost "
                               "(writeoff).",
                               std::string(word(order.status)));
}

std::string_view effect_word(Status old_status, bool has_claims,
                             std::optional<StockAction> action) {
    if (!has_claims) return "none";
    if (is_before_assembly(old_status)) return "released";
    return action == StockAction::write_off ? "written_off" : "restocked";
}

/// Whoever may only act by proof acts as the owner: a courier has no say in other cancellations.
Party cancelling_party(const Caller& caller) {
    return caller.can(Permission::update_orders) ? party_of(caller) : Party::owner;
}

}  // namespace

CancelReason cancel_reason(const std::string& given) {
    const bool is_code = std::find(std::begin(kCodes), std::end(kCodes), given) != std::end(kCodes);
    if (is_code) return {given, std::nullopt};
    return {"other", given};
}

Result<std::vector<warehouse::Operation>> cancel_locked(storage::Connection& connection,
                                                        const CallContext& context,
                                                        const shop::Shop& shop, Order& order,
                                                        Party party, const CancelReason& reason,
                                                        std::optional<StockAction> stock_action) {
    const auto transition = step(order, Status::cancelled, party);
    if (!transition) return Refusal(transition.error());
    if ((*transition)->stock != StockEffect::release && !stock_action)
        return stock_action_required(order);
    const auto risk = shop::risk_of_cancelling(shop, order.order_number, order.total_minor,
                                               order.payment_status == PaymentStatus::paid);
    if (auto agreed = shop::agree(context, shop, risk); !agreed) return Refusal(agreed.error());
    auto operations =
        undo_stock(connection, context, shop, order, (*transition)->stock, stock_action);
    if (!operations) return operations;
    shop::free_slot(connection, shop, order.handover.slot_start_ms);

    const Status old_status = order.status;
    const PaymentStatus old_payment = order.payment_status;
    order.status = Status::cancelled;
    order.cancelled_ms = context.now_ms;
    order.cancel_code = reason.code;
    order.cancel_reason = reason.words;
    if (old_payment == PaymentStatus::paid) order.payment_status = PaymentStatus::refund_required;
    if (auto saved = save(connection, order, old_status, context.now_ms); !saved) {
        return Refusal(saved.error());
    }

    const std::string why = reason.words.value_or(reason.code);
    record(connection, context, order,
           {"status", std::string(word(old_status)), std::string(word(order.status)), why});
    announce_status(connection, context, shop, order, old_status);
    if (order.payment_status != old_payment) {
        record(connection, context, order,
               {"payment_status", std::string(word(old_payment)),
                std::string(word(order.payment_status)), why});
        announce_payment(connection, context, shop, order, old_payment);
    }
    return operations;
}

Result<CancelledOrder> cancel(storage::Connection& connection, const CallContext& context,
                              const CancelOrder& command) {
    auto located = locate(connection, context, command);
    if (!located) return Refusal(located.error());
    const shop::Shop& shop = located->shop;
    Order& order = located->order;
    const CallContext later = behind_last_change(context, order);
    context.audit.shop_id = order.shop_id;
    context.audit.target_kind = "order";
    context.audit.target_id = std::to_string(order.id);

    const bool already_cancelled = order.status == Status::cancelled;
    std::string_view stock_effect = "none";
    if (already_cancelled) {
        context.audit.effective = false;
    } else {
        const Status old_status = order.status;
        const Counted before = counted(order);
        const bool has_claims = !warehouse::reservations(connection, shop.id, order.id).empty();
        const auto done =
            cancel_locked(connection, later, shop, order, cancelling_party(context.caller),
                          cancel_reason(command.reason), command.stock_action);
        if (!done) return Refusal(done.error());
        count_change(connection, before, order);
        stock_effect = effect_word(old_status, has_claims, command.stock_action);
    }
    return CancelledOrder{changed_view_of(connection, later, shop, std::move(order)),
                          already_cancelled, stock_effect};
}

}  // namespace shopkeeper::orders
