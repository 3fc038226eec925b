#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/locale.hpp"
#include "domains/shop/calendar.hpp"

/// What a shop can keep: the earliest handover of a basket, the judgement of instants, windows and
/// days, the delivery grid. Pure but for `load`. Rule: domain D14-D21.
namespace shopkeeper::shop {

/// Why a time is not possible. Rule: domain D17.
enum class Obstacle { past, too_far, closed_day, outside_hours, lead_time, capacity };
std::string_view word(Obstacle obstacle);
/// For customers. Rule: domain D21.
const Label& label(Obstacle obstacle);

/// Minutes of work before a handover. Rule: domain D14.
struct Lead {
    int prep_minutes;
    int travel_minutes;
    int total() const { return prep_minutes + travel_minutes; }
};

/// One cell of the delivery grid, or another range of time that is offered.
struct Slot {
    UnixMs start_ms;
    UnixMs end_ms;
    std::optional<Obstacle> obstacle = {};  ///< absent: available
};

/// The next moment whose minutes are a multiple of five. Rule: domain D15.
UnixMs round_up_to_step(UnixMs at_ms);

/// The judge of one basket at one moment. A value.
class Feasibility {
public:
    /// How far alternatives are looked for before the search widens to every allowed day. Rule:
    /// D19.
    static constexpr int kSearchDays = 14;
    static constexpr std::size_t kAlternativesMax = 3;

    /// `full_slots`: starts of the slots without a free place, sorted.
    Feasibility(Calendar calendar, Lead lead, std::vector<UnixMs> full_slots, UnixMs now_ms);
    /// `own_slot_ms`: a slot in which the order in question holds a place already.
    static Feasibility load(storage::Connection& connection, const Shop& shop, Lead lead,
                            UnixMs now_ms, std::optional<UnixMs> own_slot_ms = {});

    const Calendar& calendar() const { return calendar_; }
    const Shop& shop() const { return calendar_.shop(); }
    UnixMs now_ms() const { return now_ms_; }
    LocalDate today() const { return today_; }
    LocalDate last_allowed_day() const { return today_ + shop().max_days_ahead; }
    int lead_minutes() const { return lead_.total(); }

    /// D15; nullopt when the shop opens on no day within reach.
    std::optional<UnixMs> earliest() const { return earliest_; }

    /// D17 for an exact instant; nullopt: feasible.
    std::optional<Obstacle> obstacle_at(UnixMs at_ms) const;
    /// D17 for a window of one day; `nominal_ms` moves up to `earliest` where the window allows it.
    std::optional<Obstacle> obstacle_in_window(LocalDate day, UnixMs start_ms, UnixMs end_ms,
                                               UnixMs& nominal_ms) const;
    /// D17 for a whole day.
    std::optional<Obstacle> obstacle_on(LocalDate day) const;
    /// The first feasible 5-minute step of a day.
    std::optional<UnixMs> first_instant(LocalDate day) const;
    /// The last 5-minute step before closing, feasible or not; nullopt on a closed day. Rule: D15.
    std::optional<UnixMs> last_step(LocalDate day) const;

    /// The grid of a day; empty on a closed one. Rule: domain D16.
    std::vector<Slot> slots(LocalDate day) const;
    /// The start of the grid cell that holds an instant. Rule: domain D20.
    std::optional<UnixMs> slot_of(UnixMs at_ms) const;

    /// What to offer instead of a refused day or time: available slots near it, at most three.
    /// Rule: domain D19.
    std::vector<Slot> alternatives(Obstacle obstacle, LocalDate requested) const;
    /// The feasible days after this one, at most three; with none the last ones before it.
    /// Rule: domain D22.
    std::vector<LocalDate> suggested_days(LocalDate day) const;

private:
    std::optional<UnixMs> ready_at() const;
    std::optional<Obstacle> obstacle_by_day(LocalDate day) const;
    std::optional<Obstacle> obstacle_by_load(UnixMs at_ms) const;
    bool is_full(UnixMs slot_start_ms) const;
    template <class Offer>
    void offer_days_near(LocalDate day, const Offer& offer) const;

    Calendar calendar_;
    Lead lead_;
    std::vector<UnixMs> full_slots_;
    UnixMs now_ms_;
    LocalDate today_;
    std::optional<UnixMs> earliest_;
};

/// What is put into results and refusals: RFC 3339 bounds and "сб, 22 ноября, 13:00–15:00".
TimeOption option_of(const Shop& shop, const Slot& slot);

}  // namespace shopkeeper::shop
