#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "domains/shop/rating.hpp"
#include "domains/shop/working_hours.hpp"

namespace shopkeeper::shop {

struct PickupLocation {
    std::int64_t id;
    std::string address;
    std::optional<std::string> landmark;
};

struct GetSettings {};

/// Everything a shop says about itself. Rule: domain S1.
struct Settings {
    Shop shop;
    OpenState state;
    std::vector<DayException> exceptions;  ///< of today and later
    std::optional<std::string> pickup_address;
    std::vector<PickupLocation> pickup_locations;  ///< enabled ones, in their order
    RatingStats rating;
};

Result<Settings> get_settings(storage::Connection& connection, const CallContext& context,
                              const GetSettings& command);
/// The same for a shop that was read already.
Settings settings_of(storage::Connection& connection, Shop shop, UnixMs now_ms);

}  // namespace shopkeeper::shop
