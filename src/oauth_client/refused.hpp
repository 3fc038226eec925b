#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"

namespace shopkeeper::oauth_client {

/// A refusal that asking again will not change; `reason` is one word for programs: OAuth's own
/// error code where a server gave one.
inline Refusal refused(std::string reason, std::string message) {
    ErrorDetails details;
    details.reason = std::move(reason);
    return refuse(ErrorCode::unauthenticated, std::move(message), std::move(details));
}

}  // namespace shopkeeper::oauth_client
