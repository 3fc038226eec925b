#include "domains/shop/update_settings.hpp"

#include <algorithm>
#include <utility>

#include "base/json_writer.hpp"
#include "domains/shop/confirmation.hpp"
#include "domains/shop/settings_changes.hpp"
#include "domains/shop/settings_draft.hpp"
#include "domains/shop/shop_lock.hpp"
#include "journal/events.hpp"

namespace shopkeeper::shop {
namespace {

constexpr std::string_view kUpdateShop = R"sql(
    UPDATE shop
       SET name = $2, description = $3, phone = $4, email = $5, address = $6, city = $7,
           locale = $8, timezone = $9, currency = $10,
           weekday_start = $11, weekday_end = $12, weekend_start = $13, weekend_end = $14,
           weekday_closed = $15, weekend_closed = $16,
           delivery_cost_minor = $17, free_delivery_threshold_minor = $18,
           pickup_available = $19, delivery_available = $20,
           base_prep_minutes = $21, per_item_prep_minutes = $22, delivery_travel_minutes = $23,
           slot_minutes = $24, min_notice_minutes = $25, max_days_ahead = $26, slot_capacity = $27,
           phone_lookup = $28, confirmation = $29, confirm_price_percent = $30,
           confirm_restock_units = $31, updated_ms = $32
     WHERE id = $1
)sql";

constexpr std::string_view kSetException = R"sql(
    INSERT INTO shop_exception (shop_id, day, closed, open_time, close_time, note,
                                created_ms, updated_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
        ON CONFLICT (shop_id, day) DO UPDATE
       SET closed = EXCLUDED.closed, open_time = EXCLUDED.open_time,
           close_time = EXCLUDED.close_time, note = EXCLUDED.note,
           updated_ms = EXCLUDED.updated_ms
)sql";

constexpr std::string_view kRemoveException = R"sql(
    DELETE FROM shop_exception
     WHERE shop_id = $1
       AND day = $2
)sql";

void write_shop(storage::Connection& connection, const Shop& s, UnixMs now_ms) {
    connection.execute(kUpdateShop, {s.id,
                                     s.name,
                                     s.description,
                                     s.phone,
                                     s.email,
                                     s.address,
                                     s.city,
                                     word(s.locale),
                                     s.timezone,
                                     s.currency.code,
                                     day_minute_text(s.weekday_start),
                                     day_minute_text(s.weekday_end),
                                     day_minute_text(s.weekend_start),
                                     day_minute_text(s.weekend_end),
                                     s.weekday_closed,
                                     s.weekend_closed,
                                     s.delivery_cost_minor,
                                     s.free_delivery_threshold_minor,
                                     s.pickup_available,
                                     s.delivery_available,
                                     s.base_prep_minutes,
                                     s.per_item_prep_minutes,
                                     s.delivery_travel_minutes,
                                     s.slot_minutes,
                                     s.min_notice_minutes,
                                     s.max_days_ahead,
                                     s.slot_capacity,
                                     s.phone_lookup_full ? "full" : "redacted",
                                     s.confirms_risky_acts ? "risky" : "off",
                                     s.confirm_price_percent,
                                     s.confirm_restock_units,
                                     now_ms});
}

/// The exceptions as they are stored, from the first day that the draft touches.
Calendar stored_days(storage::Connection& connection, const Shop& before,
                     const SettingsDraft& draft) {
    LocalDate first =
        draft.exceptions.empty() ? draft.removed.front() : draft.exceptions.front().day;
    for (const DayException& exception : draft.exceptions) first = std::min(first, exception.day);
    for (const LocalDate day : draft.removed) first = std::min(first, day);
    return Calendar(before, exceptions_from(connection, before.id, first));
}

void write_exceptions(storage::Connection& connection, const Shop& before,
                      const SettingsDraft& draft, UnixMs now_ms, Changes& changes) {
    if (draft.exceptions.empty() && draft.removed.empty()) return;
    const Calendar stored = stored_days(connection, before, draft);
    for (const DayException& exception : draft.exceptions) {
        if (!changes.compare(exception.day, stored.exception(exception.day), &exception)) continue;
        const auto& hours = exception.hours;
        const auto open = hours ? std::optional(day_minute_text(hours->open)) : std::nullopt;
        const auto close = hours ? std::optional(day_minute_text(hours->close)) : std::nullopt;
        connection.execute(kSetException, {before.id, exception.day.text(), !hours, open, close,
                                           exception.note, now_ms});
    }
    for (const LocalDate day : draft.removed) {
        if (!changes.compare(day, stored.exception(day), nullptr)) continue;
        connection.execute(kRemoveException, {before.id, day.text()});
    }
}

void emit(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
          const std::vector<ChangedField>& changed) {
    JsonWriter data;
    data.begin_object();
    data.key("fields");
    data.begin_array();
    for (const ChangedField& field : changed) data.value(field.field);
    data.end_array();
    data.end_object();
    journal::emit(connection, context, shop_id,
                  {.type = "shop.changed",
                   .subject_kind = "shop",
                   .subject_id = std::to_string(shop_id),
                   .data_json = std::move(data).take()});
}

/// Writes what changed, with its audit row and event.
std::vector<ChangedField> write(storage::Connection& connection, const CallContext& context,
                                const Shop& before, const SettingsDraft& draft) {
    Changes changes;
    changes.compare(before, draft.after);
    if (!changes.fields().empty()) write_shop(connection, draft.after, context.now_ms);
    write_exceptions(connection, before, draft, context.now_ms, changes);
    context.audit.effective = !changes.fields().empty();
    context.audit.target_kind = "shop";
    context.audit.target_id = std::to_string(before.id);
    context.audit.before_json = changes.before_json();
    context.audit.after_json = changes.after_json();
    if (!changes.fields().empty()) emit(connection, context, before.id, changes.fields());
    return std::move(changes).take();
}

}  // namespace

bool UpdateSettings::is_empty() const {
    const auto none = [](const auto&... given) { return !(given.has_value() || ...); };
    return none(shop_name, description, phone, email, address, city, weekday_start, weekday_end,
                weekend_start, weekend_end, weekday_closed, weekend_closed, pickup_available,
                delivery_available, delivery_cost, free_delivery_threshold, base_prep_minutes,
                per_item_prep_minutes, delivery_travel_minutes, min_notice_minutes, slot_minutes,
                slot_capacity, max_days_ahead, locale, timezone, currency, phone_lookup,
                confirmation, confirm_price_percent, confirm_restock_units) &&
           exceptions.empty() && remove_exceptions.empty() && clear.empty();
}

Result<UpdatedSettings> update_settings(storage::Connection& connection, const CallContext& context,
                                        const UpdateSettings& command) {
    take_turns(connection, context.shop_id);
    const auto before = current(connection, context);
    if (!before) return Refusal(before.error());
    if (command.is_empty()) {
        return invalid_argument("shop_name",
                                "No setting was given. Send at least one, for example "
                                "weekday_end: \"20:00\" or delivery_cost: 1500.");
    }
    const auto draft = draft_settings(connection, *before, command);
    if (!draft) return Refusal(draft.error());
    if (auto agreed = agree(context, *before, risk_of_settings(*before, draft->after)); !agreed)
        return Refusal(agreed.error());
    auto changed = write(connection, context, *before, *draft);
    auto stored = find(connection, context.shop_id);
    return UpdatedSettings{settings_of(connection, std::move(*stored), context.now_ms),
                           std::move(changed)};
}

}  // namespace shopkeeper::shop
