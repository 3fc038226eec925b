#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/caller.hpp"
#include "base/clock.hpp"
#include "base/confirmations.hpp"
#include "base/question.hpp"
#include "base/random.hpp"

namespace shopkeeper {

/// What is the same for every call of one process. Immutable after start.
struct ShopDefaults {
    std::int64_t shop_id = 8;  ///< the shop of callers who name none (A12)
    std::string tracking_url;  ///< template with `{tracking_id}`; empty: no link (O19)
};

/// Where a tool says how far it is; nobody may be listening. Thread-safe.
class ProgressSink {
public:
    virtual ~ProgressSink() = default;
    virtual void report(double progress, double total, std::string_view message) = 0;
};

/// What the audit row of a write call says beside caller, tool and time; filled in by the domain.
/// Rule: domain I9, I10 (no phone, name, address or note in clear).
struct AuditNote {
    bool effective = true;  ///< false: the call changed nothing, and no row is written
    std::int64_t shop_id =
        0;  ///< in whose chain it belongs, where the call found its shop by itself (A12)
    std::string target_kind;
    std::string target_id;
    std::string before_json;
    std::string after_json;
};

/// A fact beside a success that the caller should know. Rule: domain C10.
struct Warning {
    std::string code;
    std::string message;
};

/// One call as the domains see it: who, where, when. Lives as long as the call.
struct CallContext {
    const Caller& caller;
    std::int64_t shop_id;     ///< where the call acts (A12, A13); not yet known to exist
    bool shop_given;          ///< the caller named it (A12: a tracking id otherwise decides)
    UnixMs now_ms;            ///< read once (C11)
    std::string_view source;  ///< mcp, agent, bot or system, for history rows
    std::string_view request_id;
    const ShopDefaults& defaults;
    Random& random;
    AuditNote& audit;
    std::stop_token cancelled = {};
    ProgressSink* progress = nullptr;
    Questioner* questioner = nullptr;
    Confirmations* confirmations = nullptr;  ///< null: the system acts, and asks nobody

    /// Asks the person behind the call; never waits, since a write holds others up. A verb that
    /// gets `asked` returns the refusal it would return to a client that cannot ask: it is undone,
    /// the person answers, and the call is run again from its beginning, where the same question
    /// has its answer. So a question must follow from the arguments and the database alone, and a
    /// verb may ask several before it refuses. It does not know how the question travels.
    FormReply ask(const Question& question) const {
        return questioner == nullptr ? FormReply{} : questioner->ask(question);
    }

    /// Tells who listens, if anybody does, how far the call is.
    void report(double done, double total, std::string_view what) const {
        if (progress != nullptr) progress->report(done, total, what);
    }
};

}  // namespace shopkeeper
