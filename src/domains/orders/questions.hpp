#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/error.hpp"
#include "domains/shop/shop.hpp"

/// What create_order asks its person where the call does not say enough; in the shop's language.
/// Nothing comes back as long as nobody has answered: then the order is refused as it would be for
/// a client that cannot ask. Rule: domain Q6, Q7.
namespace shopkeeper::orders {

struct PlaceAnswer {
    std::optional<std::string> address;
    bool shop_asks = false;  ///< the shop is to ask the recipient
};
std::optional<PlaceAnswer> ask_for_place(const CallContext& context, const shop::Shop& shop);

struct TimeAnswer {
    std::optional<std::string> words;  ///< of one of the times offered, as delivery_time takes them
    bool shop_asks = false;            ///< the shop is to ask the recipient
};
/// `refusal`: missing_delivery_time or delivery_time_impossible, which says why it is asked.
std::optional<TimeAnswer> ask_for_time(const CallContext& context, const shop::Shop& shop,
                                       const Error& refusal,
                                       const std::vector<TimeOption>& offered);

}  // namespace shopkeeper::orders
