#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/phone.hpp"
#include "base/result.hpp"

/// The people of an order: phones in their one form, with what is odd about them. Rule: domain O15.
namespace shopkeeper::orders {

/// Normalises one phone argument and warns of a foreign number or an unknown operator.
/// Errors: invalid_argument on `field`. Rule: domain K1-K3.
Result<phone::Phone> read_phone(const std::string& given, std::string_view field,
                                std::vector<Warning>& warnings);

/// The customer's phone: the given one, else the caller's verified one.
/// Errors: invalid_argument (neither; malformed).
Result<phone::Phone> customer_phone(const Caller& caller, const std::optional<std::string>& given,
                                    std::vector<Warning>& warnings);

}  // namespace shopkeeper::orders
