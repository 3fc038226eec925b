#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/call_context.hpp"
#include "base/result.hpp"
#include "domains/shop/local_time.hpp"
#include "storage/database.hpp"

/// What the chapters of the demo shop's past share: who lived it, when, and in which sequence.
namespace shopkeeper::server::demo {

inline constexpr std::int64_t kShopId = 8;
inline constexpr int kFirstDay = -90;
inline constexpr std::int64_t kFloristId = 3;  // the third of the staff table

/// Throws std::logic_error: a verb that refuses is a bug of the tables.
template <class T>
T expect(Result<T> outcome) {
    if (!outcome) throw std::logic_error("the demo shop breaks a rule: " + outcome.error().message);
    return std::move(*outcome);
}

/// "7x2" of a table: so many of that; "7x2?" when it is optional.
struct Pair {
    std::int64_t first;
    std::int64_t second;
    bool is_optional;
};

std::vector<std::string> split(std::string_view text, char separator);
/// REQUIRES: the notation of the tables.
std::vector<Pair> pairs(std::string_view text, char separator);

/// The phone of client number `client` of the table.
std::string phone_of(int client);

/// The people of the shop, as callers of its verbs.
struct Cast {
    std::array<Caller, 4> staff;  ///< in the sequence of the table
    Caller customer;              ///< a guest who knows a tracking number
    Caller bot;

    const Caller& director() const { return staff[0]; }
    const Caller& manager() const { return staff[1]; }
    const Caller& florist() const { return staff[2]; }
    const Caller& courier() const { return staff[3]; }
};

/// The shop's past: first planned as moments and then lived through in their sequence, so that
/// every row stands where it would stand had the shop really been open. Days count from today.
class Diary {
public:
    using Act = std::function<void(storage::Connection&, const CallContext&)>;

    explicit Diary(UnixMs now_ms);

    UnixMs now_ms() const { return now_ms_; }
    UnixMs instant(int day, int hour, int minute = 0) const {
        return zone_.instant(today_ + day, hour * 60 + minute);
    }
    shop::LocalDate date(int day) const { return today_ + day; }

    /// Somebody does something at `at_ms`. `who` must outlive the diary.
    void plan(UnixMs at_ms, const Caller& who, Act act) { plan(at_ms, at_ms, who, std::move(act)); }
    /// The same, lived among the moments of `place_ms`.
    void plan(UnixMs at_ms, UnixMs place_ms, const Caller& who, Act act) {
        moments_.push_back({place_ms, at_ms, &who, std::move(act)});
    }

    void live(storage::Connection& connection, Random& random);

private:
    struct Moment {
        UnixMs place_ms;
        UnixMs at_ms;
        const Caller* who;
        Act act;
    };

    const UnixMs now_ms_;
    const shop::TimeZone zone_;
    const shop::LocalDate today_;
    std::vector<Moment> moments_;
};

}  // namespace shopkeeper::server::demo
