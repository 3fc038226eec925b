#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domains/shop/local_time.hpp"
#include "domains/shop/shop.hpp"
#include "storage/database.hpp"

/// When a shop is open: the regular week and the exceptions from it. Rule: domain D13, S3.
namespace shopkeeper::shop {

/// Open from `open` until just before `close`, on one day. Rule: domain S3.
struct OpenHours {
    DayMinute open;
    DayMinute close;
    friend bool operator==(const OpenHours&, const OpenHours&) = default;
};

/// A day on which the regular week does not hold.
struct DayException {
    LocalDate day;
    std::optional<OpenHours> hours;  ///< absent: closed
    std::optional<std::string> note;
};

/// The exceptions of `from` and the days after it, by day.
std::vector<DayException> exceptions_from(storage::Connection& connection, std::int64_t shop_id,
                                          LocalDate from);

/// The open hours of every day. A value; it borrows the shop, which must outlive it.
class Calendar {
public:
    /// How many days ahead an opening is looked for; a shop closed for longer opens on no day.
    static constexpr int kReachDays = 400;

    /// `exceptions`: sorted by day.
    Calendar(const Shop& shop, std::vector<DayException> exceptions)
        : shop_(&shop), exceptions_(std::move(exceptions)) {}
    /// With the exceptions of today and later.
    static Calendar load(storage::Connection& connection, const Shop& shop, UnixMs now_ms);

    const Shop& shop() const { return *shop_; }
    const DayException* exception(LocalDate day) const;
    /// nullopt: closed all day.
    std::optional<OpenHours> hours(LocalDate day) const;

    UnixMs instant(LocalDate day, DayMinute minute) const {
        return shop_->zone.instant(day, minute);
    }
    LocalTime local(UnixMs at_ms) const { return shop_->zone.local(at_ms); }

    bool is_open(UnixMs at_ms) const;
    /// The first open day at or after `from`.
    std::optional<LocalDate> next_open_day(LocalDate from) const;
    /// The first opening after `at_ms`.
    std::optional<UnixMs> next_opening(UnixMs at_ms) const;
    /// `at_ms` itself while the shop is open, else the next opening.
    std::optional<UnixMs> first_open_instant(UnixMs at_ms) const;

private:
    const Shop* shop_;
    std::vector<DayException> exceptions_;
};

/// "09:00 - 21:00" or "closed". Rule: domain S1.
std::string hours_text(DayMinute open, DayMinute close, bool closed);

}  // namespace shopkeeper::shop
