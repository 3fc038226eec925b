#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/confirmations.hpp"
#include "base/random.hpp"
#include "storage/database.hpp"

namespace shopkeeper::journal {

/// Confirmations that need no row until they are used: a random name and the time at which it runs
/// out, sealed together with all that it is good for by a key that every process of the shop has.
/// That a token was used stands in the database, written with the act; so it acts once, wherever
/// it is presented, and a refused call leaves nothing behind. A person's answer that a client could
/// show again is used up in the same way. Rule: domain Q3, Q4.
class SealedConfirmations final : public Confirmations {
public:
    /// The call that is to be confirmed.
    struct Call {
        std::string_view principal;
        std::string_view tool;
        std::string_view arguments_digest;  ///< argument_digest
        std::string_view token;             ///< that came with it; empty: none
        std::string_view answers;  ///< the name of the answers that came with it; empty: they
                                   ///< cannot come again
        UnixMs now_ms;
    };

    /// `secret` is any that the processes of the shop share; a key of its own is derived from it.
    /// REQUIRES: everything outlives this; `connection` is in the call's transaction.
    SealedConfirmations(storage::Connection& connection, std::string_view secret, Random& random,
                        const Call& call)
        : connection_(connection), secret_(secret), random_(random), call_(call) {}

    State redeem(std::int64_t shop_id, std::string_view effect) override;
    State redeem_answer(std::int64_t shop_id) override;
    Ticket issue(std::int64_t shop_id, std::string_view effect) override;

private:
    bool use(std::int64_t shop_id, std::string_view name, UnixMs expires_ms);
    std::string seal(std::int64_t shop_id, std::string_view effect, std::string_view content) const;

    storage::Connection& connection_;
    const std::string_view secret_;
    Random& random_;
    const Call call_;
};

/// Forgets the confirmations that were used and would have run out; returns how many. For
/// housekeeping, a shop at a time.
std::int64_t forget_used_confirmations(storage::Connection& connection, std::int64_t shop_id,
                                       UnixMs now_ms);

}  // namespace shopkeeper::journal
