#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shopkeeper::oauth_client {

/// Longer ones are refused unread.
inline constexpr std::size_t kUrlBytesMax = 2048;

/// An absolute http or https URL in its parts.
struct Url {
    std::string scheme;  ///< lower case
    std::string host;    ///< lower case; an IPv6 literal with its brackets
    std::string port;    ///< digits; the scheme's own where none is written
    std::string path;    ///< as written; may be empty
    std::string query;   ///< as written, without the question mark

    /// What two URLs of one origin have in common: `https://host`, with the port unless it is the
    /// scheme's own. Never ends in a slash.
    std::string origin() const;
    /// Only this machine answers there: 127.0.0.0/8, ::1 or the name localhost.
    bool is_loopback() const;
};

/// Read strictly: nullopt for what two programs might read differently (a user name, a backslash,
/// blanks, control or non-ASCII characters), for a fragment, and for other schemes.
std::optional<Url> parse_url(std::string_view text);

/// Whether a client that speaks with `server` may send a request, or its user, to `url`, which a
/// stranger named: https anywhere, plain http only on this machine and only if the server is on it,
/// too, so that nobody from outside makes the client knock at local doors.
/// Rule: OAuth 2.1 section 1.5; MCP security best practices, "Server-Side Request Forgery".
bool may_visit(const Url& url, const Url& server);

}  // namespace shopkeeper::oauth_client
