#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// The record of sign-in attempts and what it allows. Phones and addresses stand in it as keyed
/// digests only. Rule: domain A22, A24.
namespace shopkeeper::auth {

/// Rows older than this say nothing any more and are purged.
inline constexpr std::int64_t kAttemptsKeptMs = std::int64_t{24} * 3600 * 1000;

/// Opens an attempt as failed, so that guesses made at the same moment count against each other,
/// and returns its id. Errors: rate_limited with the time left: 5 failures in a row delay the next
/// attempt by 1 s, each further one doubles that up to 15 min, and an hour holds at most 100
/// failures.
Result<std::int64_t> open_attempt(storage::Connection& connection, std::string_view phone_digest,
                                  std::string_view address_digest, UnixMs now_ms);

void mark_succeeded(storage::Connection& connection, std::int64_t attempt_id);

/// Forgets what is older than 24 hours; returns how many rows. For housekeeping.
std::int64_t purge_attempts(storage::Connection& connection, UnixMs now_ms);

}  // namespace shopkeeper::auth
