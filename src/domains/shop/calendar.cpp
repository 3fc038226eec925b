#include "domains/shop/calendar.hpp"

#include <algorithm>
#include <stdexcept>

namespace shopkeeper::shop {
namespace {

constexpr std::string_view kExceptionsFrom = R"sql(
    SELECT day, closed, open_time, close_time, note
      FROM shop_exception
     WHERE shop_id = $1
       AND day >= $2
     ORDER BY day
)sql";

DayException read_exception(const storage::Row& row) {
    const auto day = parse_local_date(row.get<std::string_view>(0));
    if (!day) throw std::runtime_error("shop_exception.day holds a text that is no date");
    DayException exception{*day, std::nullopt, row.get<std::optional<std::string>>(4)};
    if (!row.get<bool>(1)) {
        const auto open = parse_day_minute(row.get<std::string_view>(2));
        const auto close = parse_day_minute(row.get<std::string_view>(3));
        if (!open || !close)
            throw std::runtime_error("shop_exception holds a text that is no time of day");
        exception.hours = OpenHours{*open, *close};
    }
    return exception;
}

}  // namespace

std::vector<DayException> exceptions_from(storage::Connection& connection, std::int64_t shop_id,
                                          LocalDate from) {
    const auto rows = connection.query(kExceptionsFrom, {shop_id, from.text()});
    std::vector<DayException> exceptions;
    exceptions.reserve(rows.size());
    for (const auto row : rows) exceptions.push_back(read_exception(row));
    return exceptions;
}

Calendar Calendar::load(storage::Connection& connection, const Shop& shop, UnixMs now_ms) {
    return Calendar(shop, exceptions_from(connection, shop.id, shop.zone.today(now_ms)));
}

const DayException* Calendar::exception(LocalDate day) const {
    const auto found = std::lower_bound(
        exceptions_.begin(), exceptions_.end(), day,
        [](const DayException& exception, LocalDate wanted) { return exception.day < wanted; });
    return found != exceptions_.end() && found->day == day ? &*found : nullptr;
}

std::optional<OpenHours> Calendar::hours(LocalDate day) const {
    if (const DayException* special = exception(day)) return special->hours;
    if (day.is_weekend()) {
        if (shop_->weekend_closed) return std::nullopt;
        return OpenHours{shop_->weekend_start, shop_->weekend_end};
    }
    if (shop_->weekday_closed) return std::nullopt;
    return OpenHours{shop_->weekday_start, shop_->weekday_end};
}

bool Calendar::is_open(UnixMs at_ms) const {
    const LocalDate day = local(at_ms).date;
    const auto open = hours(day);
    return open && at_ms >= instant(day, open->open) && at_ms < instant(day, open->close);
}

std::optional<LocalDate> Calendar::next_open_day(LocalDate from) const {
    for (int ahead = 0; ahead <= kReachDays; ++ahead) {
        if (hours(from + ahead)) return from + ahead;
    }
    return std::nullopt;
}

std::optional<UnixMs> Calendar::next_opening(UnixMs at_ms) const {
    const LocalDate today = local(at_ms).date;
    if (const auto open = hours(today)) {
        const UnixMs opening = instant(today, open->open);
        if (opening > at_ms) return opening;
    }
    const auto day = next_open_day(today + 1);
    if (!day) return std::nullopt;
    return instant(*day, hours(*day)->open);
}

std::optional<UnixMs> Calendar::first_open_instant(UnixMs at_ms) const {
    return is_open(at_ms) ? at_ms : next_opening(at_ms);
}

std::string hours_text(DayMinute open, DayMinute close, bool closed) {
    return closed ? "closed" : day_minute_text(open) + " - " + day_minute_text(close);
}

}  // namespace shopkeeper::shop
