#pragma once

#include <string>
#include <string_view>

#include "base/demand.hpp"

namespace shopkeeper::transport {

/// What a listener tells those who need a token: where it is said which authorization servers give
/// one (RFC 9728), and for which scopes to ask. Rule: protocol.md 6.
struct Challenge {
    std::string resource_metadata;  ///< a URL; empty: no authorization server is known
    std::string scope;              ///< for who is refused before it is known what they want

    /// Somebody knows where tokens come from: demands become 401 and 403.
    bool leads_somewhere() const { return !resource_metadata.empty(); }

    /// The value of WWW-Authenticate of a 401. `scope` empty: none in particular.
    std::string for_token(bool sent_token, std::string_view asked_scope) const;
    /// And of a 403: the token shown does not allow this.
    std::string for_scope(std::string_view needed_scope) const;
};

/// 401 or 403.
inline int status_of(const Demand& demand) {
    return demand.kind == Demand::Kind::token ? 401 : 403;
}

}  // namespace shopkeeper::transport
