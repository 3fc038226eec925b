#include "domains/shop/shop.hpp"

#include <stdexcept>

namespace shopkeeper::shop {
namespace {

constexpr std::string_view kShopById = R"sql(
    SELECT id, name, description, phone, email, address, city, locale, timezone, currency,
           weekday_start, weekday_end, weekend_start, weekend_end, weekday_closed, weekend_closed,
           delivery_cost_minor, free_delivery_threshold_minor, pickup_available, delivery_available,
           base_prep_minutes, per_item_prep_minutes, delivery_travel_minutes,
           slot_minutes, min_notice_minutes, max_days_ahead, slot_capacity, reservation_hours,
           phone_lookup, manager_may_edit_settings, confirmation,
           confirm_price_percent, confirm_restock_units, is_active, created_ms, updated_ms
      FROM shop
     WHERE id = $1
)sql";

constexpr std::string_view kPickupLocation = R"sql(
    SELECT address, landmark
      FROM pickup_location
     WHERE shop_id = $1
       AND enabled
       AND (CAST($2 AS BIGINT) IS NULL OR id = $2)
     ORDER BY display_order, id
     LIMIT 1
)sql";

/// What the database holds is held to the rules when it is written; anything else is damage.
[[noreturn]] void damaged(std::int64_t shop_id, std::string_view column, std::string_view content) {
    throw std::runtime_error("shop " + std::to_string(shop_id) + ": " + std::string(column) +
                             " holds '" + std::string(content) + "', which this server cannot use");
}

class ShopRow {
public:
    explicit ShopRow(const storage::Row& row) : row_(row), id_(row.get<std::int64_t>(0)) {}

    template <class T>
    T next() {
        return row_.get<T>(column_++);
    }
    int number() { return static_cast<int>(next<std::int64_t>()); }
    std::optional<int> maybe_number() {
        const auto number = next<std::optional<std::int64_t>>();
        return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
    }
    DayMinute day_minute(std::string_view column) {
        const auto content = next<std::string_view>();
        const auto minute = parse_day_minute(content);
        if (!minute) damaged(id_, column, content);
        return *minute;
    }
    TimeZone zone_just_named() const {
        const auto name = row_.get<std::string_view>(column_ - 1);
        const auto zone = TimeZone::find(name);
        if (!zone) damaged(id_, "timezone", name);
        return *zone;
    }
    money::Currency currency() {
        const auto code = next<std::string_view>();
        const money::Currency currency = money::currency(code);
        if (currency.code.empty()) damaged(id_, "currency", code);
        return currency;
    }

private:
    const storage::Row& row_;
    std::int64_t id_;
    std::size_t column_ = 0;
};

Shop read_shop(const storage::Row& row) {
    ShopRow in(row);
    // The members of a braced list are evaluated in their order, which is that of the columns.
    return Shop{
        .id = in.next<std::int64_t>(),
        .name = in.next<std::string>(),
        .description = in.next<std::optional<std::string>>(),
        .phone = in.next<std::optional<std::string>>(),
        .email = in.next<std::optional<std::string>>(),
        .address = in.next<std::optional<std::string>>(),
        .city = in.next<std::optional<std::string>>(),
        .locale = locale_of(in.next<std::string_view>()),
        .timezone = in.next<std::string>(),
        .zone = in.zone_just_named(),
        .currency = in.currency(),
        .weekday_start = in.day_minute("weekday_start"),
        .weekday_end = in.day_minute("weekday_end"),
        .weekend_start = in.day_minute("weekend_start"),
        .weekend_end = in.day_minute("weekend_end"),
        .weekday_closed = in.next<bool>(),
        .weekend_closed = in.next<bool>(),
        .delivery_cost_minor = in.next<std::int64_t>(),
        .free_delivery_threshold_minor = in.next<std::optional<std::int64_t>>(),
        .pickup_available = in.next<bool>(),
        .delivery_available = in.next<bool>(),
        .base_prep_minutes = in.number(),
        .per_item_prep_minutes = in.number(),
        .delivery_travel_minutes = in.number(),
        .slot_minutes = in.number(),
        .min_notice_minutes = in.number(),
        .max_days_ahead = in.number(),
        .slot_capacity = in.maybe_number(),
        .reservation_hours = in.number(),
        .phone_lookup_full = in.next<std::string_view>() == "full",
        .manager_may_edit_settings = in.next<bool>(),
        .confirms_risky_acts = in.next<std::string_view>() != "off",
        .confirm_price_percent = in.number(),
        .confirm_restock_units = in.number(),
        .is_active = in.next<bool>(),
        .created_ms = in.next<std::int64_t>(),
        .updated_ms = in.next<std::int64_t>(),
    };
}

}  // namespace

std::optional<Shop> find(storage::Connection& connection, std::int64_t shop_id) {
    const auto rows = connection.query(kShopById, {shop_id});
    if (rows.empty()) return std::nullopt;
    return read_shop(rows.front());
}

Result<Shop> current(storage::Connection& connection, const CallContext& context) {
    auto shop = find(connection, context.shop_id);
    if (shop && shop->is_active) return std::move(*shop);
    if (shop && context.caller.is_staff()) {
        return permission_denied(
            "shop_blocked",
            "This shop is switched off. Ask the operator of the server to switch it on.");
    }
    return not_found("shop", context.shop_id);
}

std::int64_t delivery_cost_minor(const Shop& shop, bool is_delivery, std::int64_t subtotal_minor) {
    if (!is_delivery) return 0;
    const auto& threshold = shop.free_delivery_threshold_minor;
    if (threshold && subtotal_minor >= *threshold) return 0;
    return shop.delivery_cost_minor;
}

Result<std::string> pickup_address(storage::Connection& connection, const Shop& shop,
                                   std::optional<std::int64_t> pickup_location_id) {
    const auto rows = connection.query(kPickupLocation, {shop.id, pickup_location_id});
    if (!rows.empty()) {
        auto address = rows.front().get<std::string>(0);
        if (const auto landmark = rows.front().get<std::optional<std::string>>(1))
            address += " (" + *landmark + ")";
        return address;
    }
    if (pickup_location_id) return not_found("pickup_location", *pickup_location_id);
    if (shop.address) return *shop.address;
    return failed_precondition(
        "address_missing",
        "This shop has neither a pickup location nor an address of its own, so orders "
        "cannot be picked up. Choose delivery, or have the shop's address set with "
        "update_shop_settings.");
}

}  // namespace shopkeeper::shop
