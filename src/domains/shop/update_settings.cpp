#include "domains/shop/update_settings.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/json_writer.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
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
           phone_lookup = $28, updated_ms = $29
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

constexpr std::string_view kHasProductOrOrder = R"sql(
    SELECT EXISTS (SELECT 1 FROM product WHERE shop_id = $1)
        OR EXISTS (SELECT 1 FROM orders WHERE shop_id = $1)
)sql";

/// M5, in major units.
constexpr std::int64_t kAmountMax = 10'000'000;

Result<DayMinute> clock(std::string_view field, const std::string& given) {
    if (const auto minute = parse_day_minute(given)) return *minute;
    return invalid_argument(std::string(field),
                            "'" + given + "' is no time of day. Write hours and minutes as HH:MM.",
                            given, {"09:00", "21:00"});
}

Result<std::int64_t> fee(std::string_view field, const money::Amount& given,
                         const money::Currency& currency) {
    const auto minor = money::to_minor(given, currency, field);
    if (!minor) return minor;
    const auto limit = money::to_minor({std::to_string(kAmountMax)}, currency, field);
    if (*minor <= *limit) return minor;
    return invalid_argument(
        std::string(field),
        std::string(field) + " may be 0 to 10000000 " + std::string(currency.code) + ".",
        given.digits);
}

/// An address as mail systems use it: one @, a dotted domain after it, no spaces. Whether it
/// exists, only a letter can tell.
bool is_email(std::string_view given) {
    const std::size_t at = given.find('@');
    if (at == 0 || at == std::string_view::npos ||
        given.find('@', at + 1) != std::string_view::npos)
        return false;
    const std::string_view domain = given.substr(at + 1);
    const std::size_t dot = domain.rfind('.');
    if (dot == 0 || dot == std::string_view::npos || dot + 1 == domain.size()) return false;
    return std::none_of(given.begin(), given.end(),
                        [](unsigned char c) { return c <= ' ' || c >= 0x7F; });
}

/// The amount that reads the same in another currency: 1500.00 becomes 1500, not 150000.
std::int64_t same_in(std::int64_t minor, const money::Currency& from, const money::Currency& to) {
    for (int decimals = from.decimals; decimals < to.decimals; ++decimals) minor *= 10;
    for (int decimals = from.decimals; decimals > to.decimals; --decimals) minor = (minor + 5) / 10;
    return minor;
}

// What changed, for the caller, the audit row and the event.

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

/// What is not as it was: for the caller in full, for the audit without words that may identify
/// people. Rule: domain I10.
class Changes {
public:
    struct Values {
        std::string before_json;
        std::string after_json;
    };

    void add(std::string field, Values values) {
        Values audited = values;
        add(std::move(field), std::move(values), std::move(audited));
    }
    template <class Field>
    void add(std::string field, const Field& before, const Field& after) {
        add(std::move(field), Values{json(before), json(after)});
    }
    void add(std::string field, Values values, Values audited) {
        if (values.before_json == values.after_json) return;
        fields_.push_back(
            {std::move(field), std::move(values.before_json), std::move(values.after_json)});
        audited_.push_back(std::move(audited));
    }
    void add_personal(std::string field, const std::optional<std::string>& before,
                      const std::optional<std::string>& after) {
        const auto masked = [](const std::optional<std::string>& text) {
            return std::string(text ? R"("[set]")" : "null");
        };
        add(std::move(field), Values{json(before), json(after)},
            Values{masked(before), masked(after)});
    }

    const std::vector<ChangedField>& fields() const { return fields_; }
    std::vector<ChangedField> take() && { return std::move(fields_); }

    std::string audit_json(std::string Values::*side) const {
        JsonWriter out;
        out.begin_object();
        for (std::size_t i = 0; i < fields_.size(); ++i)
            out.raw_field(fields_[i].field, audited_[i].*side);
        out.end_object();
        return std::move(out).take();
    }

private:
    std::vector<ChangedField> fields_;
    std::vector<Values> audited_;  // of the same places
};

void compare(const Shop& before, const Shop& after, Changes& changes) {
    changes.add_personal("shop_name", before.name, after.name);
    changes.add_personal("description", before.description, after.description);
    changes.add_personal("phone", before.phone, after.phone);
    changes.add_personal("email", before.email, after.email);
    changes.add_personal("address", before.address, after.address);
    changes.add_personal("city", before.city, after.city);
    const auto hours = [&](const char* field, DayMinute Shop::*member) {
        changes.add(field, day_minute_text(before.*member), day_minute_text(after.*member));
    };
    hours("weekday_start", &Shop::weekday_start);
    hours("weekday_end", &Shop::weekday_end);
    hours("weekend_start", &Shop::weekend_start);
    hours("weekend_end", &Shop::weekend_end);
    changes.add("weekday_closed", before.weekday_closed, after.weekday_closed);
    changes.add("weekend_closed", before.weekend_closed, after.weekend_closed);
    changes.add("pickup_available", before.pickup_available, after.pickup_available);
    changes.add("delivery_available", before.delivery_available, after.delivery_available);
    changes.add("delivery_cost", Changes::Values{before.major(before.delivery_cost_minor),
                                                 after.major(after.delivery_cost_minor)});
    const auto threshold = [](const Shop& shop) {
        const auto& minor = shop.free_delivery_threshold_minor;
        return minor ? shop.major(*minor) : std::string("null");
    };
    changes.add("free_delivery_threshold", Changes::Values{threshold(before), threshold(after)});
    changes.add("base_prep_minutes", before.base_prep_minutes, after.base_prep_minutes);
    changes.add("per_item_prep_minutes", before.per_item_prep_minutes, after.per_item_prep_minutes);
    changes.add("delivery_travel_minutes", before.delivery_travel_minutes,
                after.delivery_travel_minutes);
    changes.add("min_notice_minutes", before.min_notice_minutes, after.min_notice_minutes);
    changes.add("slot_minutes", before.slot_minutes, after.slot_minutes);
    changes.add("slot_capacity", before.slot_capacity, after.slot_capacity);
    changes.add("max_days_ahead", before.max_days_ahead, after.max_days_ahead);
    changes.add("locale", word(before.locale), word(after.locale));
    changes.add("timezone", before.timezone, after.timezone);
    changes.add("currency", before.currency.code, after.currency.code);
    const auto lookup = [](const Shop& shop) {
        return std::string_view(shop.phone_lookup_full ? "full" : "redacted");
    };
    changes.add("phone_lookup", lookup(before), lookup(after));
}

class Update {
public:
    Update(storage::Connection& connection, const CallContext& context,
           const UpdateSettings& command, Shop shop)
        : connection_(connection),
          context_(context),
          command_(command),
          before_(std::move(shop)),
          after_(before_) {}

    /// Fills in `after` and `exceptions`; nothing is written yet.
    Result<void> prepare() {
        for (const auto step :
             {&Update::set_clears, &Update::set_texts, &Update::set_hours, &Update::set_places,
              &Update::set_amounts, &Update::set_exceptions}) {
            if (auto done = (this->*step)(); !done) return done;
        }
        return {};
    }

    /// Writes what changed, with its audit row and event.
    std::vector<ChangedField> write() {
        Changes changes;
        compare(before_, after_, changes);
        if (!changes.fields().empty()) write_shop();
        write_exceptions(changes);
        context_.audit.effective = !changes.fields().empty();
        context_.audit.target_kind = "shop";
        context_.audit.target_id = std::to_string(before_.id);
        context_.audit.before_json = changes.audit_json(&Changes::Values::before_json);
        context_.audit.after_json = changes.audit_json(&Changes::Values::after_json);
        if (!changes.fields().empty()) emit(changes.fields());
        return std::move(changes).take();
    }

private:
    bool clears(std::string_view field) const {
        return std::find(command_.clear.begin(), command_.clear.end(), field) !=
               command_.clear.end();
    }

    Result<void> set_clears() {
        const auto both = [](const char* field) -> Refusal {
            return invalid_argument(
                field, std::string(field) +
                           " is given a value and cleared in one call. Do one of the two.");
        };
        if (clears("description")) {
            if (command_.description) return both("description");
            after_.description.reset();
        }
        if (clears("email")) {
            if (command_.email) return both("email");
            after_.email.reset();
        }
        if (clears("free_delivery_threshold")) {
            if (command_.free_delivery_threshold) return both("free_delivery_threshold");
            after_.free_delivery_threshold_minor.reset();
        }
        if (clears("slot_capacity")) {
            if (command_.slot_capacity) return both("slot_capacity");
            after_.slot_capacity.reset();
        }
        return {};
    }

    Result<void> set_texts() {
        if (command_.shop_name) after_.name = *command_.shop_name;
        if (command_.description) after_.description = command_.description;
        if (command_.address) after_.address = command_.address;
        if (command_.city) after_.city = command_.city;
        if (command_.phone) {
            const auto phone = phone::normalize(*command_.phone, "phone");
            if (!phone) return Refusal(phone.error());
            if (phone->is_foreign) {
                return invalid_argument("phone",
                                        "The phone of a shop must be a Kazakhstani number.",
                                        *command_.phone, {"+7 700 000 00 00"});
            }
            after_.phone = phone->e164;
        }
        if (command_.email) {
            if (!is_email(*command_.email)) {
                return invalid_argument("email", "That is no e-mail address.", *command_.email,
                                        {"shop@example.com"});
            }
            after_.email = command_.email;
        }
        if (command_.phone_lookup) after_.phone_lookup_full = *command_.phone_lookup == "full";
        return {};
    }

    Result<void> set_hours() {
        struct Given {
            std::string_view field;
            const std::optional<std::string>& text;
            DayMinute& minute;
        };
        for (const Given& given :
             {Given{"weekday_start", command_.weekday_start, after_.weekday_start},
              Given{"weekday_end", command_.weekday_end, after_.weekday_end},
              Given{"weekend_start", command_.weekend_start, after_.weekend_start},
              Given{"weekend_end", command_.weekend_end, after_.weekend_end}}) {
            if (!given.text) continue;
            const auto minute = clock(given.field, *given.text);
            if (!minute) return Refusal(minute.error());
            given.minute = *minute;
        }
        if (command_.weekday_closed) after_.weekday_closed = *command_.weekday_closed;
        if (command_.weekend_closed) after_.weekend_closed = *command_.weekend_closed;
        const auto backwards = [](const char* field, DayMinute start, DayMinute end) -> Refusal {
            return invalid_argument(field,
                                    "The day would start at " + day_minute_text(start) +
                                        " and end at " + day_minute_text(end) +
                                        "; it must start before it ends, on the same day.",
                                    day_minute_text(start));
        };
        if (after_.weekday_start >= after_.weekday_end)
            return backwards("weekday_start", after_.weekday_start, after_.weekday_end);
        if (after_.weekend_start >= after_.weekend_end)
            return backwards("weekend_start", after_.weekend_start, after_.weekend_end);
        after_.base_prep_minutes = command_.base_prep_minutes.value_or(before_.base_prep_minutes);
        after_.per_item_prep_minutes =
            command_.per_item_prep_minutes.value_or(before_.per_item_prep_minutes);
        after_.delivery_travel_minutes =
            command_.delivery_travel_minutes.value_or(before_.delivery_travel_minutes);
        after_.min_notice_minutes =
            command_.min_notice_minutes.value_or(before_.min_notice_minutes);
        after_.slot_minutes = command_.slot_minutes.value_or(before_.slot_minutes);
        after_.max_days_ahead = command_.max_days_ahead.value_or(before_.max_days_ahead);
        if (command_.slot_capacity) after_.slot_capacity = command_.slot_capacity;
        return {};
    }

    Result<void> set_places() {
        if (command_.pickup_available) after_.pickup_available = *command_.pickup_available;
        if (command_.delivery_available) after_.delivery_available = *command_.delivery_available;
        if (!after_.pickup_available && !after_.delivery_available) {
            return invalid_argument(
                command_.pickup_available ? "pickup_available" : "delivery_available",
                "Pickup and delivery cannot both be off: the shop could hand "
                "nothing over. Leave one of them on.",
                "false");
        }
        if (command_.locale) after_.locale = locale_of(*command_.locale);
        if (command_.timezone) {
            const auto zone = TimeZone::find(*command_.timezone);
            if (!zone) {
                return invalid_argument("timezone", "That is no time zone of the IANA database.",
                                        *command_.timezone,
                                        {"Asia/Almaty", "Asia/Qyzylorda", "Europe/Berlin"});
            }
            after_.timezone = *command_.timezone;
            after_.zone = *zone;
        }
        return {};
    }

    Result<void> set_amounts() {
        if (command_.currency) {
            if (auto changed = change_currency(*command_.currency); !changed) return changed;
        }
        if (command_.delivery_cost) {
            const auto minor = fee("delivery_cost", *command_.delivery_cost, after_.currency);
            if (!minor) return Refusal(minor.error());
            after_.delivery_cost_minor = *minor;
        }
        if (command_.free_delivery_threshold) {
            const auto minor =
                fee("free_delivery_threshold", *command_.free_delivery_threshold, after_.currency);
            if (!minor) return Refusal(minor.error());
            after_.free_delivery_threshold_minor = *minor;
        }
        return {};
    }

    /// Rule: domain S7.
    Result<void> change_currency(std::string code) {
        for (char& c : code) {
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        }
        const money::Currency currency = money::currency(code);
        if (currency.code.empty()) {
            return invalid_argument("currency", "That is no ISO 4217 currency code.", code,
                                    {"KZT", "RUB", "USD", "EUR"});
        }
        if (currency.code == before_.currency.code) return {};
        if (connection_.query(kHasProductOrOrder, {before_.id}).front().get<bool>(0)) {
            return failed_precondition(
                "currency_locked",
                "The currency can change only while the shop has no product and no order; prices "
                "would mean something else. Open another shop for another currency.",
                std::string(before_.currency.code), {std::string(before_.currency.code)});
        }
        after_.currency = currency;
        after_.delivery_cost_minor =
            same_in(before_.delivery_cost_minor, before_.currency, currency);
        if (auto& threshold = after_.free_delivery_threshold_minor) {
            threshold = same_in(*threshold, before_.currency, currency);
        }
        return {};
    }

    Result<void> set_exceptions() {
        std::set<LocalDate> seen;
        const auto day_of = [&seen](const char* field,
                                    const std::string& given) -> Result<LocalDate> {
            const auto day = parse_local_date(given);
            if (!day) {
                return invalid_argument(field, "'" + given + "' is no day. Write it as YYYY-MM-DD.",
                                        given, {"2026-12-31"});
            }
            if (!seen.insert(*day).second) {
                return invalid_argument(field, "The day " + given + " is named twice in this call.",
                                        given);
            }
            return *day;
        };
        for (const ExceptionChange& given : command_.exceptions) {
            const auto day = day_of("exceptions", given.date);
            if (!day) return Refusal(day.error());
            DayException exception{*day, std::nullopt, given.note};
            if (!given.closed) {
                auto hours = exception_hours(given);
                if (!hours) return Refusal(hours.error());
                exception.hours = *hours;
            } else if (given.open || given.close) {
                return invalid_argument(
                    "exceptions",
                    given.date + " is closed and has hours. Leave out one of the two.", given.date);
            }
            exceptions_.push_back(std::move(exception));
        }
        for (const std::string& given : command_.remove_exceptions) {
            const auto day = day_of("remove_exceptions", given);
            if (!day) return Refusal(day.error());
            removed_.push_back(*day);
        }
        return {};
    }

    static Result<OpenHours> exception_hours(const ExceptionChange& given) {
        if (!given.open || !given.close) {
            return invalid_argument("exceptions",
                                    given.date + " needs open and close (HH:MM), or closed: true.",
                                    given.date);
        }
        const auto open = clock("exceptions", *given.open);
        if (!open) return Refusal(open.error());
        const auto close = clock("exceptions", *given.close);
        if (!close) return Refusal(close.error());
        if (*open >= *close) {
            return invalid_argument("exceptions", given.date + " must open before it closes.",
                                    *given.open);
        }
        return OpenHours{*open, *close};
    }

    void write_shop() {
        const Shop& s = after_;
        connection_.execute(kUpdateShop, {s.id,
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
                                          context_.now_ms});
    }

    void write_exceptions(Changes& changes) {
        if (exceptions_.empty() && removed_.empty()) return;
        LocalDate first = exceptions_.empty() ? removed_.front() : exceptions_.front().day;
        for (const DayException& exception : exceptions_) first = std::min(first, exception.day);
        for (const LocalDate day : removed_) first = std::min(first, day);
        const Calendar stored(before_, exceptions_from(connection_, before_.id, first));

        for (const DayException& exception : exceptions_) {
            const std::size_t known = changes.fields().size();
            const DayException* before = stored.exception(exception.day);
            changes.add("exceptions." + exception.day.text(),
                        {exception_json(before), exception_json(&exception)},
                        {hours_json(before), hours_json(&exception)});
            if (changes.fields().size() == known) continue;
            const auto& hours = exception.hours;
            const auto open = hours ? std::optional(day_minute_text(hours->open)) : std::nullopt;
            const auto close = hours ? std::optional(day_minute_text(hours->close)) : std::nullopt;
            connection_.execute(kSetException, {before_.id, exception.day.text(), !hours, open,
                                                close, exception.note, context_.now_ms});
        }
        for (const LocalDate day : removed_) {
            const DayException* before = stored.exception(day);
            if (before == nullptr) continue;
            changes.add("exceptions." + day.text(), {exception_json(before), "null"},
                        {hours_json(before), "null"});
            connection_.execute(kRemoveException, {before_.id, day.text()});
        }
    }

    void emit(const std::vector<ChangedField>& changed) {
        JsonWriter data;
        data.begin_object();
        data.key("fields");
        data.begin_array();
        for (const ChangedField& field : changed) data.value(field.field);
        data.end_array();
        data.end_object();
        journal::emit(connection_, context_, before_.id,
                      {.type = "shop.changed",
                       .subject_kind = "shop",
                       .subject_id = std::to_string(before_.id),
                       .data_json = std::move(data).take()});
    }

    storage::Connection& connection_;
    const CallContext& context_;
    const UpdateSettings& command_;
    const Shop before_;
    Shop after_;
    std::vector<DayException> exceptions_;
    std::vector<LocalDate> removed_;
};

}  // namespace

bool UpdateSettings::is_empty() const {
    const auto none = [](const auto&... given) { return !(given.has_value() || ...); };
    return none(shop_name, description, phone, email, address, city, weekday_start, weekday_end,
                weekend_start, weekend_end, weekday_closed, weekend_closed, pickup_available,
                delivery_available, delivery_cost, free_delivery_threshold, base_prep_minutes,
                per_item_prep_minutes, delivery_travel_minutes, min_notice_minutes, slot_minutes,
                slot_capacity, max_days_ahead, locale, timezone, currency, phone_lookup) &&
           exceptions.empty() && remove_exceptions.empty() && clear.empty();
}

Result<UpdatedSettings> update_settings(storage::Connection& connection, const CallContext& context,
                                        const UpdateSettings& command) {
    auto shop = current(connection, context);
    if (!shop) return Refusal(shop.error());
    if (command.is_empty()) {
        return invalid_argument("shop_name",
                                "No setting was given. Send at least one, for example "
                                "weekday_end: \"20:00\" or delivery_cost: 1500.");
    }
    Update update(connection, context, command, std::move(*shop));
    if (auto prepared = update.prepare(); !prepared) return Refusal(prepared.error());
    auto changed = update.write();
    auto stored = find(connection, context.shop_id);
    return UpdatedSettings{settings_of(connection, std::move(*stored), context.now_ms),
                           std::move(changed)};
}

}  // namespace shopkeeper::shop
