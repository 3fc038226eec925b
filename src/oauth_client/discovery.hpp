#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "base/result.hpp"
#include "oauth_client/authorization_server.hpp"
#include "oauth_client/challenge.hpp"
#include "oauth_client/resource_metadata.hpp"
#include "oauth_client/web.hpp"

namespace shopkeeper::oauth_client {

/// Whom to ask for a token, and for what.
struct Discovery {
    ResourceMetadata resource;
    AuthorizationServer server;
};

/// Follows the trail from the challenge of `web.server()` to its authorization server. Of several
/// servers the first counts for which `is_preferred` holds, else the first. A protected server
/// without metadata is its own authorization server, as in revision 2025-03-26.
/// Errors: those of the documents and of `Web`; unauthenticated, reason `invalid_server_metadata`,
/// where the authorization server publishes nothing.
Result<Discovery> discover(const Web& web, const BearerChallenge& challenge,
                           const std::function<bool(const std::string& issuer)>& is_preferred,
                           std::stop_token stop);

}  // namespace shopkeeper::oauth_client
