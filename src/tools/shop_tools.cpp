#include "domains/products/delivery_questions.hpp"
#include "domains/shop/faq.hpp"
#include "domains/shop/settings.hpp"
#include "domains/shop/update_settings.hpp"
#include "domains/shop/working_hours.hpp"
#include "tools/arguments.hpp"
#include "tools/register_all.hpp"
#include "tools/results.hpp"

namespace shopkeeper::shop {
namespace {

void write_instant(JsonWriter& out, std::string_view name, const Shop& shop,
                   const std::optional<UnixMs>& at_ms) {
    out.key(name);
    if (at_ms)
        out.value(shop.rfc3339(*at_ms));
    else
        out.null();
}

void write_exception(JsonWriter& out, const DayException& exception) {
    const auto& hours = exception.hours;
    out.begin_object();
    out.field("date", exception.day.text());
    out.field("closed", !hours);
    out.field("open", hours ? std::optional(day_minute_text(hours->open)) : std::nullopt);
    out.field("close", hours ? std::optional(day_minute_text(hours->close)) : std::nullopt);
    out.field("note", exception.note);
    out.end_object();
}

void write_regular_week(JsonWriter& out, const Shop& shop) {
    out.field("weekday_start", day_minute_text(shop.weekday_start));
    out.field("weekday_end", day_minute_text(shop.weekday_end));
    out.field("weekday_closed", shop.weekday_closed);
    out.field("weekend_start", day_minute_text(shop.weekend_start));
    out.field("weekend_end", day_minute_text(shop.weekend_end));
    out.field("weekend_closed", shop.weekend_closed);
}

void write_pickup_locations(JsonWriter& out, const std::vector<PickupLocation>& locations) {
    out.key("pickup_locations");
    out.begin_array();
    for (const PickupLocation& location : locations) {
        out.begin_object();
        out.field("id", location.id);
        out.field("address", location.address);
        out.field("landmark", location.landmark);
        out.end_object();
    }
    out.end_array();
}

/// The members of an S1 object.
void write_settings(JsonWriter& out, const Settings& settings) {
    const Shop& shop = settings.shop;
    out.field("shop_id", shop.id);
    out.field("shop_name", shop.name);
    out.field("description", shop.description);
    out.field("phone", shop.phone);
    out.field("email", shop.email);
    out.field("address", shop.address);
    out.field("city", shop.city);
    out.field("locale", word(shop.locale));
    out.field("timezone", shop.timezone);
    out.field("currency", shop.currency.code);
    out.field("weekday_hours",
              hours_text(shop.weekday_start, shop.weekday_end, shop.weekday_closed));
    out.field("weekend_hours",
              hours_text(shop.weekend_start, shop.weekend_end, shop.weekend_closed));
    write_regular_week(out, shop);
    out.key("exceptions");
    out.begin_array();
    for (const DayException& exception : settings.exceptions) write_exception(out, exception);
    out.end_array();
    out.raw_field("delivery_cost", shop.major(shop.delivery_cost_minor));
    out.field("delivery_cost_display", shop.display(shop.delivery_cost_minor));
    const auto& threshold = shop.free_delivery_threshold_minor;
    out.raw_field("free_delivery_threshold", threshold ? shop.major(*threshold) : "null");
    out.field("free_delivery_threshold_display",
              threshold ? std::optional(shop.display(*threshold)) : std::nullopt);
    out.field("pickup_available", shop.pickup_available);
    out.field("delivery_available", shop.delivery_available);
    out.field("is_open_now", settings.state.is_open);
    write_instant(out, "next_open_at", shop, settings.state.next_open_ms);
    out.field("pickup_address", settings.pickup_address);
    write_pickup_locations(out, settings.pickup_locations);
    out.key("rating");
    to_json(out, settings.rating);
    out.field("base_prep_minutes", shop.base_prep_minutes);
    out.field("per_item_prep_minutes", shop.per_item_prep_minutes);
    out.field("delivery_travel_minutes", shop.delivery_travel_minutes);
    out.field("min_notice_minutes", shop.min_notice_minutes);
    out.field("slot_minutes", shop.slot_minutes);
    out.field("slot_capacity", shop.slot_capacity);
    out.field("max_days_ahead", shop.max_days_ahead);
    out.field("phone_lookup", shop.phone_lookup_full ? "full" : "redacted");
    out.field("confirmation", shop.confirms_risky_acts ? "risky" : "off");
    out.field("confirm_price_percent", shop.confirm_price_percent);
    out.field("confirm_restock_units", shop.confirm_restock_units);
}

}  // namespace

using tools::read;

// get_shop_settings

void from_json(const Json&, GetSettings&) {}

void to_json(JsonWriter& out, const Settings& settings) {
    out.begin_object();
    write_settings(out, settings);
    out.end_object();
}

// get_working_hours

void from_json(const Json&, GetWorkingHours&) {}

void to_json(JsonWriter& out, const WorkingHours& hours) {
    static constexpr const char* kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                            "friday", "saturday", "sunday"};
    const Shop& shop = hours.shop;
    out.begin_object();
    write_regular_week(out, shop);
    out.key("days");
    out.begin_object();
    for (int weekday = 1; weekday <= 7; ++weekday) {
        const bool is_weekend = weekday >= 6;
        const bool is_closed = is_weekend ? shop.weekend_closed : shop.weekday_closed;
        out.key(kDays[weekday - 1]);
        out.begin_object();
        out.field("open", day_minute_text(is_weekend ? shop.weekend_start : shop.weekday_start));
        out.field("close", day_minute_text(is_weekend ? shop.weekend_end : shop.weekday_end));
        out.field("closed", is_closed);
        out.end_object();
    }
    out.end_object();
    out.field("timezone", shop.timezone);
    out.field("current_local_time", shop.rfc3339(hours.now_ms));
    out.field("is_open_now", hours.state.is_open);
    write_instant(out, "closes_at", shop, hours.state.closes_ms);
    write_instant(out, "next_open_at", shop, hours.state.next_open_ms);
    out.key("today_exception");
    if (hours.today_exception)
        write_exception(out, *hours.today_exception);
    else
        out.null();
    out.end_object();
}

// update_shop_settings

void from_json(const Json& json, ExceptionChange& change) {
    read(json, "date", change.date);
    read(json, "closed", change.closed);
    read(json, "open", change.open);
    read(json, "close", change.close);
    read(json, "note", change.note);
}

void from_json(const Json& arguments, UpdateSettings& command) {
    read(arguments, "shop_name", command.shop_name);
    read(arguments, "description", command.description);
    read(arguments, "phone", command.phone);
    read(arguments, "email", command.email);
    read(arguments, "address", command.address);
    read(arguments, "city", command.city);
    read(arguments, "weekday_start", command.weekday_start);
    read(arguments, "weekday_end", command.weekday_end);
    read(arguments, "weekend_start", command.weekend_start);
    read(arguments, "weekend_end", command.weekend_end);
    read(arguments, "weekday_closed", command.weekday_closed);
    read(arguments, "weekend_closed", command.weekend_closed);
    read(arguments, "pickup_available", command.pickup_available);
    read(arguments, "delivery_available", command.delivery_available);
    read(arguments, "delivery_cost", command.delivery_cost);
    read(arguments, "free_delivery_threshold", command.free_delivery_threshold);
    read(arguments, "exceptions", command.exceptions);
    read(arguments, "remove_exceptions", command.remove_exceptions);
    read(arguments, "base_prep_minutes", command.base_prep_minutes);
    read(arguments, "per_item_prep_minutes", command.per_item_prep_minutes);
    read(arguments, "delivery_travel_minutes", command.delivery_travel_minutes);
    read(arguments, "min_notice_minutes", command.min_notice_minutes);
    read(arguments, "slot_minutes", command.slot_minutes);
    read(arguments, "slot_capacity", command.slot_capacity);
    read(arguments, "max_days_ahead", command.max_days_ahead);
    read(arguments, "locale", command.locale);
    read(arguments, "timezone", command.timezone);
    read(arguments, "currency", command.currency);
    read(arguments, "phone_lookup", command.phone_lookup);
    read(arguments, "confirmation", command.confirmation);
    read(arguments, "confirm_price_percent", command.confirm_price_percent);
    read(arguments, "confirm_restock_units", command.confirm_restock_units);
    read(arguments, "clear", command.clear);
}

void to_json(JsonWriter& out, const UpdatedSettings& updated) {
    out.begin_object();
    write_settings(out, updated.settings);
    out.key("changed_fields");
    out.begin_array();
    for (const ChangedField& field : updated.changed) {
        out.begin_object();
        out.field("field", field.field);
        out.raw_field("old", field.old_json);
        out.raw_field("new", field.new_json);
        out.end_object();
    }
    out.end_array();
    out.end_object();
}

// get_faq

void from_json(const Json& arguments, GetFaq& command) {
    read(arguments, "category", command.category);
    read(arguments, "skip", command.skip);
    read(arguments, "limit", command.limit);
}

void to_json(JsonWriter& out, const FaqPage& page) {
    out.begin_object();
    out.key("items");
    out.begin_array();
    for (const FaqEntry& entry : page.items) {
        out.begin_object();
        out.field("id", entry.id);
        out.field("question", entry.question);
        out.field("answer", entry.answer);
        out.field("category", entry.category);
        out.end_object();
    }
    out.end_array();
    tools::write_paging(out, page.total, page.skip, page.limit, page.items.size());
    out.field("categories", page.categories);
    out.end_object();
}

}  // namespace shopkeeper::shop

namespace shopkeeper::products {
namespace {

using shop::Obstacle;
using shop::Shop;
using shop::Slot;

void read_basket(const Json& arguments, AskedBasket& basket) {
    tools::read(arguments, "product_ids", basket.product_ids);
    std::string delivery_type = "delivery";
    tools::read(arguments, "delivery_type", delivery_type);
    basket.is_delivery = delivery_type == "delivery";
}

void write_instant(JsonWriter& out, std::string_view name, const Shop& shop,
                   const std::optional<UnixMs>& at_ms) {
    out.field(name, at_ms ? std::optional(shop.rfc3339(*at_ms)) : std::nullopt);
}

void write_day(JsonWriter& out, std::string_view name, const std::optional<shop::LocalDate>& day) {
    out.field(name, day ? std::optional(day->text()) : std::nullopt);
}

/// `ok` without a label, or the word of D17 with the label of D21.
void write_code(JsonWriter& out, const Shop& shop, const std::optional<Obstacle>& obstacle) {
    out.field("code", obstacle ? shop::word(*obstacle) : "ok");
    out.key("reason_label");
    if (obstacle)
        out.value(shop::label(*obstacle).in(shop.locale));
    else
        out.null();
}

void write_slot(JsonWriter& out, const Shop& shop, const Slot& slot, bool with_code) {
    const TimeOption option = shop::option_of(shop, slot);
    out.begin_object();
    out.field("start", option.start);
    out.field("end", option.end);
    out.field("label", option.label);
    if (with_code) {
        out.field("available", !slot.obstacle);
        write_code(out, shop, slot.obstacle);
    }
    out.end_object();
}

constexpr Label kNotInStock{"Не хватает товара на складе", "Қоймада тауар жетпейді",
                            "Not enough in stock"};

}  // namespace

using tools::read;

// get_delivery_slots

void from_json(const Json& arguments, GetDeliverySlots& command) {
    read(arguments, "date", command.date);
    read_basket(arguments, command.basket);
}

void to_json(JsonWriter& out, const DeliverySlots& answer) {
    const Shop& shop = answer.shop;
    out.begin_object();
    out.field("date", answer.date.text());
    out.field("timezone", shop.timezone);
    out.field("delivery_type", answer.is_delivery ? "delivery" : "pickup");
    out.field("lead_time_minutes", answer.lead_time_minutes);
    write_instant(out, "earliest", shop, answer.earliest_ms);
    write_code(out, shop, answer.obstacle);
    out.key("slots");
    out.begin_array();
    for (const Slot& slot : answer.slots) write_slot(out, shop, slot, true);
    out.end_array();
    write_day(out, "next_open_date", answer.next_open_date);
    out.end_object();
}

// validate_delivery_time

void from_json(const Json& arguments, ValidateDeliveryTime& command) {
    read(arguments, "delivery_time", command.delivery_time);
    read_basket(arguments, command.basket);
}

void to_json(JsonWriter& out, const TimeAnswer& answer) {
    const Shop& shop = answer.shop;
    const shop::Handover& handover = answer.verdict.handover;
    const bool is_valid = !answer.verdict.obstacle;
    out.begin_object();
    out.field("valid", is_valid);
    out.field("is_valid", is_valid);
    write_instant(out, "delivery_time", shop, handover.at_ms);
    write_day(out, "date", answer.verdict.requested_day);
    out.key("window");
    if (handover.window_start_ms && handover.window_end_ms) {
        out.begin_object();
        write_instant(out, "start", shop, handover.window_start_ms);
        write_instant(out, "end", shop, handover.window_end_ms);
        out.end_object();
    } else {
        out.null();
    }
    out.field("precision", shop::word(handover.precision));
    write_code(out, shop, answer.verdict.obstacle);
    write_instant(out, "earliest", shop, answer.earliest_ms);
    out.key("alternative_slots");
    out.begin_array();
    for (const Slot& slot : answer.alternatives) write_slot(out, shop, slot, false);
    out.end_array();
    write_day(out, "next_open_date", answer.next_open_date);
    out.field("assumptions", answer.verdict.assumptions);
    out.end_object();
}

// check_delivery_feasibility

void from_json(const Json& arguments, CheckFeasibility& command) {
    read(arguments, "delivery_date", command.delivery_date);
    read_basket(arguments, command.basket);
}

void to_json(JsonWriter& out, const FeasibilityAnswer& answer) {
    const Shop& shop = answer.shop;
    out.begin_object();
    out.field("feasible", answer.is_feasible());
    out.field("is_feasible", answer.is_feasible());
    out.field("date", answer.verdict.requested_day.text());
    write_instant(out, "earliest_delivery", shop, answer.earliest_ms);
    write_instant(out, "latest_delivery", shop, answer.latest_ms);
    const bool only_stock_is_missing = !answer.verdict.obstacle && !answer.is_feasible();
    if (only_stock_is_missing) {
        out.field("code", "insufficient_stock");
        out.field("reason_label", kNotInStock.in(shop.locale));
    } else {
        write_code(out, shop, answer.verdict.obstacle);
    }
    out.key("suggested_dates");
    out.begin_array();
    for (const shop::LocalDate day : answer.suggested_days) out.value(day.text());
    out.end_array();
    out.key("stock");
    if (answer.stock) {
        out.begin_object();
        out.field("available", answer.stock->available);
        out.field("product_ids_short", answer.stock->product_ids_short);
        out.end_object();
    } else {
        out.null();
    }
    out.end_object();
}

}  // namespace shopkeeper::products

namespace shopkeeper::tools {

void register_shop(Registry& registry) {
    const auto everyone = Access::everyone();
    registry.read("get_shop_settings", everyone, shop::get_settings);
    registry.read("get_working_hours", everyone, shop::get_working_hours);
    registry.write("update_shop_settings", Access::staff(Permission::update_shop_settings),
                   shop::update_settings);
    registry.read("get_faq", everyone, shop::get_faq);
    registry.read("get_delivery_slots", everyone, products::get_delivery_slots);
    registry.read("validate_delivery_time", everyone, products::validate_delivery_time);
    registry.read("check_delivery_feasibility", everyone, products::check_delivery_feasibility);
}

}  // namespace shopkeeper::tools
