#include "server/demo_orders.hpp"

#include <array>

#include "domains/orders/cancel.hpp"
#include "domains/shop/feasibility.hpp"
#include "domains/shop/shop.hpp"
#include "server/demo_tables.hpp"

namespace shopkeeper::server::demo {
namespace {

std::string address_of(std::size_t number, int client) {
    return "ул. Примерная " + std::to_string(number) + ", кв. " + std::to_string(client);
}

orders::UpdateStatus to(orders::Status status) {
    orders::UpdateStatus command;
    command.status = status;
    return command;
}

/// Accepted by the manager, who says which florist makes it.
orders::UpdateStatus accept_for_florist() {
    orders::UpdateStatus command = to(orders::Status::accepted);
    command.florist_id = kFloristId;
    return command;
}

}  // namespace

/// What an order of this client says; handover `hour` o'clock of `day`.
orders::CreateOrder OrderChapter::order_of(int client, int day, int hour,
                                           std::string_view lines) const {
    orders::CreateOrder command;
    command.customer_name = clients()[static_cast<std::size_t>(client) - 1].name;
    command.customer_phone = phone_of(client);
    for (const Pair& line : pairs(lines, '+')) {
        command.items.push_back({line.first, line.second, {}});
    }
    command.delivery_date = diary_.date(day).text();
    command.delivery_time = shop::day_minute_text(hour * 60);
    return command;
}

/// The next order of the plan; its number is its place.
std::size_t OrderChapter::plan_order(UnixMs at_ms, UnixMs place_ms, orders::CreateOrder command) {
    const std::size_t number = orders_.size();
    orders_.emplace_back();
    diary_.plan(
        at_ms, place_ms, cast_.manager(),
        [this, number, command](storage::Connection& connection, const CallContext& context) {
            const auto made = expect(orders::create(connection, context, command));
            const orders::Order& order = made.view.order;
            orders_[number] = {order.id, order.order_number, order.tracking_id};
        });
    return number;
}

void OrderChapter::plan_step(std::size_t number, UnixMs at_ms, UnixMs place_ms, const Caller& who,
                             orders::UpdateStatus command) {
    diary_.plan(at_ms, place_ms, who,
                [this, number, command](storage::Connection& connection,
                                        const CallContext& context) mutable {
                    command.order_id = orders_[number].id;
                    expect(orders::update_status(connection, context, command));
                });
}

void OrderChapter::plan_step(std::size_t number, UnixMs at_ms, const Caller& who,
                             orders::UpdateStatus command) {
    plan_step(number, at_ms, at_ms, who, std::move(command));
}

void OrderChapter::plan_delivered() {
    constexpr std::array<std::string_view, 3> kMethods = {"cash", "kaspi", "card"};
    constexpr UnixMs kMinute = 60'000;
    for (const OrderRow& row : delivered_orders()) {
        const bool is_delivery = row.type == 'D';
        const UnixMs ordered_ms = diary_.instant(row.day - 1, 11);
        const UnixMs handover_ms = diary_.instant(row.day, row.hour);
        orders::CreateOrder command = order_of(row.client, row.day, row.hour, row.lines);
        command.payment_method = kMethods[orders_.size() % kMethods.size()];
        if (is_delivery) {
            command.delivery_address = address_of(orders_.size(), row.client);
        } else {
            command.delivery_type = orders::DeliveryType::pickup;
        }
        const bool is_cash = command.payment_method == "cash";
        const std::size_t number = plan_order(ordered_ms, ordered_ms, std::move(command));
        if (!is_cash) {
            plan_step(number, ordered_ms + 10 * kMinute, cast_.florist(), to(orders::Status::paid));
        }
        plan_step(number, ordered_ms + 20 * kMinute, cast_.manager(), accept_for_florist());
        plan_step(number, handover_ms - 90 * kMinute, cast_.florist(),
                  to(orders::Status::assembled));
        const Caller& hands_over = is_delivery ? cast_.courier() : cast_.florist();
        if (is_delivery) {
            plan_step(number, handover_ms - 45 * kMinute, cast_.courier(),
                      to(orders::Status::in_delivery));
        }
        orders::UpdateStatus last = to(orders::Status::delivered);
        if (is_cash) last.payment_status = orders::PaymentStatus::paid;
        plan_step(number, handover_ms, hands_over, last);
    }
}

void OrderChapter::plan_current(storage::Connection& connection) {
    const UnixMs now_ms = diary_.now_ms();
    orders::CreateOrder lilies = order_of(11, 1, 14, "6x1+13x1");
    lilies.delivery_address = address_of(35, 11);
    plan_order(now_ms, now_ms, lilies);

    orders::CreateOrder roses = order_of(1, 1, 11, "5x1");
    roses.delivery_address = address_of(36, 1);
    roses.payment_method = "kaspi";
    const UnixMs promised_ms = promise_for_tomorrow_ms(connection, 11);
    const std::size_t paid = plan_order(promised_ms, now_ms, roses);
    plan_step(paid, promised_ms, now_ms, cast_.florist(), to(orders::Status::paid));
    plan_step(paid, promised_ms, now_ms, cast_.manager(), accept_for_florist());

    orders::CreateOrder pickup = order_of(2, 1, 12, "1x1");
    pickup.delivery_type = orders::DeliveryType::pickup;
    pickup.payment_method = "cash";
    const std::size_t made = plan_order(now_ms, now_ms, pickup);
    plan_step(made, now_ms, cast_.florist(), to(orders::Status::paid));
    plan_step(made, now_ms, cast_.manager(), accept_for_florist());
    plan_step(made, now_ms, cast_.florist(), to(orders::Status::assembled));

    orders::CreateOrder surprise = order_of(3, 2, 18, "9x1");
    surprise.ask_delivery_address = true;
    surprise.recipient_phone = "+77000001090";
    const std::size_t accepted = plan_order(now_ms, now_ms, surprise);
    plan_step(accepted, now_ms, cast_.manager(), accept_for_florist());

    orders::CreateOrder regretted = order_of(12, 3, 13, "8x1");
    regretted.delivery_address = address_of(39, 12);
    const std::size_t cancelled = plan_order(now_ms, now_ms, regretted);
    plan_regret(cancelled);
}

void OrderChapter::plan_regret(std::size_t number) {
    diary_.plan(diary_.now_ms(), cast_.customer,
                [this, number](storage::Connection& connection, const CallContext& context) {
                    orders::CancelOrder command;
                    command.tracking_id = orders_[number].tracking_id;
                    command.reason = "changed_mind";
                    expect(orders::cancel(connection, context, command));
                });
}

/// When an order for tomorrow at `hour` was taken: now, unless it is so late that the shop
/// could not promise it any more before a weekend's opening; then this evening.
UnixMs OrderChapter::promise_for_tomorrow_ms(storage::Connection& connection, int hour) const {
    const shop::Shop shop = shop::find(connection, kShopId).value();
    const auto earliest_ms =
        shop::earliest_handover(connection, shop, shop::Basket{}, true, diary_.now_ms());
    return earliest_ms && *earliest_ms <= diary_.instant(1, hour) ? diary_.now_ms()
                                                                  : diary_.instant(0, 18);
}

}  // namespace shopkeeper::server::demo
