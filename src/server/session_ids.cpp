#include "server/session_ids.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/crypto.hpp"
#include "base/log.hpp"

namespace shopkeeper::server {
namespace {

// An id is base64url of: random bytes, time of issue (big-endian milliseconds), agreement, seal.
constexpr std::size_t kRandomBytes = 16;
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kSealBytes = 32;
constexpr std::size_t kBytesMin = kRandomBytes + kTimeBytes + kSealBytes;
constexpr std::size_t kBytesMax = kBytesMin + transport::SessionIds::kAgreementMax;
constexpr std::size_t kTextMax = (kBytesMax * 4 + 2) / 3;

/// No token is signed under this text, so the key serves nothing else.
constexpr std::string_view kKeyLabel = "shopkeeper session ids 1";

constexpr std::int64_t kAgeMaxMs = std::chrono::milliseconds(SignedSessionIds::kAgeMax).count();
/// Clocks of two machines differ; an id from a little later than now is genuine all the same.
constexpr std::int64_t kClockSkewMs = 5 * 60'000;

/// Rows are numbered when they are written and seen when they are committed: a row may appear after
/// later ones. It does so before this many more.
constexpr std::int64_t kRowsToldAgain = 1000;

constexpr std::string_view kFind = R"sql(
SELECT id
FROM ended_session
WHERE name = $1)sql";

constexpr std::string_view kInsert = R"sql(
INSERT INTO ended_session (name, ended_ms)
VALUES ($1, $2)
ON CONFLICT (name) DO NOTHING)sql";

constexpr std::string_view kLastRow = R"sql(
SELECT COALESCE(MAX(id), 0)
FROM ended_session)sql";

constexpr std::string_view kSelectLater = R"sql(
SELECT id, name
FROM ended_session
WHERE id > $1
ORDER BY id)sql";

// The newest row stays: ids go on from it on both engines.
constexpr std::string_view kForget = R"sql(
DELETE FROM ended_session
WHERE ended_ms <= $1 AND id < (SELECT MAX(id) FROM ended_session))sql";

std::string time_bytes(UnixMs time_ms) {
    std::string bytes(kTimeBytes, '\0');
    for (std::size_t i = 0; i < kTimeBytes; ++i) {
        bytes[kTimeBytes - 1 - i] = static_cast<char>(time_ms >> (8 * i) & 0xFF);
    }
    return bytes;
}

UnixMs time_from(std::string_view bytes) {
    std::uint64_t time_ms = 0;
    for (const char byte : bytes) time_ms = time_ms << 8 | static_cast<unsigned char>(byte);
    return static_cast<UnixMs>(time_ms);
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string digits;
    for (const char byte : bytes) {
        digits += kDigits[static_cast<unsigned char>(byte) >> 4];
        digits += kDigits[static_cast<unsigned char>(byte) & 0xF];
    }
    return digits;
}

}  // namespace

SignedSessionIds::SignedSessionIds(std::string_view secret, storage::Database& database,
                                   Random& random, const Clock& clock)
    : key_(hmac_sha256(secret, kKeyLabel)), database_(database), random_(random), clock_(clock) {}

transport::SessionIds::Id SignedSessionIds::issue(std::string_view agreement) {
    std::array<std::byte, kRandomBytes> unguessable;
    random_.fill(unguessable);
    const std::string name(reinterpret_cast<const char*>(unguessable.data()), kRandomBytes);
    std::string content = name + time_bytes(clock_.now_ms());
    content += agreement;
    return {.text = base64url(content + hmac_sha256(key_, content)), .name = hex(name)};
}

std::optional<transport::SessionIds::Genuine> SignedSessionIds::read(std::string_view id) const {
    if (id.size() > kTextMax) return std::nullopt;
    const auto bytes = from_base64url(id);
    if (!bytes || bytes->size() < kBytesMin) return std::nullopt;
    const auto content = std::string_view(*bytes).substr(0, bytes->size() - kSealBytes);
    const auto seal = std::string_view(*bytes).substr(content.size());
    if (!equal_in_constant_time(seal, hmac_sha256(key_, content))) return std::nullopt;
    const std::int64_t age_ms =
        clock_.now_ms() - time_from(content.substr(kRandomBytes, kTimeBytes));
    if (age_ms < -kClockSkewMs || age_ms >= kAgeMaxMs) return std::nullopt;
    return Genuine{.name = hex(content.substr(0, kRandomBytes)),
                   .agreement = std::string(content.substr(kRandomBytes + kTimeBytes))};
}

transport::SessionIds::State SignedSessionIds::ask(std::string_view name) {
    try {
        const bool has_ended = database_.read([&](storage::Connection& connection) {
            return !connection.query(kFind, {name}).empty();
        });
        return has_ended ? State::ended : State::open;
    } catch (const storage::Error& away) {
        log::warning("server", std::string("a session cannot be looked up: ") + away.what());
        return State::unknown;
    }
}

bool SignedSessionIds::end(std::string_view name) {
    try {
        database_.write([&](storage::Connection& connection) {
            connection.execute(kInsert, {name, clock_.now_ms()});
        });
        return true;
    } catch (const storage::Error& away) {
        log::warning("server", std::string("a session cannot be ended: ") + away.what());
        return false;
    }
}

std::vector<std::string> SignedSessionIds::lately_ended() {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    try {
        database_.read([&](storage::Connection& connection) {
            if (!told_) told_ = connection.query(kLastRow).front().get<std::int64_t>(0);
            for (const storage::Row row :
                 connection.query(kSelectLater, {*told_ - kRowsToldAgain})) {
                told_ = std::max(*told_, row.get<std::int64_t>(0));
                names.push_back(row.get<std::string>(1));
            }
        });
    } catch (const storage::Error& away) {
        // The next round begins where this one did or a little later, which is told again anyway.
        log::warning("server", std::string("ended sessions cannot be read: ") + away.what());
    }
    return names;
}

std::int64_t forget_ended_sessions(storage::Connection& connection, UnixMs now_ms) {
    return connection.execute(kForget, {now_ms - kAgeMaxMs - kClockSkewMs});
}

}  // namespace shopkeeper::server
