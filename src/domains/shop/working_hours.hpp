#pragma once

#include <optional>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/calendar.hpp"

namespace shopkeeper::shop {

/// Whether the shop is open at a moment, and when that changes. Rule: domain S2, S3.
struct OpenState {
    bool is_open = false;
    std::optional<UnixMs> closes_ms;     ///< while it is open
    std::optional<UnixMs> next_open_ms;  ///< while it is closed; absent too when it opens on no day
};

OpenState open_state(const Calendar& calendar, UnixMs now_ms);

struct GetWorkingHours {};

struct WorkingHours {
    Shop shop;
    UnixMs now_ms;
    OpenState state;
    std::optional<DayException> today_exception;
};

/// The regular week and the state right now. Rule: domain S2.
Result<WorkingHours> get_working_hours(storage::Connection& connection, const CallContext& context,
                                       const GetWorkingHours& command);

}  // namespace shopkeeper::shop
