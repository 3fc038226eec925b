#pragma once

#include <vector>

#include "domains/shop/feasibility.hpp"
#include "domains/shop/shop.hpp"

namespace shopkeeper::test {

/// The shop of the examples of domain section 5: 09:00-21:00 on weekdays, 10:00-20:00 at weekends,
/// 30 minutes of preparation, 10 per item, 60 of travel.
inline shop::Shop example_shop(std::string_view timezone = "Asia/Almaty") {
    return shop::Shop{
        .id = 8,
        .name = "Цветы",
        .description = {},
        .phone = {},
        .email = {},
        .address = {},
        .city = {},
        .locale = Locale::ru,
        .timezone = std::string(timezone),
        .zone = *shop::TimeZone::find(timezone),
        .currency = money::currency("KZT"),
        .weekday_start = 9 * 60,
        .weekday_end = 21 * 60,
        .weekend_start = 10 * 60,
        .weekend_end = 20 * 60,
        .weekday_closed = false,
        .weekend_closed = false,
        .delivery_cost_minor = 150'000,
        .free_delivery_threshold_minor = 1'000'000,
        .pickup_available = true,
        .delivery_available = true,
        .base_prep_minutes = 30,
        .per_item_prep_minutes = 10,
        .delivery_travel_minutes = 60,
        .slot_minutes = 120,
        .min_notice_minutes = 0,
        .max_days_ahead = 90,
        .slot_capacity = {},
        .reservation_hours = 72,
        .phone_lookup_full = false,
        .manager_may_edit_settings = false,
        .is_active = true,
        .created_ms = 0,
        .updated_ms = 0,
    };
}

/// A moment on the shop's clock: at(shop, "2026-11-23", "10:00").
inline UnixMs at(const shop::Shop& shop, std::string_view day, std::string_view clock) {
    return shop.zone.instant(*shop::parse_local_date(day), *shop::parse_day_minute(clock));
}

/// "2026-11-23 11:40" on the shop's clock; "never" for nullopt.
inline std::string shown(const shop::Shop& shop, std::optional<UnixMs> at_ms) {
    if (!at_ms) return "never";
    const shop::LocalTime local = shop.zone.local(*at_ms);
    return local.date.text() + " " + shop::day_minute_text(local.minute);
}

}  // namespace shopkeeper::test
