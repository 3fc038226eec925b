#include "domains/shop/settings_draft.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/phone.hpp"

namespace shopkeeper::shop {
namespace {

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

class Drafting {
public:
    Drafting(storage::Connection& connection, const Shop& before, const UpdateSettings& command)
        : connection_(connection), command_(command), before_(before), after_(before) {}

    Result<SettingsDraft> run() {
        for (const auto step : {&Drafting::set_clears, &Drafting::set_texts, &Drafting::set_hours,
                                &Drafting::set_places, &Drafting::set_amounts,
                                &Drafting::set_confirmation, &Drafting::set_exceptions}) {
            if (auto done = (this->*step)(); !done) return Refusal(done.error());
        }
        return SettingsDraft{std::move(after_), std::move(exceptions_), std::move(removed_)};
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

    Result<void> set_confirmation() {
        if (command_.confirmation) after_.confirms_risky_acts = *command_.confirmation != "off";
        after_.confirm_price_percent =
            command_.confirm_price_percent.value_or(before_.confirm_price_percent);
        after_.confirm_restock_units =
            command_.confirm_restock_units.value_or(before_.confirm_restock_units);
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

    storage::Connection& connection_;
    const UpdateSettings& command_;
    const Shop& before_;
    Shop after_;
    std::vector<DayException> exceptions_;
    std::vector<LocalDate> removed_;
};

}  // namespace

Result<SettingsDraft> draft_settings(storage::Connection& connection, const Shop& before,
                                     const UpdateSettings& command) {
    return Drafting(connection, before, command).run();
}

}  // namespace shopkeeper::shop
