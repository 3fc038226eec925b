#include "domains/shop/verdict.hpp"

#include <algorithm>
#include <utility>

namespace shopkeeper::shop {
namespace {

constexpr DayMinute kHalfDay = 12 * 60;
/// Units beyond these add no time: several people bind then. Rule: domain D14.
constexpr std::int64_t kUnitsThatTakeTime = 12;

/// Reads bare hours by the open hours of their day. Rule: domain D8.
class BareHours {
public:
    explicit BareHours(std::optional<OpenHours> open) : open_(open) {}

    DayMinute read(const ClockMark& mark) {
        const auto is_open = [this](DayMinute minute) {
            return open_ && minute >= open_->open && minute < open_->close;
        };
        return read(mark, is_open);
    }
    /// The end of a window may be closing time itself.
    DayMinute read_end(const ClockMark& mark) {
        const auto is_open = [this](DayMinute minute) {
            return open_ && minute > open_->open && minute <= open_->close;
        };
        return read(mark, is_open);
    }
    /// "с 10 до 2": the end comes after the start.
    DayMinute read_end_after(const ClockMark& mark, DayMinute start) {
        return read(mark, [start](DayMinute minute) { return minute > start; });
    }

    const std::vector<std::string>& assumptions() const { return assumptions_; }

private:
    template <class IsGood>
    DayMinute read(const ClockMark& mark, const IsGood& is_good) {
        if (!mark.is_bare || is_good(mark.minute) || !is_good(mark.minute + kHalfDay))
            return mark.minute;
        const DayMinute afternoon = mark.minute + kHalfDay;
        assumptions_.push_back("'" + std::to_string(mark.minute / 60) + "' was read as " +
                               day_minute_text(afternoon) + ".");
        return afternoon;
    }

    std::optional<OpenHours> open_;
    std::vector<std::string> assumptions_;
};

/// A window in minutes of its day.
struct DayWindow {
    DayMinute start;
    DayMinute end;
    DayMinute nominal;
};

/// The day that was meant, where the calendar has a say in it.
Result<LocalDate> chosen_day(const Feasibility& feasibility, const DateFact& date) {
    const LocalDate second = date.day + (date.kind == DateFact::Kind::weekend ? 1 : 7);
    switch (date.kind) {
        case DateFact::Kind::day:
            return date.day;
        case DateFact::Kind::this_weekday:
            return feasibility.obstacle_on(date.day) ? second : date.day;
        case DateFact::Kind::weekend:
            break;
    }
    const bool first_is_possible = !feasibility.obstacle_on(date.day);
    const bool second_is_possible = !feasibility.obstacle_on(second);
    if (first_is_possible && second_is_possible) {
        ErrorDetails details;
        details.field = "delivery_date";
        details.candidates = {date.day.text(), second.text()};
        return refuse(ErrorCode::ambiguous_time,
                      "Both days of the weekend are possible: " + date.day.text() + " and " +
                          second.text() + ". Ask the customer which one, and send that date.",
                      std::move(details));
    }
    return second_is_possible ? second : date.day;
}

/// Puts the facts of one day on the clock and judges them.
class DayJudge {
public:
    DayJudge(const Feasibility& feasibility, LocalDate day)
        : feasibility_(feasibility),
          day_(day),
          open_(feasibility.calendar().hours(day)),
          hours_(open_) {
        verdict_.handover.day = day;
        verdict_.requested_day = day;
        verdict_.requested = day.text();
    }

    Verdict whole_day() && {
        verdict_.obstacle = feasibility_.obstacle_on(day_);
        return std::move(verdict_);
    }

    Verdict instant(UnixMs at_ms) && {
        set_instant(at_ms, Precision::exact);
        verdict_.requested = feasibility_.shop().rfc3339(at_ms);
        verdict_.obstacle = feasibility_.obstacle_at(at_ms);
        return std::move(verdict_);
    }

    Verdict time(const TimeFact& fact) && {
        switch (fact.kind) {
            case TimeFact::Kind::exact: {
                const UnixMs at_ms = instant_of(hours_.read(fact.at));
                Verdict verdict = std::move(*this).instant(at_ms);
                return verdict;
            }
            case TimeFact::Kind::ask:
                verdict_.handover.ask_time = true;
                return std::move(*this).whole_day();
            case TimeFact::Kind::asap:
                return std::move(*this).asap();
            case TimeFact::Kind::last_slot:
                return std::move(*this).last_slot();
            case TimeFact::Kind::part:
            case TimeFact::Kind::before:
            case TimeFact::Kind::after:
                return std::move(*this).window(open_ ? std::optional(cut_to_open(fact))
                                                     : std::nullopt);
            case TimeFact::Kind::range:
                break;
        }
        const DayMinute start = hours_.read(fact.start);
        return std::move(*this).window(
            DayWindow{start, hours_.read_end_after(*fact.end, start), start});
    }

private:
    UnixMs instant_of(DayMinute minute) const {
        return feasibility_.calendar().instant(day_, minute);
    }

    void set_instant(UnixMs at_ms, Precision precision) {
        verdict_.handover.precision = precision;
        verdict_.handover.at_ms = at_ms;
        verdict_.handover.slot_start_ms = feasibility_.slot_of(at_ms);
        note_assumptions();
    }
    void note_assumptions() {
        verdict_.assumptions = hours_.assumptions();
        verdict_.handover.assumed_pm = !verdict_.assumptions.empty();
    }

    /// What is left of a window word, of "до 18" or "после 18" in the open hours. Rule: domain D10.
    DayWindow cut_to_open(const TimeFact& fact) {
        DayWindow window{open_->open, open_->close, 0};
        switch (fact.kind) {
            case TimeFact::Kind::before:
                window.end = std::min(hours_.read_end(*fact.end), open_->close);
                window.nominal = std::max(window.start, window.end - 60);
                break;
            case TimeFact::Kind::after:
                window.start = std::max(hours_.read(fact.start), open_->open);
                window.nominal = window.start;
                break;
            default:
                window.start = std::max(fact.start.minute, open_->open);
                if (fact.end) window.end = std::min(fact.end->minute, open_->close);
                window.nominal = std::max(fact.at.minute, window.start);
                // "вечером" in a shop that closes at six: the nominal time must lie in what is
                // left.
                if (window.nominal >= window.end) window.nominal = window.start;
                break;
        }
        return window;
    }

    /// `window`: absent on a closed day.
    Verdict window(std::optional<DayWindow> window) && {
        if (!window) return std::move(*this).whole_day();
        const UnixMs start = instant_of(window->start);
        const UnixMs end = instant_of(window->end);
        verdict_.requested =
            feasibility_.shop().rfc3339(start) + "/" + feasibility_.shop().rfc3339(end);
        UnixMs nominal = instant_of(window->nominal);
        verdict_.obstacle = feasibility_.obstacle_in_window(day_, start, end, nominal);
        set_instant(nominal, Precision::window);
        verdict_.handover.window_start_ms = start;
        verdict_.handover.window_end_ms = end;
        return std::move(verdict_);
    }

    /// "поздно вечером": the last cell of the grid, or of a day shorter than a cell all of it.
    Verdict last_slot() && {
        if (!open_) return std::move(*this).whole_day();
        const DayMinute length = feasibility_.shop().slot_minutes;
        const DayMinute cells = (open_->close - open_->open) / length;
        const DayMinute start = cells == 0 ? open_->open : open_->open + (cells - 1) * length;
        const DayMinute end = cells == 0 ? open_->close : start + length;
        return std::move(*this).window(DayWindow{start, end, start});
    }

    Verdict asap() && {
        verdict_.handover.precision = Precision::asap;
        verdict_.obstacle = feasibility_.obstacle_on(day_);
        if (const auto at = feasibility_.first_instant(day_)) {
            set_instant(*at, Precision::asap);
            verdict_.requested = feasibility_.shop().rfc3339(*at);
        }
        return std::move(verdict_);
    }

    const Feasibility& feasibility_;
    LocalDate day_;
    std::optional<OpenHours> open_;
    BareHours hours_;
    Verdict verdict_;
};

/// A sentence that says why, in English for the caller (E1).
std::string explanation(const Feasibility& feasibility, const Verdict& verdict) {
    const auto open = feasibility.calendar().hours(verdict.requested_day);
    switch (*verdict.obstacle) {
        case Obstacle::past:
            return "lies in the past";
        case Obstacle::too_far:
            return "is too far ahead: orders are taken until " +
                   feasibility.last_allowed_day().text();
        case Obstacle::closed_day:
            return "is a day on which the shop is closed";
        case Obstacle::outside_hours:
            return "is outside opening hours (" + hours_text(open->open, open->close, false) +
                   " that day)";
        case Obstacle::lead_time:
            return "is too early: preparing and delivering takes " +
                   std::to_string(feasibility.lead_minutes()) + " minutes of open hours";
        case Obstacle::capacity:
            break;
    }
    return "is fully booked";
}

}  // namespace

Result<Verdict> judge(const Feasibility& feasibility, const TimeFacts& facts) {
    if (facts.instant_ms) {
        const LocalDate day = feasibility.calendar().local(*facts.instant_ms).date;
        return DayJudge(feasibility, day).instant(*facts.instant_ms);
    }
    LocalDate day = feasibility.today();
    if (facts.date) {
        const auto chosen = chosen_day(feasibility, *facts.date);
        if (!chosen) return Refusal(chosen.error());
        day = *chosen;
    } else if (facts.time && facts.time->kind == TimeFact::Kind::asap && feasibility.earliest()) {
        day = feasibility.calendar().local(*feasibility.earliest()).date;
    }
    DayJudge judge(feasibility, day);
    return facts.time ? std::move(judge).time(*facts.time) : std::move(judge).whole_day();
}

Lead lead_of(const Shop& shop, const Basket& basket, bool is_delivery, bool already_assembled) {
    return {already_assembled ? 0 : prep_minutes(shop, basket),
            is_delivery ? shop.delivery_travel_minutes : 0};
}

int prep_minutes(const Shop& shop, const Basket& basket) {
    const int longest = basket.longest_manufacturing_minutes.value_or(shop.base_prep_minutes);
    return longest + shop.per_item_prep_minutes *
                         static_cast<int>(std::min(basket.units, kUnitsThatTakeTime));
}

Refusal impossible(const Feasibility& feasibility, const Verdict& verdict, std::string_view field) {
    const Shop& shop = feasibility.shop();
    ErrorDetails details;
    details.field = field;
    details.reason = word(*verdict.obstacle);
    details.requested = verdict.requested;
    if (feasibility.earliest()) details.earliest = shop.rfc3339(*feasibility.earliest());
    for (const Slot& slot : feasibility.alternatives(*verdict.obstacle, verdict.requested_day)) {
        details.alternatives.push_back(option_of(shop, slot));
    }
    std::string message = verdict.requested + " " + explanation(feasibility, verdict) + ".";
    if (!details.alternatives.empty()) {
        message += " The earliest possible time is " + details.earliest +
                   ". Offer the customer one of details.alternatives and send its start.";
    } else if (const auto day = feasibility.calendar().next_open_day(feasibility.today() + 1)) {
        details.next_open_date = day->text();
        message += " The shop opens next on " + details.next_open_date + ".";
    } else {
        message += " The shop has no open day ahead; ask the customer to call it.";
    }
    return refuse(ErrorCode::delivery_time_impossible, std::move(message), std::move(details));
}

}  // namespace shopkeeper::shop
