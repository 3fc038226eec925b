#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/orders/views.hpp"
#include "storage/database.hpp"

namespace shopkeeper::orders {

struct EditOrder {
    std::string tracking_id;
    std::optional<std::string> delivery_address;
    std::optional<std::string> delivery_date;
    std::optional<std::string> delivery_time;
    std::optional<DeliveryType> delivery_type;
    std::optional<std::int64_t> pickup_location_id;
    std::optional<std::string> delivery_notes;
    std::optional<std::string> notes;
    std::optional<std::string> recipient_name;
    std::optional<std::string> recipient_phone;
};

/// A field with what stood there and what stands there now, as people read it.
struct ChangedField {
    std::string field;
    std::optional<std::string> old_value;
    std::optional<std::string> new_value;
};

/// The total moved because the delivery type did. Rule: domain O35.
struct PriceChange {
    std::int64_t old_total_minor;
    std::int64_t new_total_minor;
};

struct EditedOrder {
    ChangedOrder order;
    std::vector<ChangedField> changed_fields;
    std::optional<PriceChange> price_changed;
    std::vector<Warning> warnings;
};

/// Changes where, when and to whom an order goes, as far as its status still allows. All given
/// fields or none; values equal to the stored ones are no changes. Errors: invalid_argument
/// (nothing given; malformed), not_found (order, pickup location), failed_precondition
/// (status_not_editable, wrong_delivery_type, address_missing), delivery_unavailable,
/// pickup_unavailable, missing_delivery_address, the time errors, conflict. Rule: domain O31-O38.
Result<EditedOrder> edit(storage::Connection& connection, const CallContext& context,
                         const EditOrder& command);

/// The fields of an order that can be edited, in groups that are open in the same statuses.
enum class EditGroup { notes, recipient, address, time, type };

/// The table O33: may the owner (or staff with `update_orders`) still change this group?
bool is_editable(const Order& order, EditGroup group, bool is_staff);

}  // namespace shopkeeper::orders
