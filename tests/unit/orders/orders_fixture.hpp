#pragma once

#include <string>

#include "support/shop_fixture.hpp"

namespace shopkeeper::test {

/// Shop 8 on Monday 2026-11-23 10:00 with a small shelf and four bouquets, and the nine order
/// tools. Delivery costs 1 500 and is free from 10 000.
///
/// | product | price | one unit takes |
/// |---|---|---|
/// | kBouquet | 9 000 | 15 roses, 2 eucalyptus, a ribbon if there is one |
/// | kSmall | 4 000 | 5 roses |
/// | kCard | 500 | nothing: untracked |
/// | kRetired | 7 000 | off sale |
class OrdersFixture : public ShopFixture {
public:
    explicit OrdersFixture(UnixMs now_ms = kMonday10);

    static constexpr std::int64_t kBouquet = 1;
    static constexpr std::int64_t kSmall = 2;
    static constexpr std::int64_t kCard = 3;
    static constexpr std::int64_t kRetired = 4;
    static constexpr std::int64_t kForeign = 5;  ///< of shop 9

    static constexpr std::int64_t kRoses = 1;       ///< 50 on hand
    static constexpr std::int64_t kEucalyptus = 2;  ///< 20 on hand
    static constexpr std::int64_t kRibbon = 3;      ///< none, and optional

    /// Arguments of an order that is taken: one bouquet, delivered tomorrow at 15:00.
    /// `changes` replaces members; a null member is left out.
    static Json delivery(const Json& changes = Json::object());
    static Json pickup(const Json& changes = Json::object());

    /// Calls create_order and requires success.
    Json place(const Json& arguments, Who who = Who::guest);

    /// Moves an order with update_order_status as the director, requiring success.
    Json move(std::int64_t order_id, const std::string& status, Json more = Json::object());

    std::int64_t on_hand(std::int64_t item_id);
    std::int64_t reserved(std::int64_t item_id);  ///< what counts now (O25)
    /// Sum of the ledger rows that an order wrote for an item.
    std::int64_t ledger(std::int64_t order_id, std::int64_t item_id);
    /// "sale:-15 return:15": the ledger rows of an order for an item, in sequence.
    std::string movements(std::int64_t order_id, std::int64_t item_id);
    std::string reservation_states(std::int64_t order_id);  ///< "active active"
    std::string events(std::int64_t order_id);              ///< "order.created order.status"
    /// "status:->new payment_status:unpaid->paid": the order's history.
    std::string history(std::int64_t order_id);
    std::int64_t booked(std::int64_t slot_start_ms);
    std::int64_t counter();
    /// Rows of every table that an order writes to: a refusal must leave this number alone.
    std::int64_t traces();
};

}  // namespace shopkeeper::test
