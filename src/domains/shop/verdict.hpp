#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "domains/shop/delivery_time.hpp"
#include "domains/shop/feasibility.hpp"
#include "domains/shop/time_grammar.hpp"

/// Where words meet the calendar: what was said, as a handover on this shop's clock, and whether
/// the shop can keep it. Rule: domain D5, D8, D10, D15, D17.
namespace shopkeeper::shop {

struct Verdict {
    Handover handover;                 ///< as it was asked for, windows cut to the open hours
    std::optional<Obstacle> obstacle;  ///< absent: the shop can keep it
    LocalDate requested_day;
    std::string requested;                 ///< RFC 3339, or the day alone
    std::vector<std::string> assumptions;  ///< English: what was read into the words
};

/// Judges what one or two texts said. Without a date the time is meant for today, asap for the
/// first day possible; without a time the whole day is judged. Errors: ambiguous_time (two days of
/// a weekend are possible). Rule: domain D6, D8, D10, D15, D17.
Result<Verdict> judge(const Feasibility& feasibility, const TimeFacts& facts);

/// Work before the handover of a basket. Rule: domain D14, O37.
Lead lead_of(const Shop& shop, const Basket& basket, bool is_delivery,
             bool already_assembled = false);

/// `delivery_time_impossible` with earliest and alternatives. Rule: domain D18, D19.
Refusal impossible(const Feasibility& feasibility, const Verdict& verdict, std::string_view field);

}  // namespace shopkeeper::shop
