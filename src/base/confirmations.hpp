#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace shopkeeper {

/// The confirmations of one call: a person's yes to what the call is about to do. Lives in the
/// transaction of the call; not thread-safe. Rule: domain Q3.
class Confirmations {
public:
    /// What the call brought with it.
    enum class State {
        confirmed,  ///< a confirmation of this very call and effect, now used up
        missing,
        expired,
        used,      ///< for an earlier call
        mismatch,  ///< of another caller, tool, argument or effect; or forged
    };
    struct Ticket {
        std::string token;
        UnixMs expires_ms;
    };

    virtual ~Confirmations() = default;
    /// Uses up the confirmation that came with the call, with all that the call does or not at all.
    /// `effect` is what a person was told, word for word.
    virtual State redeem(std::int64_t shop_id, std::string_view effect) = 0;
    /// The same for a yes to a question of this call: `confirmed`, or `used` for an earlier one.
    virtual State redeem_answer(std::int64_t shop_id) = 0;
    /// A confirmation for the same call, to be sent along when a person has agreed to `effect`.
    virtual Ticket issue(std::int64_t shop_id, std::string_view effect) = 0;
};

}  // namespace shopkeeper
