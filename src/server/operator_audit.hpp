#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "storage/database.hpp"

namespace shopkeeper::server {

/// The chain of what belongs to no shop: a superadmin's account, a key for all shops.
inline constexpr std::int64_t kNoShop = 0;

/// What the operator of the machine did at the command line. `before` and `after` hold no phone,
/// name or secret (I10).
struct OperatorAct {
    std::string_view command;  ///< "user add"
    std::optional<std::int64_t> shop_id;
    std::string_view target_kind;
    std::int64_t target_id;
    Json before = {};
    Json after = {};
};

/// Appends it to the shop's audit chain, in the transaction of the change, as the tools do.
/// Rule: domain I9, I10.
void audit(storage::Connection& connection, UnixMs now_ms, const OperatorAct& act);

}  // namespace shopkeeper::server
