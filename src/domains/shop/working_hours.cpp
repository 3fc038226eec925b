#include "domains/shop/working_hours.hpp"

#include <utility>

namespace shopkeeper::shop {

OpenState open_state(const Calendar& calendar, UnixMs now_ms) {
    OpenState state{.is_open = calendar.is_open(now_ms), .closes_ms = {}, .next_open_ms = {}};
    if (state.is_open) {
        const LocalDate today = calendar.local(now_ms).date;
        state.closes_ms = calendar.instant(today, calendar.hours(today)->close);
    } else {
        state.next_open_ms = calendar.next_opening(now_ms);
    }
    return state;
}

Result<WorkingHours> get_working_hours(storage::Connection& connection, const CallContext& context,
                                       const GetWorkingHours&) {
    auto shop = current(connection, context);
    if (!shop) return Refusal(shop.error());
    const Calendar calendar = Calendar::load(connection, *shop, context.now_ms);
    std::optional<DayException> today;
    if (const auto* exception = calendar.exception(shop->zone.today(context.now_ms))) {
        today = *exception;
    }
    const OpenState state = open_state(calendar, context.now_ms);
    return WorkingHours{std::move(*shop), context.now_ms, state, std::move(today)};
}

}  // namespace shopkeeper::shop
