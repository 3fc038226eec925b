#include "domains/shop/operator_settings.hpp"

#include <string>
#include <string_view>

namespace shopkeeper::shop {
namespace {

constexpr std::string_view kSelect = R"sql(
    SELECT prepay_minutes, reservation_hours, manager_may_edit_settings
      FROM shop
     WHERE id = $1
)sql";

constexpr std::string_view kUpdate = R"sql(
    UPDATE shop
       SET prepay_minutes = $2, reservation_hours = $3, manager_may_edit_settings = $4,
           updated_ms = $5
     WHERE id = $1
)sql";

}  // namespace

Result<OperatorSettings> operator_settings(storage::Connection& connection, std::int64_t shop_id) {
    const auto rows = connection.query(kSelect, {shop_id});
    if (rows.empty()) return not_found("shop", shop_id);
    return OperatorSettings{rows.front().get<std::optional<std::int64_t>>(0).value_or(0),
                            rows.front().get<std::int64_t>(1), rows.front().get<bool>(2)};
}

Result<void> set_operator_settings(storage::Connection& connection, std::int64_t shop_id,
                                   UnixMs now_ms, const OperatorSettings& wanted) {
    const auto before = operator_settings(connection, shop_id);
    if (!before) return Refusal(before.error());
    std::optional<std::int64_t> prepay =
        wanted.prepay_minutes ? wanted.prepay_minutes : before->prepay_minutes;
    if (*prepay == 0) prepay.reset();
    if (prepay && (*prepay < kPrepayMinutesMin || *prepay > kPrepayMinutesMax)) {
        return invalid_argument("prepay_minutes",
                                "prepay_minutes must be 0 (no prepayment) or " +
                                    std::to_string(kPrepayMinutesMin) + " to " +
                                    std::to_string(kPrepayMinutesMax) + ".",
                                std::to_string(*prepay));
    }
    const std::int64_t hours = wanted.reservation_hours.value_or(*before->reservation_hours);
    if (hours < kReservationHoursMin || hours > kReservationHoursMax) {
        return invalid_argument("reservation_hours",
                                "reservation_hours must be " +
                                    std::to_string(kReservationHoursMin) + " to " +
                                    std::to_string(kReservationHoursMax) + ".",
                                std::to_string(hours));
    }
    const bool managers_edit =
        wanted.manager_may_edit_settings.value_or(*before->manager_may_edit_settings);
    connection.execute(kUpdate, {shop_id, prepay, hours, managers_edit, now_ms});
    return {};
}

}  // namespace shopkeeper::shop
