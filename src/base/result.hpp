#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace shopkeeper {

/// A value or an expected failure. Bugs and a broken environment are exceptions, never Errors.
template <class T>
using Result = tl::expected<T, Error>;

/// An Error on its way into any Result: `return Refusal(other.error());`
using Refusal = tl::unexpected<Error>;

inline Refusal refuse(ErrorCode code, std::string message, ErrorDetails details = {}) {
    return Refusal(Error{code, std::move(message), std::move(details)});
}

/// One argument is to blame; `message` says what is accepted.
inline Refusal invalid_argument(std::string field, std::string message, std::string given = {},
                                std::vector<std::string> accepted = {}) {
    ErrorDetails details;
    details.field = std::move(field);
    if (!given.empty()) details.given = std::move(given);
    details.accepted = std::move(accepted);
    return refuse(ErrorCode::invalid_argument, std::move(message), std::move(details));
}

/// Foreign, hidden and absent objects are told apart by nobody: one message for all three.
/// Rule: domain E4.
inline Refusal not_found(std::string entity, std::string id) {
    ErrorDetails details;
    details.entity = entity;
    details.id = id;
    std::string message = "No " + entity + " " + id +
                          " in this shop. Check the number, or list the " + entity +
                          "s to find the right one.";
    return refuse(ErrorCode::not_found, std::move(message), std::move(details));
}

inline Refusal not_found(std::string entity, std::int64_t id) {
    return not_found(std::move(entity), std::to_string(id));
}

inline Refusal conflict(std::string reason, std::string message) {
    ErrorDetails details;
    details.reason = std::move(reason);
    return refuse(ErrorCode::conflict, std::move(message), std::move(details));
}

inline Refusal permission_denied(std::string reason, std::string message,
                                 std::string required_permission = {}) {
    ErrorDetails details;
    details.reason = std::move(reason);
    details.required_permission = std::move(required_permission);
    return refuse(ErrorCode::permission_denied, std::move(message), std::move(details));
}

inline Refusal failed_precondition(std::string reason, std::string message,
                                   std::string current = {},
                                   std::vector<std::string> allowed = {}) {
    ErrorDetails details;
    details.reason = std::move(reason);
    details.current = std::move(current);
    details.allowed = std::move(allowed);
    return refuse(ErrorCode::failed_precondition, std::move(message), std::move(details));
}

}  // namespace shopkeeper
