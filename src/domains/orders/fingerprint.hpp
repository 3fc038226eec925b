#pragma once

#include <optional>
#include <span>
#include <string>

#include "domains/orders/order.hpp"
#include "domains/shop/time_grammar.hpp"
#include "storage/database.hpp"

/// Telling the same order, sent twice, from a second one. Rule: domain O20.
namespace shopkeeper::orders {

inline constexpr UnixMs kDuplicateWindowMs = 120'000;

/// SHA-256 (hex) over what the customer asked for: phone, name, lines with requests, delivery type,
/// place, `wish` for the time, recipient, flags and notes. Sequence of lines, letter case of the
/// name and the way a phone or time was written do not matter. The time is the one that was read,
/// not the one that the calendar made of it: the first order may have taken the last place of its
/// slot, and its repetition must still be recognised.
std::string fingerprint(const Order& order, std::span<const OrderLine> lines,
                        const shop::TimeFacts& wish);

/// The order with the phone and the fingerprint of `order` that was made in the last 120 s and is
/// not cancelled. Rule: domain O20.
std::optional<Order> find_duplicate(storage::Connection& connection, const Order& order,
                                    UnixMs now_ms);

}  // namespace shopkeeper::orders
