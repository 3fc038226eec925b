#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.hpp"
#include "domains/orders/tracking.hpp"
#include "domains/orders/views.hpp"

/// The views of an order on the wire. `write_members` writes the members of an object that the
/// caller has begun, so that a result can add its own beside them; `untrusted_fields` is among
/// them. Rule: domain 3.0, U1, K4.
namespace shopkeeper::orders {

void write_members(JsonWriter& out, const OrderView& view);
void write_members(JsonWriter& out, const OrderStaff& staff);
void write_members(JsonWriter& out, const OrderTracking& tracking);
void write_members(JsonWriter& out, const OrderGlimpse& glimpse);
/// `more_untrusted`: paths of the members that the caller adds.
void write_members(JsonWriter& out, const ChangedOrder& changed,
                   const std::vector<std::string>& more_untrusted = {});

/// Where these views hold untrusted text; the glimpse holds none.
std::vector<std::string> untrusted_paths(const OrderStaff& staff);
std::vector<std::string> untrusted_paths(const OrderTracking& tracking);

}  // namespace shopkeeper::orders
