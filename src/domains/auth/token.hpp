#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "domains/auth/scopes.hpp"

/// Tokens of our own: JWT signed with HS256, and nothing else.
///
/// Written by hand over libsodium: the format is one screen, and a general library would bring
/// OpenSSL into a process that otherwise needs none, and algorithms and headers that must then be
/// switched off.
namespace shopkeeper::auth {

/// Longer tokens are refused unread. Rule: domain K6.
inline constexpr std::size_t kTokenBytesMax = 4096;

struct Claims {
    std::int64_t user_id;
    std::int64_t token_version;  ///< of the user when the token was made (K7)
    std::int64_t expires_s;      ///< Unix seconds
};

/// A token for `ttl_s` seconds from now. REQUIRES: `secret` has at least 32 bytes (K8).
/// Rule: domain K6.
std::string issue_token(std::string_view secret, std::int64_t user_id, std::int64_t token_version,
                        UnixMs now_ms, std::int64_t ttl_s, Random& random);

/// What a token says, once its signature, algorithm, issuer, audience and times are found right.
/// Whether the user still exists and still has this version is the caller's question (A15, K7).
/// Errors: unauthenticated. Rule: domain K6, K7.
Result<Claims> read_token(std::string_view secret, std::string_view token, UnixMs now_ms);

/// Access tokens of our own authorization server begin with this; staff tokens do not.
inline constexpr std::string_view kAccessPrefix = "sho_";

/// Between whom an access token is good: who issued it, and for which server (RFC 8707).
struct Audience {
    std::string issuer;
    std::string resource;
};

struct AccessClaims {
    std::string grant_id;
    ScopeSet scopes;
};

/// A token for `ttl_s` seconds from now that acts under a grant. REQUIRES: as `issue_token`.
std::string issue_access_token(std::string_view secret, const Audience& audience,
                               const AccessClaims& claims, UnixMs now_ms, std::int64_t ttl_s,
                               Random& random);

/// What an access token says, once everything about it is right but its grant, which may have ended
/// since. Errors: unauthenticated (another issuer or audience, too). Rule: domain K6.
Result<AccessClaims> read_access_token(std::string_view secret, const Audience& audience,
                                       std::string_view token, UnixMs now_ms);

}  // namespace shopkeeper::auth
