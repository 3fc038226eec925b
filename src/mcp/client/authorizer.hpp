#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace shopkeeper::mcp::client {

/// The most challenges of one request that an Authorizer is asked about.
inline constexpr int kChallengesMax = 3;

/// A server's refusal for want of authorization. Rule: protocol.md 6.
struct Challenge {
    int status = 401;              ///< 401, or 403 when the token's scopes do not do
    std::string www_authenticate;  ///< of all such headers, separated by commas; empty: none came
    int attempt = 1;            ///< which challenge of this request it is, at most kChallengesMax
    std::string refused_token;  ///< what was sent; empty: none
};

/// Obtains the tokens with which the HTTP transport speaks to servers. Thread-safe: requests are
/// sent, and challenged, concurrently.
class Authorizer {
public:
    virtual ~Authorizer() = default;

    /// What to send to `server_url` (the MCP endpoint as the user gave it) as a Bearer token;
    /// nullopt: nothing. Called before every request. Does not wait for a person.
    virtual std::optional<std::string> bearer(std::string_view server_url) = 0;

    /// A request to `server_url` was refused. May obtain another token and wait for a person
    /// meanwhile, until `stop`. Success: ask `bearer` and send the request again; an error says, to
    /// an operator, why that would be in vain. Not called again after kChallengesMax.
    virtual tl::expected<void, std::string> on_challenge(std::string_view server_url,
                                                         const Challenge& challenge,
                                                         std::stop_token stop) = 0;
};

}  // namespace shopkeeper::mcp::client
