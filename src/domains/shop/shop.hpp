#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/locale.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "domains/shop/local_time.hpp"
#include "storage/database.hpp"

namespace shopkeeper::shop {

/// One tenant with its settings, read fresh for each call.
struct Shop {
    std::int64_t id;
    std::string name;
    std::optional<std::string> description;
    std::optional<std::string> phone;
    std::optional<std::string> email;
    std::optional<std::string> address;
    std::optional<std::string> city;
    Locale locale;
    std::string timezone;
    TimeZone zone;
    money::Currency currency;
    DayMinute weekday_start, weekday_end, weekend_start, weekend_end;
    bool weekday_closed, weekend_closed;
    std::int64_t delivery_cost_minor;
    std::optional<std::int64_t>
        free_delivery_threshold_minor;  ///< 0: always free; absent: never (M7)
    bool pickup_available, delivery_available;
    int base_prep_minutes, per_item_prep_minutes, delivery_travel_minutes;
    int slot_minutes, min_notice_minutes, max_days_ahead;
    std::optional<int> slot_capacity;
    int reservation_hours;
    bool phone_lookup_full;  ///< O45: `full` instead of `redacted`
    bool manager_may_edit_settings;
    bool confirms_risky_acts;  ///< Q2
    int confirm_price_percent, confirm_restock_units;
    bool is_active;
    UnixMs created_ms, updated_ms;

    std::string rfc3339(UnixMs at_ms) const { return zone.rfc3339(at_ms); }
    /// M4: "9 000 ₸".
    std::string display(std::int64_t minor) const {
        return money::display(minor, currency, word(locale));
    }
    /// M1: 9000.
    std::string major(std::int64_t minor) const { return money::to_major(minor, currency); }
};

std::optional<Shop> find(storage::Connection& connection, std::int64_t shop_id);

/// The shop in which the call acts: the first line of every verb.
/// Errors: not_found (unknown; inactive for all but staff), permission_denied (`shop_blocked`:
/// staff of an inactive shop). Rule: domain A12-A14.
Result<Shop> current(storage::Connection& connection, const CallContext& context);

/// M6: 0 for pickup, 0 when the subtotal reaches the threshold, else the shop's delivery cost.
std::int64_t delivery_cost_minor(const Shop& shop, bool is_delivery, std::int64_t subtotal_minor);

/// S4: the named enabled pickup location, else the first one, else the shop's address.
/// Errors: not_found (the named one), failed_precondition (`address_missing`).
Result<std::string> pickup_address(storage::Connection& connection, const Shop& shop,
                                   std::optional<std::int64_t> pickup_location_id);

}  // namespace shopkeeper::shop
