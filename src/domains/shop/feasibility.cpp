#include "domains/shop/feasibility.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace shopkeeper::shop {
namespace {

constexpr UnixMs kMinuteMs = 60'000;
constexpr UnixMs kStepMs = 5 * kMinuteMs;

constexpr std::string_view kFullSlots = R"sql(
    SELECT slot_start_ms
      FROM slot_load
     WHERE shop_id = $1
       AND slot_start_ms >= $2
       AND booked >= $3
     ORDER BY slot_start_ms
)sql";

constexpr Label kLabels[] = {
    {"Это время уже прошло", "Бұл уақыт өтіп кетті", "This time has passed"},
    {"Слишком далёкая дата", "Тым алыс күн", "Too far ahead"},
    {"Магазин в этот день закрыт", "Бұл күні дүкен жабық", "Closed on this day"},
    {"Вне часов работы", "Жұмыс уақытынан тыс", "Outside opening hours"},
    {"Не успеем подготовить", "Дайындап үлгермейміз", "Not enough time to prepare"},
    {"На это время мест нет", "Бұл уақытқа орын жоқ", "No free capacity"},
};

}  // namespace

std::string_view word(Obstacle obstacle) {
    switch (obstacle) {
        case Obstacle::past:
            return "past";
        case Obstacle::too_far:
            return "too_far";
        case Obstacle::closed_day:
            return "closed_day";
        case Obstacle::outside_hours:
            return "outside_hours";
        case Obstacle::lead_time:
            return "lead_time";
        case Obstacle::capacity:
            break;
    }
    return "capacity";
}

const Label& label(Obstacle obstacle) {
    return kLabels[static_cast<std::size_t>(obstacle)];
}

UnixMs round_up_to_step(UnixMs at_ms) {
    return (at_ms + kStepMs - 1) / kStepMs * kStepMs;
}

Feasibility::Feasibility(Calendar calendar, Lead lead, std::vector<UnixMs> full_slots,
                         UnixMs now_ms)
    : calendar_(std::move(calendar)),
      lead_(lead),
      full_slots_(std::move(full_slots)),
      now_ms_(now_ms),
      today_(calendar_.local(now_ms).date),
      earliest_(ready_at()) {
    const UnixMs notice_over = round_up_to_step(now_ms_ + kMinuteMs * shop().min_notice_minutes);
    if (earliest_ && *earliest_ < notice_over)
        earliest_ = calendar_.first_open_instant(notice_over);
}

Feasibility Feasibility::load(storage::Connection& connection, const Shop& shop, Lead lead,
                              UnixMs now_ms, std::optional<UnixMs> own_slot_ms) {
    std::vector<UnixMs> full;
    if (shop.slot_capacity) {
        const UnixMs from = shop.zone.start_of(shop.zone.today(now_ms));
        for (const auto row : connection.query(kFullSlots, {shop.id, from, *shop.slot_capacity})) {
            const auto start = row.get<std::int64_t>(0);
            if (start != own_slot_ms) full.push_back(start);
        }
    }
    return Feasibility(Calendar::load(connection, shop, now_ms), lead, std::move(full), now_ms);
}

/// D15, steps 1 and 2: preparation happens only in open hours, travel may end after them only in
/// the sense that the order then waits, ready, for the next opening.
std::optional<UnixMs> Feasibility::ready_at() const {
    const UnixMs lead_ms = kMinuteMs * lead_.total();
    const auto closing_of = [this](UnixMs at_ms) {
        const LocalDate day = calendar_.local(at_ms).date;
        return calendar_.instant(day, calendar_.hours(day)->close);
    };
    const auto opening_after_day_of = [this](UnixMs at_ms) -> std::optional<UnixMs> {
        const auto day = calendar_.next_open_day(calendar_.local(at_ms).date + 1);
        if (!day) return std::nullopt;
        return round_up_to_step(calendar_.instant(*day, calendar_.hours(*day)->open));
    };
    if (calendar_.is_open(now_ms_) &&
        now_ms_ + kMinuteMs * lead_.prep_minutes <= closing_of(now_ms_)) {
        const UnixMs ready = round_up_to_step(now_ms_ + lead_ms);
        return ready < closing_of(now_ms_) ? ready : opening_after_day_of(now_ms_);
    }
    const auto opening = calendar_.next_opening(now_ms_);
    if (!opening) return std::nullopt;
    const UnixMs ready = round_up_to_step(*opening + lead_ms);
    return ready < closing_of(*opening) ? ready : opening_after_day_of(*opening);
}

std::optional<Obstacle> Feasibility::obstacle_by_day(LocalDate day) const {
    if (day < today_) return Obstacle::past;
    if (day > last_allowed_day()) return Obstacle::too_far;
    if (!calendar_.hours(day)) return Obstacle::closed_day;
    return std::nullopt;
}

std::optional<Obstacle> Feasibility::obstacle_by_load(UnixMs at_ms) const {
    if (!earliest_ || at_ms < *earliest_) return Obstacle::lead_time;
    const auto slot = slot_of(at_ms);
    if (slot && is_full(*slot)) return Obstacle::capacity;
    return std::nullopt;
}

std::optional<Obstacle> Feasibility::obstacle_at(UnixMs at_ms) const {
    if (at_ms < now_ms_) return Obstacle::past;
    if (const auto obstacle = obstacle_by_day(calendar_.local(at_ms).date)) return obstacle;
    if (!calendar_.is_open(at_ms)) return Obstacle::outside_hours;
    return obstacle_by_load(at_ms);
}

std::optional<Obstacle> Feasibility::obstacle_in_window(LocalDate day, UnixMs start_ms,
                                                        UnixMs end_ms, UnixMs& nominal_ms) const {
    if (earliest_ && nominal_ms < *earliest_ && *earliest_ < end_ms) nominal_ms = *earliest_;
    if (nominal_ms < now_ms_) return Obstacle::past;
    if (const auto obstacle = obstacle_by_day(day)) return obstacle;
    const OpenHours open = *calendar_.hours(day);
    const bool is_inside = calendar_.instant(day, open.open) <= start_ms && start_ms < end_ms &&
                           end_ms <= calendar_.instant(day, open.close);
    if (!is_inside) return Obstacle::outside_hours;
    return obstacle_by_load(nominal_ms);
}

std::optional<Obstacle> Feasibility::obstacle_on(LocalDate day) const {
    if (const auto obstacle = obstacle_by_day(day)) return obstacle;
    if (first_instant(day)) return std::nullopt;
    if (calendar_.instant(day, calendar_.hours(day)->close) <= now_ms_)
        return Obstacle::outside_hours;
    const auto last = last_step(day);
    return last && earliest_ && *last >= *earliest_ ? Obstacle::capacity : Obstacle::lead_time;
}

std::optional<UnixMs> Feasibility::first_instant(LocalDate day) const {
    if (!earliest_ || obstacle_by_day(day)) return std::nullopt;
    const OpenHours open = *calendar_.hours(day);
    const UnixMs closing = calendar_.instant(day, open.close);
    UnixMs at = std::max(round_up_to_step(calendar_.instant(day, open.open)), *earliest_);
    while (at < closing) {
        const auto slot = slot_of(at);
        if (!slot || !is_full(*slot)) return at;
        at = round_up_to_step(*slot + kMinuteMs * shop().slot_minutes);
    }
    return std::nullopt;
}

std::optional<UnixMs> Feasibility::last_step(LocalDate day) const {
    const auto open = calendar_.hours(day);
    if (!open) return std::nullopt;
    return (calendar_.instant(day, open->close) - 1) / kStepMs * kStepMs;
}

std::vector<Slot> Feasibility::slots(LocalDate day) const {
    std::vector<Slot> grid;
    const auto open = calendar_.hours(day);
    if (!open) return grid;
    for (DayMinute start = open->open; start + shop().slot_minutes <= open->close;
         start += shop().slot_minutes) {
        Slot slot{calendar_.instant(day, start),
                  calendar_.instant(day, start + shop().slot_minutes)};
        slot.obstacle = obstacle_at(slot.start_ms);
        grid.push_back(slot);
    }
    return grid;
}

std::optional<UnixMs> Feasibility::slot_of(UnixMs at_ms) const {
    const LocalTime at = calendar_.local(at_ms);
    const auto open = calendar_.hours(at.date);
    if (!open || at.minute < open->open) return std::nullopt;
    const DayMinute start = at.minute - (at.minute - open->open) % shop().slot_minutes;
    if (start + shop().slot_minutes > open->close) return std::nullopt;
    return calendar_.instant(at.date, start);
}

bool Feasibility::is_full(UnixMs slot_start_ms) const {
    return std::binary_search(full_slots_.begin(), full_slots_.end(), slot_start_ms);
}

/// Calls `offer(other)` for days near `day` until it returns true: from that day to the last
/// allowed one, then back from it to today. Of a day out of bounds only the bound matters.
template <class Offer>
void Feasibility::offer_days_near(LocalDate day, const Offer& offer) const {
    const LocalDate last = last_allowed_day();
    const LocalDate from = std::clamp(day, today_, last + 1);
    for (LocalDate other = from; other <= last; other = other + 1) {
        if (offer(other)) return;
    }
    for (LocalDate other = from + -1; other >= today_; other = other + -1) {
        if (offer(other)) return;
    }
}

std::vector<Slot> Feasibility::alternatives(Obstacle obstacle, LocalDate requested) const {
    std::vector<Slot> found;
    const LocalDate from = obstacle == Obstacle::past ? today_ : requested;
    // Beyond the last allowed day one slot a day shows how far the shop goes.
    const bool one_a_day = obstacle == Obstacle::too_far;
    const auto is_far = [&](LocalDate day) { return std::abs(day - from) > kSearchDays; };
    offer_days_near(from, [&](LocalDate day) {
        if (!found.empty() && !one_a_day && (day < from || is_far(day))) return true;
        for (const Slot& slot : slots(day)) {
            if (slot.obstacle || found.size() == kAlternativesMax) continue;
            found.push_back(slot);
            if (one_a_day) break;
        }
        return found.size() == kAlternativesMax;
    });
    if (found.empty()) {
        // Days too short for the grid, or their last cell already begun: any feasible moment will
        // do.
        offer_days_near(from, [&](LocalDate day) {
            if (const auto first = first_instant(day)) {
                found.push_back({*first, calendar_.instant(day, calendar_.hours(day)->close)});
            }
            return found.size() == kAlternativesMax;
        });
    }
    std::sort(found.begin(), found.end(),
              [](const Slot& a, const Slot& b) { return a.start_ms < b.start_ms; });
    return found;
}

std::vector<LocalDate> Feasibility::suggested_days(LocalDate day) const {
    std::vector<LocalDate> days;
    offer_days_near(day + 1, [&](LocalDate other) {
        if (!days.empty() && other <= day && days.front() > day) return true;
        if (other != day && first_instant(other)) days.push_back(other);
        return days.size() == kAlternativesMax;
    });
    std::sort(days.begin(), days.end());
    return days;
}

TimeOption option_of(const Shop& shop, const Slot& slot) {
    const LocalTime start = shop.zone.local(slot.start_ms);
    const LocalTime end = shop.zone.local(slot.end_ms);
    return {shop.rfc3339(slot.start_ms), shop.rfc3339(slot.end_ms),
            day_label(start.date, shop.locale) + ", " + day_minute_text(start.minute) + "–" +
                day_minute_text(end.minute)};
}

}  // namespace shopkeeper::shop
