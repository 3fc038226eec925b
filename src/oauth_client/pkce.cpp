#include "oauth_client/pkce.hpp"

#include "base/crypto.hpp"

namespace shopkeeper::oauth_client {

std::string s256(std::string_view verifier) {
    return base64url(sha256(verifier));
}

Pkce make_pkce(Random& random) {
    constexpr std::size_t kVerifierBytes = 32;  // 43 characters, the length that RFC 7636 advises
    std::string bytes(kVerifierBytes, '\0');
    random.fill(std::as_writable_bytes(std::span(bytes)));
    const std::string verifier = base64url(bytes);
    return {.verifier = verifier, .challenge = s256(verifier)};
}

}  // namespace shopkeeper::oauth_client
