#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/feasibility.hpp"
#include "domains/shop/shop.hpp"
#include "domains/shop/verdict.hpp"

/// "When can you deliver this?" in its three forms. The judgement is the shop's; these verbs stand
/// here because a basket is made of products. They change nothing. Rule: domain S9, D22.
namespace shopkeeper::products {

/// What is to be handed over, and how. A repeated id is more units.
struct AskedBasket {
    std::vector<std::int64_t> product_ids;
    bool is_delivery = true;
};

struct GetDeliverySlots {
    std::optional<std::string> date;
    AskedBasket basket;
};

struct DeliverySlots {
    shop::Shop shop;
    shop::LocalDate date;
    bool is_delivery;
    int lead_time_minutes;
    std::optional<UnixMs> earliest_ms;
    std::optional<shop::Obstacle> obstacle;  ///< of the whole day
    std::vector<shop::Slot> slots;
    std::optional<shop::LocalDate> next_open_date;  ///< when the day has no available slot
};

/// Errors: not_found (product), delivery_unavailable, pickup_unavailable, unparseable_date,
/// ambiguous_time. Rule: domain D16, D20.
Result<DeliverySlots> get_delivery_slots(storage::Connection& connection,
                                         const CallContext& context,
                                         const GetDeliverySlots& command);

struct ValidateDeliveryTime {
    std::string delivery_time;
    AskedBasket basket;
};

struct TimeAnswer {
    shop::Shop shop;
    shop::Verdict verdict;
    std::optional<UnixMs> earliest_ms;
    std::vector<shop::Slot> alternatives;
    std::optional<shop::LocalDate> next_open_date;  ///< when there is no alternative
};

/// Errors: as above, and unparseable_time. Rule: domain D12, D17, D19.
Result<TimeAnswer> validate_delivery_time(storage::Connection& connection,
                                          const CallContext& context,
                                          const ValidateDeliveryTime& command);

struct CheckFeasibility {
    std::optional<std::string> delivery_date;
    AskedBasket basket;
};

struct BasketStock {
    bool available;
    std::vector<std::int64_t> product_ids_short;
};

struct FeasibilityAnswer {
    shop::Shop shop;
    shop::Verdict verdict;
    std::optional<UnixMs>
        earliest_ms;  ///< on the day asked about; on any day when that is not feasible
    std::optional<UnixMs> latest_ms;  ///< of the day asked about, when the shop is open then
    std::vector<shop::LocalDate> suggested_days;
    std::optional<BasketStock> stock;  ///< with products only

    bool is_feasible() const { return !verdict.obstacle && (!stock || stock->available); }
};

/// Errors: as above. Rule: domain D22, W15.
Result<FeasibilityAnswer> check_delivery_feasibility(storage::Connection& connection,
                                                     const CallContext& context,
                                                     const CheckFeasibility& command);

}  // namespace shopkeeper::products
