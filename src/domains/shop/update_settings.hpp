#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "domains/shop/settings.hpp"

namespace shopkeeper::shop {

/// One day that differs from the regular week, as a caller names it.
struct ExceptionChange {
    std::string date;
    bool closed = false;
    std::optional<std::string> open;
    std::optional<std::string> close;
    std::optional<std::string> note;
};

/// What is absent stays as it is.
struct UpdateSettings {
    std::optional<std::string> shop_name, description, phone, email, address, city;
    std::optional<std::string> weekday_start, weekday_end, weekend_start, weekend_end;
    std::optional<bool> weekday_closed, weekend_closed, pickup_available, delivery_available;
    std::optional<money::Amount> delivery_cost, free_delivery_threshold;
    std::vector<ExceptionChange> exceptions;
    std::vector<std::string> remove_exceptions;
    std::optional<int> base_prep_minutes, per_item_prep_minutes, delivery_travel_minutes,
        min_notice_minutes, slot_minutes, slot_capacity, max_days_ahead;
    std::optional<std::string> locale, timezone, currency;
    std::optional<std::string> phone_lookup;
    std::optional<std::string> confirmation;  ///< off, risky (Q2)
    std::optional<int> confirm_price_percent, confirm_restock_units;
    std::vector<std::string> clear;  ///< description, email, free_delivery_threshold, slot_capacity

    bool is_empty() const;
};

/// One setting that is not what it was; `old_json` and `new_json` are complete JSON values.
struct ChangedField {
    std::string field;
    std::string old_json;
    std::string new_json;
};

struct UpdatedSettings {
    Settings settings;
    std::vector<ChangedField> changed;
};

/// Applies all given fields or none. Values equal to the stored ones change nothing; a call that
/// changes nothing at all leaves no trace.
/// Errors: invalid_argument (nothing given; hours, phone, e-mail, amounts, zone, currency, dates),
/// failed_precondition (currency_locked), confirmation_required (fewer confirmations).
/// Rule: domain S5, S6, S7, M5, Q1, I9, I10, I12.
Result<UpdatedSettings> update_settings(storage::Connection& connection, const CallContext& context,
                                        const UpdateSettings& command);

}  // namespace shopkeeper::shop
