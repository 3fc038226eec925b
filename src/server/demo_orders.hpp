#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domains/orders/create.hpp"
#include "domains/orders/status.hpp"
#include "server/demo_diary.hpp"

namespace shopkeeper::server::demo {

/// The chapter of the orders: those of the past weeks, and today's. Rule: domain 10.3.
class OrderChapter {
public:
    struct Placed {
        std::int64_t id = 0;
        std::string order_number;
        std::string tracking_id;
    };

    /// All outlive this, and this outlives the living of the diary.
    OrderChapter(Diary& diary, const Cast& cast) : diary_(diary), cast_(cast) {}
    OrderChapter(const OrderChapter&) = delete;
    OrderChapter& operator=(const OrderChapter&) = delete;

    /// Ordered the day before, paid at once or at the door, made, brought and handed over.
    void plan_delivered();
    /// Numbers 35 to 39, of today. REQUIRES: the shop's row.
    void plan_current(storage::Connection& connection);

    /// By its number; filled in while the diary is lived.
    const Placed& order(std::size_t number) const { return orders_.at(number); }
    /// The highest number planned.
    std::size_t last() const { return orders_.size() - 1; }

private:
    orders::CreateOrder order_of(int client, int day, int hour, std::string_view lines) const;
    std::size_t plan_order(UnixMs at_ms, UnixMs place_ms, orders::CreateOrder command);
    void plan_step(std::size_t number, UnixMs at_ms, UnixMs place_ms, const Caller& who,
                   orders::UpdateStatus command);
    void plan_step(std::size_t number, UnixMs at_ms, const Caller& who,
                   orders::UpdateStatus command);
    void plan_regret(std::size_t number);
    UnixMs promise_for_tomorrow_ms(storage::Connection& connection, int hour) const;

    Diary& diary_;
    const Cast& cast_;
    std::vector<Placed> orders_ = std::vector<Placed>(1);  // by number; there is no number 0
};

}  // namespace shopkeeper::server::demo
