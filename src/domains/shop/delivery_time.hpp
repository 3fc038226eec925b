#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "domains/shop/shop.hpp"

/// When an order can be handed over: the face of section 5 of the rule book for orders. Reading
/// text is in time_grammar.hpp, feasibility in feasibility.hpp; this is where the two meet.
namespace shopkeeper::shop {

struct TimeFacts;

enum class Precision { exact, window, asap, unspecified };
std::string_view word(Precision precision);

/// What determines how long preparing takes. Rule: domain D14.
struct Basket {
    std::int64_t units = 1;
    /// Longest `manufacturing_time_minutes` of its products, the shop's base preparation standing
    /// in for products without one.
    std::optional<int> longest_manufacturing_minutes;
};

/// prep = longest manufacturing + per item × min(units, 12); already done: 0 (O37).
int prep_minutes(const Shop& shop, const Basket& basket);

/// When an order is handed over, consistent in all its parts (O36).
struct Handover {
    Precision precision = Precision::unspecified;
    std::optional<LocalDate> day;
    std::optional<UnixMs> at_ms;  ///< exact instant, or the nominal one of a window
    std::optional<UnixMs> window_start_ms;
    std::optional<UnixMs> window_end_ms;
    std::optional<UnixMs>
        slot_start_ms;        ///< the grid cell that it occupies (D20); absent outside the grid
    bool ask_time = false;    ///< D11 words: the shop will call
    bool assumed_pm = false;  ///< D8; becomes warning `assumed_pm`
};

/// What a caller wants, in words, with what is already stored (O36).
struct HandoverRequest {
    std::optional<std::string> date;  ///< delivery_date as given
    std::optional<std::string> time;  ///< delivery_time as given
    bool is_delivery = true;          ///< pickup: no travel time
    bool ask_time = false;            ///< the flag `ask_delivery_time`
    Basket basket;
    bool already_assembled = false;          ///< O37: preparation counts as 0
    std::optional<Handover> stored = {};     ///< update: the order's present handover
    std::optional<UnixMs> own_slot_ms = {};  ///< update: the slot this order already occupies
};

/// Reads the words and judges them: an instant, window, asap or "we will call" that the shop can
/// keep. Errors: unparseable_date, unparseable_time, ambiguous_time, invalid_argument
/// (delivery_date: a time without a day), missing_delivery_time, delivery_time_impossible (with
/// earliest and alternatives). Rule: domain D2-D19, O21, O22, O36, O37.
Result<Handover> resolve_handover(storage::Connection& connection, const Shop& shop,
                                  const HandoverRequest& request, UnixMs now_ms);
/// The same for who has read the words of the request already.
Result<Handover> resolve_handover(storage::Connection& connection, const Shop& shop,
                                  const HandoverRequest& request, const TimeFacts& read,
                                  UnixMs now_ms);

/// The first times that can be offered to who has named none, at most three; from the day that
/// was named, if one was. Rule: domain D19.
std::vector<TimeOption> offered_times(storage::Connection& connection, const Shop& shop,
                                      const HandoverRequest& request, const TimeFacts& read,
                                      UnixMs now_ms);

/// The first instant at which a basket can be handed over; nullopt when the shop opens on no day
/// within reach (both halves of the week closed). Rule: domain D15.
std::optional<UnixMs> earliest_handover(storage::Connection& connection, const Shop& shop,
                                        const Basket& basket, bool is_delivery, UnixMs now_ms);

/// Takes a place in a slot, in the order's transaction; no effect without a slot. Places are
/// counted also while the shop has no capacity set, so that setting one later finds them counted.
/// Errors: delivery_time_impossible (`capacity`). Rule: domain D20.
Result<void> book_slot(storage::Connection& connection, const Shop& shop,
                       std::optional<UnixMs> slot_start_ms, UnixMs now_ms);
void free_slot(storage::Connection& connection, const Shop& shop,
               std::optional<UnixMs> slot_start_ms);

/// O48: "сб, 22 ноября, 15:00", with a window "13:00–15:00", without a time "… время уточняется".
std::string delivery_text(const Shop& shop, const Handover& handover);

}  // namespace shopkeeper::shop
