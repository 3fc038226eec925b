#include "domains/auth/attempts.hpp"

#include <algorithm>

namespace shopkeeper::auth {
namespace {

constexpr std::int64_t kFreeFailures = 5;
constexpr std::int64_t kDelayMaxS = 900;
constexpr std::int64_t kFailuresPerHourMax = 100;
constexpr std::int64_t kHourMs = 3600 * 1000;

// Failures since the last success, and when the latest of them was.
constexpr std::string_view kSelectRun = R"sql(
SELECT COUNT(*), MAX(at_ms)
FROM login_attempt
WHERE phone_digest = $1 AND at_ms > $2 AND NOT succeeded
  AND id > COALESCE((SELECT MAX(good.id)
                     FROM login_attempt good
                     WHERE good.phone_digest = $1 AND good.succeeded), 0))sql";

constexpr std::string_view kSelectHour = R"sql(
SELECT COUNT(*), MIN(at_ms)
FROM login_attempt
WHERE phone_digest = $1 AND at_ms > $2 AND NOT succeeded)sql";

constexpr std::string_view kInsert = R"sql(
INSERT INTO login_attempt (phone_digest, address_digest, at_ms, succeeded)
VALUES ($1, $2, $3, FALSE)
RETURNING id)sql";

constexpr std::string_view kMarkSucceeded = R"sql(
UPDATE login_attempt
SET succeeded = TRUE
WHERE id = $1)sql";

constexpr std::string_view kPurge = R"sql(
DELETE FROM login_attempt
WHERE at_ms <= $1)sql";

struct Failures {
    std::int64_t count;
    UnixMs at_ms;  ///< of the latest or the earliest, as the query says
};

Failures failures(const storage::Rows& rows) {
    return {rows.front().get<std::int64_t>(0),
            rows.front().get<std::optional<std::int64_t>>(1).value_or(0)};
}

std::int64_t delay_s(std::int64_t failures_in_a_row) {
    if (failures_in_a_row < kFreeFailures) return 0;
    // 2^10 s is beyond the limit already; more doublings would overflow one day.
    const std::int64_t doublings = std::min<std::int64_t>(failures_in_a_row - kFreeFailures, 10);
    return std::min(std::int64_t{1} << doublings, kDelayMaxS);
}

Refusal wait(std::int64_t left_ms) {
    ErrorDetails details;
    const std::int64_t left_s = (left_ms + 999) / 1000;
    details.retry_after_s = left_s;
    return refuse(
        ErrorCode::rate_limited,
        "Too many failed sign-ins for this phone. Try again in " + std::to_string(left_s) + " s.",
        std::move(details));
}

}  // namespace

Result<std::int64_t> open_attempt(storage::Connection& connection, std::string_view phone_digest,
                                  std::string_view address_digest, UnixMs now_ms) {
    // Counting and adding are one step: guesses made at the same time are counted all the same.
    connection.lock("login:" + std::string(phone_digest));
    const Failures run =
        failures(connection.query(kSelectRun, {phone_digest, now_ms - kAttemptsKeptMs}));
    const UnixMs free_again_ms = run.at_ms + delay_s(run.count) * 1000;
    if (now_ms < free_again_ms) return wait(free_again_ms - now_ms);

    const Failures hour = failures(connection.query(kSelectHour, {phone_digest, now_ms - kHourMs}));
    if (hour.count >= kFailuresPerHourMax) return wait(hour.at_ms + kHourMs - now_ms);

    return connection.query(kInsert, {phone_digest, address_digest, now_ms})
        .front()
        .get<std::int64_t>(0);
}

void mark_succeeded(storage::Connection& connection, std::int64_t attempt_id) {
    connection.execute(kMarkSucceeded, {attempt_id});
}

std::int64_t purge_attempts(storage::Connection& connection, UnixMs now_ms) {
    return connection.execute(kPurge, {now_ms - kAttemptsKeptMs});
}

}  // namespace shopkeeper::auth
