#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// Repeating a write call with the same key repeats nothing. Rule: domain I1-I7, operations A9.
namespace shopkeeper::journal {

struct IdempotencyKey {
    std::string scope;  ///< `<shop>:<principal>:<tool>` (I1)
    std::string key;
    std::string digest;  ///< of the validated arguments (I2)
};

/// SHA-256 over the canonical JSON of validated arguments, without `token`, `idempotency_key`
/// and `confirmation_token`: keys sorted, numbers in their shortest form, 1.0 as 1, null and empty
/// as absent.
std::string argument_digest(const Json& arguments);

/// Claims the key in the transaction of the effect: nullopt, go ahead and call `complete`; or the
/// stored result of the first call, to be returned unchanged.
/// Errors: conflict (idempotency_conflict: the key was used with other arguments).
Result<std::optional<std::string>> claim(storage::Connection& connection, const IdempotencyKey& key,
                                         UnixMs now_ms);

/// Stores the result beside the claim; both become visible with the effect or not at all (I4, I5).
void complete(storage::Connection& connection, const IdempotencyKey& key,
              std::string_view result_json);

/// Deletes what is older than it need be; returns how many. For housekeeping. Rule: domain I6.
std::int64_t forget_expired(storage::Connection& connection, UnixMs now_ms);

}  // namespace shopkeeper::journal
