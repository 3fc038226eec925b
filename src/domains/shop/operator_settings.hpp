#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

namespace shopkeeper::shop {

/// What only the operator of the server sets, at the command line. Absent: as it is.
struct OperatorSettings {
    std::optional<std::int64_t> prepay_minutes;     ///< 0: no prepayment is demanded (O40)
    std::optional<std::int64_t> reservation_hours;  ///< how long a new order keeps its stock (O24)
    std::optional<bool> manager_may_edit_settings;
};

inline constexpr std::int64_t kPrepayMinutesMin = 5;
inline constexpr std::int64_t kPrepayMinutesMax = 10080;  // a week
inline constexpr std::int64_t kReservationHoursMin = 1;
inline constexpr std::int64_t kReservationHoursMax = 720;  // thirty days

/// The settings in force.
/// Errors: not_found (shop).
Result<OperatorSettings> operator_settings(storage::Connection& connection, std::int64_t shop_id);

/// Orders that exist keep the deadlines they were made with.
/// Errors: invalid_argument (`prepay_minutes`, `reservation_hours`), not_found (shop).
/// Rule: domain S5, O24, O40.
Result<void> set_operator_settings(storage::Connection& connection, std::int64_t shop_id,
                                   UnixMs now_ms, const OperatorSettings& wanted);

}  // namespace shopkeeper::shop
