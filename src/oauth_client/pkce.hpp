#pragma once

#include <string>

#include "base/random.hpp"

namespace shopkeeper::oauth_client {

/// Proof that who redeems a code is who asked for it, by S256. Rule: RFC 7636.
struct Pkce {
    std::string verifier;   ///< a secret until the code is redeemed
    std::string challenge;  ///< goes with the authorization request
};

Pkce make_pkce(Random& random);
/// The challenge that belongs to a verifier.
std::string s256(std::string_view verifier);

}  // namespace shopkeeper::oauth_client
