#include "journal/confirmations.hpp"

#include <array>
#include <span>

#include "base/crypto.hpp"

namespace shopkeeper::journal {
namespace {

// A token is base64url of: random name, time at which it runs out (big-endian milliseconds), seal.
// 36 bytes are 48 characters, which a model repeats without a slip.
constexpr std::size_t kNameBytes = 12;
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kSealBytes = 16;
constexpr std::size_t kContentBytes = kNameBytes + kTimeBytes;
constexpr std::size_t kTokenBytes = kContentBytes + kSealBytes;

/// Rule: domain Q3.
constexpr std::int64_t kLifetimeMs = 5 * 60'000;
/// Nobody takes a person's answers that are older.
constexpr std::int64_t kAnswersShownMs = 24LL * 3600 * 1000;

/// No access token is signed under this text, so the key serves nothing else.
constexpr std::string_view kKeyLabel = "shopkeeper confirmations 1";

constexpr std::string_view kUse = R"sql(
INSERT INTO used_confirmation (shop_id, digest, expires_ms)
VALUES ($1, $2, $3)
ON CONFLICT (shop_id, digest) DO NOTHING)sql";

constexpr std::string_view kForget = R"sql(
DELETE FROM used_confirmation
WHERE shop_id = $1 AND expires_ms <= $2)sql";

std::string time_bytes(UnixMs time_ms) {
    std::string bytes(kTimeBytes, '\0');
    for (std::size_t i = 0; i < kTimeBytes; ++i)
        bytes[kTimeBytes - 1 - i] = static_cast<char>(time_ms >> (8 * i) & 0xFF);
    return bytes;
}

UnixMs time_from(std::string_view bytes) {
    std::uint64_t time_ms = 0;
    for (const char byte : bytes) time_ms = time_ms << 8 | static_cast<unsigned char>(byte);
    return static_cast<UnixMs>(time_ms);
}

/// Each part with its length before it: no two lists of parts read the same.
void append(std::string& message, std::string_view part) {
    message += std::to_string(part.size());
    message += ':';
    message += part;
}

}  // namespace

std::string SealedConfirmations::seal(std::int64_t shop_id, std::string_view effect,
                                      std::string_view content) const {
    const std::string shop = std::to_string(shop_id);
    std::string message;
    for (const std::string_view part : {content, std::string_view(shop), call_.principal,
                                        call_.tool, call_.arguments_digest, effect}) {
        append(message, part);
    }
    const std::string key = hmac_sha256(secret_, kKeyLabel);
    return hmac_sha256(key, message).substr(0, kSealBytes);
}

Confirmations::State SealedConfirmations::redeem(std::int64_t shop_id, std::string_view effect) {
    if (call_.token.empty()) return State::missing;
    const auto bytes = from_base64url(call_.token);
    if (!bytes || bytes->size() != kTokenBytes) return State::mismatch;
    const auto content = std::string_view(*bytes).substr(0, kContentBytes);
    const auto given = std::string_view(*bytes).substr(kContentBytes);
    if (!equal_in_constant_time(given, seal(shop_id, effect, content))) return State::mismatch;
    const UnixMs expires_ms = time_from(content.substr(kNameBytes));
    if (expires_ms <= call_.now_ms) return State::expired;
    return use(shop_id, call_.token, expires_ms) ? State::confirmed : State::used;
}

Confirmations::State SealedConfirmations::redeem_answer(std::int64_t shop_id) {
    if (call_.answers.empty()) return State::confirmed;
    const UnixMs expires_ms = call_.now_ms + kAnswersShownMs;
    return use(shop_id, call_.answers, expires_ms) ? State::confirmed : State::used;
}

/// Of two calls at once the second waits here for the first to end.
bool SealedConfirmations::use(std::int64_t shop_id, std::string_view name, UnixMs expires_ms) {
    return connection_.execute(kUse, {shop_id, sha256_hex(name), expires_ms}) == 1;
}

Confirmations::Ticket SealedConfirmations::issue(std::int64_t shop_id, std::string_view effect) {
    std::array<std::byte, kNameBytes> name;
    random_.fill(name);
    const UnixMs expires_ms = call_.now_ms + kLifetimeMs;
    const std::string content(reinterpret_cast<const char*>(name.data()), name.size());
    const std::string sealed = content + time_bytes(expires_ms);
    return {.token = base64url(sealed + seal(shop_id, effect, sealed)), .expires_ms = expires_ms};
}

std::int64_t forget_used_confirmations(storage::Connection& connection, std::int64_t shop_id,
                                       UnixMs now_ms) {
    return connection.execute(kForget, {shop_id, now_ms});
}

}  // namespace shopkeeper::journal
