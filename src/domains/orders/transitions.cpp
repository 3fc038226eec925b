#include "domains/orders/transitions.hpp"

namespace shopkeeper::orders {

namespace {

constexpr unsigned kOwner = static_cast<unsigned>(Party::owner);
constexpr unsigned kCourier = static_cast<unsigned>(Party::courier);
constexpr unsigned kFlorist = static_cast<unsigned>(Party::florist);
constexpr unsigned kLead = static_cast<unsigned>(Party::lead);
constexpr unsigned kSystem = static_cast<unsigned>(Party::system);

constexpr unsigned kShop = kFlorist | kLead;
constexpr unsigned kOnTheRoad = kCourier | kShop;
constexpr unsigned kEverybody = kOwner | kShop;
constexpr unsigned kAnybody = kEverybody | kSystem;

// clang-format off
constexpr Transition kTransitions[] = {
    {Status::created,     Status::paid,        kShop,      Handing::any,           StockEffect::keep},
    {Status::created,     Status::accepted,    kShop,      Handing::any,           StockEffect::hold},
    {Status::created,     Status::assembled,   kLead,      Handing::any,           StockEffect::consume},
    {Status::created,     Status::cancelled,   kAnybody,   Handing::any,           StockEffect::release},
    {Status::paid,        Status::accepted,    kShop,      Handing::any,           StockEffect::hold},
    {Status::paid,        Status::assembled,   kShop,      Handing::any,           StockEffect::consume},
    {Status::paid,        Status::cancelled,   kEverybody, Handing::any,           StockEffect::release},
    {Status::accepted,    Status::assembled,   kShop,      Handing::any,           StockEffect::consume},
    {Status::accepted,    Status::cancelled,   kEverybody, Handing::any,           StockEffect::release},
    {Status::assembled,   Status::accepted,    kLead,      Handing::any,           StockEffect::take_back},
    {Status::assembled,   Status::in_delivery, kOnTheRoad, Handing::delivery_only, StockEffect::none},
    {Status::assembled,   Status::delivered,   kShop,      Handing::pickup_only,   StockEffect::none},
    {Status::assembled,   Status::cancelled,   kLead,      Handing::any,           StockEffect::give_back},
    {Status::in_delivery, Status::assembled,   kShop,      Handing::any,           StockEffect::none},
    {Status::in_delivery, Status::delivered,   kOnTheRoad, Handing::any,           StockEffect::none},
    {Status::in_delivery, Status::cancelled,   kLead,      Handing::any,           StockEffect::give_back},
};
// clang-format on

std::vector<std::string> words(const std::vector<Status>& statuses) {
    std::vector<std::string> all;
    for (const Status status : statuses) all.emplace_back(word(status));
    return all;
}

std::string listed(const std::vector<std::string>& words) {
    if (words.empty()) return "nothing: this is where it ends for you";
    std::string text;
    for (const std::string& each : words) text += (text.empty() ? "" : ", ") + each;
    return text;
}

Refusal no_such_step(const Order& order, Status to, Party party) {
    const auto allowed = words(allowed_from(order.status, order.delivery_type, party));
    std::string message = "An order that is " + std::string(word(order.status)) +
                          " cannot become " + std::string(word(to)) +
                          " by this caller. Possible from here: " + listed(allowed) + ".";
    if (party == Party::owner && to == Status::cancelled) {
        message += " Please call the shop: they can see what can still be done.";
    }
    return failed_precondition("status_transition", std::move(message),
                               std::string(word(order.status)), allowed);
}

Refusal wrong_delivery_type(const Order& order, Status to, Party party) {
    const bool on_the_way = to == Status::in_delivery;
    return failed_precondition(
        "wrong_delivery_type",
        on_the_way ? "A pickup order is handed over in the shop: move it to delivered."
                   : "A delivery order goes to in_delivery first, then to delivered.",
        std::string(word(order.status)),
        words(allowed_from(order.status, order.delivery_type, party)));
}

}  // namespace

Party party_of(const Caller& caller) {
    if (!caller.is_staff()) return Party::owner;
    if (caller.leads()) return Party::lead;
    return caller.is_courier() ? Party::courier : Party::florist;
}

const Transition* find_transition(Status from, Status to) {
    for (const Transition& transition : kTransitions) {
        if (transition.from == from && transition.to == to) return &transition;
    }
    return nullptr;
}

bool fits(const Transition& transition, DeliveryType type) {
    switch (transition.handing) {
        case Handing::delivery_only:
            return type == DeliveryType::delivery;
        case Handing::pickup_only:
            return type == DeliveryType::pickup;
        case Handing::any:
            break;
    }
    return true;
}

bool may(const Transition& transition, Party party) {
    return (transition.who & static_cast<unsigned>(party)) != 0;
}

std::vector<Status> allowed_from(Status from, DeliveryType type, Party party) {
    std::vector<Status> allowed;
    for (const Transition& transition : kTransitions) {
        if (transition.from == from && may(transition, party) && fits(transition, type)) {
            allowed.push_back(transition.to);
        }
    }
    return allowed;
}

Result<const Transition*> step(const Order& order, Status to, Party party) {
    const Transition* transition = find_transition(order.status, to);
    if (transition == nullptr || !may(*transition, party)) return no_such_step(order, to, party);
    if (!fits(*transition, order.delivery_type)) return wrong_delivery_type(order, to, party);
    if (to == Status::in_delivery && !order.delivery_address) {
        return failed_precondition("address_missing",
                                   "The delivery address is not known yet: add it with "
                                   "update_order before the order leaves the shop.",
                                   std::string(word(order.status)));
    }
    return transition;
}

}  // namespace shopkeeper::orders
