#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"

namespace shopkeeper::transport {

/// What the ids of sessions say and which of them have ended: all that the processes behind one
/// address share about sessions. Thread-safe.
///
/// An id carries what `initialize` agreed, so a process that has never seen it can serve its
/// session. What a client told only one process stays there: its log level, the events kept for
/// replay, the requests it may cancel.
class SessionIds {
public:
    struct Id {
        std::string text;  ///< what the client repeats in every request: visible ASCII, a secret
        std::string name;  ///< the part that tells sessions apart; nobody can make an id of it
    };
    struct Genuine {
        std::string name;
        std::string agreement;
    };
    enum class State {
        open,
        ended,
        unknown,  ///< nobody can be asked now
    };

    static constexpr std::size_t kAgreementMax = 64;

    virtual ~SessionIds() = default;

    /// An id that nobody can guess. REQUIRES: at most kAgreementMax bytes of agreement.
    virtual Id issue(std::string_view agreement) = 0;
    /// What an id says that this or another process has issued; nullopt for any other text, and for
    /// one that is too old. Waits for nothing.
    virtual std::optional<Genuine> read(std::string_view id) const = 0;

    // These may wait, for a database for example; none of them throws.

    /// Whether a session of this name has ended on any process.
    virtual State ask(std::string_view name) = 0;
    /// Ends it on every process; false: that could not be said to the others.
    virtual bool end(std::string_view name) = 0;
    /// Names of sessions that have ended lately, some of them told before.
    virtual std::vector<std::string> lately_ended() = 0;
};

/// Ids that mean nothing to any other process: random digits.
class RandomSessionIds final : public SessionIds {
public:
    /// REQUIRES: `random` outlives this.
    explicit RandomSessionIds(Random& random) : random_(random) {}

    Id issue(std::string_view agreement) override;
    std::optional<Genuine> read(std::string_view) const override { return std::nullopt; }
    State ask(std::string_view) override { return State::ended; }
    bool end(std::string_view) override { return true; }
    std::vector<std::string> lately_ended() override { return {}; }

private:
    Random& random_;
};

}  // namespace shopkeeper::transport
