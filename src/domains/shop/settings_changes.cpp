#include "domains/shop/settings_changes.hpp"

#include <string_view>
#include <utility>

#include "base/json_writer.hpp"

namespace shopkeeper::shop {
namespace {

template <class Value>
std::string json(const Value& value) {
    JsonWriter out;
    out.value(value);
    return std::move(out).take();
}

/// The hours of an exception as one text.
std::string hours_json(const DayException* exception) {
    if (exception == nullptr) return "null";
    const auto& hours = exception->hours;
    return json(hours ? hours_text(hours->open, hours->close, false) : std::string("closed"));
}

/// The hours and the note.
std::string exception_json(const DayException* exception) {
    if (exception == nullptr || !exception->note) return hours_json(exception);
    const auto& hours = exception->hours;
    return json((hours ? hours_text(hours->open, hours->close, false) : std::string("closed")) +
                " (" + *exception->note + ")");
}

}  // namespace

void Changes::add(std::string field, Values values) {
    Values audited = values;
    add(std::move(field), std::move(values), std::move(audited));
}

template <class Field>
void Changes::add(std::string field, const Field& before, const Field& after) {
    add(std::move(field), Values{json(before), json(after)});
}

void Changes::add(std::string field, Values values, Values audited) {
    if (values.before_json == values.after_json) return;
    fields_.push_back(
        {std::move(field), std::move(values.before_json), std::move(values.after_json)});
    audited_.push_back(std::move(audited));
}

void Changes::add_personal(std::string field, const std::optional<std::string>& before,
                           const std::optional<std::string>& after) {
    const auto masked = [](const std::optional<std::string>& text) {
        return std::string(text ? R"("[set]")" : "null");
    };
    add(std::move(field), Values{json(before), json(after)}, Values{masked(before), masked(after)});
}

void Changes::compare(const Shop& before, const Shop& after) {
    add_personal("shop_name", before.name, after.name);
    add_personal("description", before.description, after.description);
    add_personal("phone", before.phone, after.phone);
    add_personal("email", before.email, after.email);
    add_personal("address", before.address, after.address);
    add_personal("city", before.city, after.city);
    const auto hours = [&](const char* field, DayMinute Shop::*member) {
        add(field, day_minute_text(before.*member), day_minute_text(after.*member));
    };
    hours("weekday_start", &Shop::weekday_start);
    hours("weekday_end", &Shop::weekday_end);
    hours("weekend_start", &Shop::weekend_start);
    hours("weekend_end", &Shop::weekend_end);
    add("weekday_closed", before.weekday_closed, after.weekday_closed);
    add("weekend_closed", before.weekend_closed, after.weekend_closed);
    add("pickup_available", before.pickup_available, after.pickup_available);
    add("delivery_available", before.delivery_available, after.delivery_available);
    add("delivery_cost",
        Values{before.major(before.delivery_cost_minor), after.major(after.delivery_cost_minor)});
    const auto threshold = [](const Shop& shop) {
        const auto& minor = shop.free_delivery_threshold_minor;
        return minor ? shop.major(*minor) : std::string("null");
    };
    add("free_delivery_threshold", Values{threshold(before), threshold(after)});
    add("base_prep_minutes", before.base_prep_minutes, after.base_prep_minutes);
    add("per_item_prep_minutes", before.per_item_prep_minutes, after.per_item_prep_minutes);
    add("delivery_travel_minutes", before.delivery_travel_minutes, after.delivery_travel_minutes);
    add("min_notice_minutes", before.min_notice_minutes, after.min_notice_minutes);
    add("slot_minutes", before.slot_minutes, after.slot_minutes);
    add("slot_capacity", before.slot_capacity, after.slot_capacity);
    add("max_days_ahead", before.max_days_ahead, after.max_days_ahead);
    add("locale", word(before.locale), word(after.locale));
    add("timezone", before.timezone, after.timezone);
    add("currency", before.currency.code, after.currency.code);
    const auto lookup = [](const Shop& shop) {
        return std::string_view(shop.phone_lookup_full ? "full" : "redacted");
    };
    add("phone_lookup", lookup(before), lookup(after));
    const auto confirmation = [](const Shop& shop) {
        return std::string_view(shop.confirms_risky_acts ? "risky" : "off");
    };
    add("confirmation", confirmation(before), confirmation(after));
    add("confirm_price_percent", before.confirm_price_percent, after.confirm_price_percent);
    add("confirm_restock_units", before.confirm_restock_units, after.confirm_restock_units);
}

bool Changes::compare(LocalDate day, const DayException* before, const DayException* after) {
    const std::size_t known = fields_.size();
    add("exceptions." + day.text(), Values{exception_json(before), exception_json(after)},
        Values{hours_json(before), hours_json(after)});
    return fields_.size() > known;
}

std::string Changes::audit_json(std::string Values::*side) const {
    JsonWriter out;
    out.begin_object();
    for (std::size_t i = 0; i < fields_.size(); ++i)
        out.raw_field(fields_[i].field, audited_[i].*side);
    out.end_object();
    return std::move(out).take();
}

}  // namespace shopkeeper::shop
