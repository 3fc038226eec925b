#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "oauth_client/es256_key.hpp"

namespace shopkeeper::oauth_client {

/// A JWT by which a client shows that it holds its key: issued by and about `client_id`, for
/// `issuer` only, good for a minute and for one use.
/// Rule: RFC 7523 section 3, MCP ext-auth "OAuth Client Credentials".
std::string client_assertion(const Es256Key& key, const std::string& client_id,
                             const std::string& issuer, UnixMs now_ms, Random& random);

}  // namespace shopkeeper::oauth_client
