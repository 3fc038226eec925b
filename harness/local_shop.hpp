#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "domains/auth/identity.hpp"
#include "storage/database.hpp"
#include "tools/rate_limits.hpp"
#include "tools/registry.hpp"

namespace shopkeeper::harness {

/// What a call came to: `result` or `error` is an object, or neither when the call failed, which is
/// a bug.
struct Reply {
    Json result;
    Json error;

    bool ok() const { return result.is_object(); }
    /// "ok", the code of the refusal with its reason ("conflict/idempotency_conflict"), or
    /// "failed".
    std::string outcome() const;
};

/// All tools behind their gate, on an open database: what a call does without any protocol. Rate
/// limits are off. Thread-safe. What it is made of outlives it.
class LocalShop {
public:
    /// `staff_phone`: who makes the calls that carry no token; empty: a guest. REQUIRES: a migrated
    /// database.
    LocalShop(storage::Database& database, const Clock& clock, Random& random,
              std::string_view staff_phone = {});

    /// What the gate says, as it goes into a reply.
    mcp::ToolOutcome call(std::string_view tool, Json arguments,
                          std::optional<std::string> bearer = std::nullopt);
    /// The same, read back.
    Reply ask(std::string_view tool, Json arguments,
              std::optional<std::string> bearer = std::nullopt);

    /// A token with which this member of staff may call for so many seconds of the clock.
    /// REQUIRES: nobody has ended the person's sessions before.
    std::string token_of(std::int64_t user_id, std::int64_t ttl_s);

    const tools::Registry& registry() const { return *registry_; }

private:
    const Clock& clock_;
    Random& random_;
    auth::Authority authority_;
    ShopDefaults defaults_;
    tools::LocalRateLimits rate_limits_;
    std::unique_ptr<tools::Registry> registry_;
};

}  // namespace shopkeeper::harness
