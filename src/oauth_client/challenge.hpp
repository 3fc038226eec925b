#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "oauth_client/scopes.hpp"

namespace shopkeeper::oauth_client {

/// What a protected server says about the token it wants, in `WWW-Authenticate`.
/// Rule: RFC 6750 section 3, RFC 9728 section 5.1.
struct BearerChallenge {
    std::string error;              ///< e.g. `insufficient_scope`; empty where no token was shown
    Scopes scopes;                  ///< what this operation needs; empty: not said
    std::string resource_metadata;  ///< an URL; empty: not said
};

/// The first challenge of the scheme Bearer among those of all schemes in a `WWW-Authenticate`.
/// Nothing is read behind what cannot be read. nullopt: none.
std::optional<BearerChallenge> find_bearer_challenge(std::string_view www_authenticate);

}  // namespace shopkeeper::oauth_client
