#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "net/http_message.hpp"

/// The cookie that holds a browser's way through the login page, and the proof that a form was
/// filled in on a page of ours. Both are sealed; nothing of them is stored.
namespace shopkeeper::oauth {

/// Long enough to find a password, too short to be forgotten on a shared machine.
inline constexpr std::int64_t kBrowserSessionTtlS = 600;

struct BrowserSession {
    std::string cookie;              ///< the sealed text
    std::int64_t user_id = 0;        ///< 0: nobody has signed in yet
    std::int64_t token_version = 0;  ///< of that user, when they signed in (K7)
};

/// Immutable; thread-safe.
class BrowserSessions {
public:
    /// `secret`: of at least 32 bytes. `is_secure`: the cookie is for TLS only.
    BrowserSessions(std::string_view secret, bool is_secure);

    /// A session nobody knows yet. Who signs in gets a new one (no fixation).
    BrowserSession begin(Random& random, UnixMs now_ms, std::int64_t user_id = 0,
                         std::int64_t token_version = 0) const;
    /// The session of the request's cookie; nullopt: none, forged, or expired.
    std::optional<BrowserSession> find(const net::Request& request, UnixMs now_ms) const;
    /// The value of Set-Cookie.
    std::string set_cookie(const BrowserSession& session) const;

    /// Proof that a form with these contents was shown in this session.
    std::string form_token(const BrowserSession& session, std::string_view contents) const;
    bool is_form_token(const BrowserSession& session, std::string_view contents,
                       std::string_view token) const;

private:
    std::string_view name() const;
    std::string seal(std::string_view text) const;

    const std::string key_;
    const bool is_secure_;
};

}  // namespace shopkeeper::oauth
