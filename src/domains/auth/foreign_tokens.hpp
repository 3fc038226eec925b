#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domains/auth/staff_identities.hpp"

namespace shopkeeper::auth {

/// Reads tokens of other authorization servers that the shop trusts. Thread-safe.
class ForeignTokens {
public:
    virtual ~ForeignTokens() = default;

    /// nullopt: it is none of theirs. With `may_wait` keys may be fetched from the issuer; without,
    /// only those at hand count. Errors: unauthenticated; unavailable (the keys cannot be had now).
    virtual std::optional<Result<ForeignSubject>> read(std::string_view token, UnixMs now_ms,
                                                       bool may_wait) = 0;
};

}  // namespace shopkeeper::auth
