#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper {

/// Why a call was refused. A closed list; each code has exactly one wire word (`word`).
/// Rule: domain E2.
enum class ErrorCode {
    invalid_argument,
    unauthenticated,
    permission_denied,
    not_found,
    conflict,
    failed_precondition,
    insufficient_stock,
    product_unavailable,
    delivery_unavailable,
    pickup_unavailable,
    missing_delivery_address,
    missing_delivery_time,
    unparseable_date,
    unparseable_time,
    ambiguous_time,
    delivery_time_impossible,
    confirmation_required,
    confirmation_declined,
    rate_limited,
    unavailable,
    internal,
};

/// The code as clients see it: its own name.
std::string_view word(ErrorCode code);

/// A time a customer may choose instead: `start` and `end` RFC 3339 in the shop's zone, `label` in
/// the shop's language. Rule: domain 3.0 TimeOption.
struct TimeOption {
    std::string start;
    std::string end;
    std::string label;
};

/// A product of a basket of which fewer units can be sold than were asked for.
struct ShortProduct {
    std::int64_t product_id;
    std::string product_name;
    std::int64_t requested;
    std::int64_t max_quantity;
};

/// A warehouse item that is short; shown to staff only.
struct ShortComponent {
    std::int64_t warehouse_item_id;
    std::string name;
    std::int64_t required;
    std::int64_t available;
};

/// The typed extras of a refusal; a member that is empty does not appear on the wire.
/// Rule: domain E2, which lists the ones each code carries.
struct ErrorDetails {
    std::string field;                 ///< the argument to blame
    std::optional<std::string> given;  ///< cut to 100 cleaned characters when it is written (U3)
    std::vector<std::string> accepted;
    std::string reason;
    std::string required_permission;
    std::vector<std::string> proofs;
    std::string entity;
    std::string id;
    std::string current;
    std::vector<std::string> allowed;
    std::vector<ShortProduct> items;
    std::vector<ShortComponent> components;
    std::vector<std::int64_t> product_ids;
    std::vector<TimeOption> alternatives;
    std::vector<std::string>
        alternative_fields;  ///< missing_delivery_address: arguments that would do
    std::vector<std::string> examples;
    std::vector<std::string> candidates;
    std::string requested;
    std::string earliest;
    std::string next_open_date;
    std::string effect;              ///< what a risky call would do, in the shop's language (Q3)
    std::string confirmation_token;  ///< to be sent along once a person has agreed to it
    std::string expires_at;          ///< of the token
    std::optional<std::int64_t> retry_after_s;
};

/// An expected failure, phrased for the caller: a person or a language model.
struct Error {
    ErrorCode code;
    std::string
        message;  ///< English; names the field, the given value, what is accepted, the next step
    ErrorDetails details = {};
};

}  // namespace shopkeeper
