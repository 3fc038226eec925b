#pragma once

#include <string>
#include <vector>

#include "base/caller.hpp"
#include "base/result.hpp"
#include "domains/orders/order.hpp"

/// The ways of an order from status to status, as a table. Rule: domain O2.
namespace shopkeeper::orders {

/// In which part somebody acts on an order; what a transition asks for. Managers and directors have
/// the same rights here; the system only ends what was not paid in time (O40).
enum class Party : unsigned { owner = 1, courier = 2, florist = 4, lead = 8, system = 16 };

/// The part of a staff member; everybody else acts as the owner, by ownership or proof (A10).
Party party_of(const Caller& caller);

/// What a transition does to components. Rule: domain O24.
enum class StockEffect {
    none,
    keep,       ///< a payment: re-acquired where possible, expiry removed
    hold,       ///< accepted: must be re-acquired, expiry removed
    consume,    ///< assembled
    take_back,  ///< rework: consumed becomes reserved again
    release,    ///< cancelled before assembly
    give_back,  ///< cancelled after assembly: restock or write off
};

enum class Handing { any, delivery_only, pickup_only };

struct Transition {
    Status from;
    Status to;
    unsigned who;  ///< Parties, or-ed
    Handing handing;
    StockEffect stock;
};

/// The row for this step, or null: there is no such way.
const Transition* find_transition(Status from, Status to);

bool fits(const Transition& transition, DeliveryType type);
bool may(const Transition& transition, Party party);

/// Where `party` can take the order from here.
std::vector<Status> allowed_from(Status from, DeliveryType type, Party party);

/// The step that `party` may take from the order's present status.
/// Errors: failed_precondition (status_transition with `current` and `allowed`;
/// wrong_delivery_type; address_missing: on the way without an address).
Result<const Transition*> step(const Order& order, Status to, Party party);

}  // namespace shopkeeper::orders
