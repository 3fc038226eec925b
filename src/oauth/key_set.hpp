#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace shopkeeper::oauth {

/// How a signature may be made. A closed list: no `none`, and nothing with a shared secret, which a
/// public key must never be taken for. Rule: RFC 8725 3.1, 3.2.
enum class Algorithm { rs256, es256 };

/// The public keys of one issuer (RFC 7517). Immutable; thread-safe.
class KeySet {
public:
    static constexpr std::size_t kKeysMax = 50;

    /// The keys of a JWKS document that can check signatures by an algorithm of ours; the others
    /// are left out. nullopt: it is no such document.
    static std::optional<KeySet> parse(std::string_view json);

    bool has(std::string_view key_id, Algorithm algorithm) const;

    /// The claims of a token that one of these keys has signed: the one it names, and for the
    /// algorithm that key is for. nullopt for any other. Throws std::runtime_error where the JOSE
    /// library is not installed.
    std::optional<Json> verified_claims(std::string_view token) const;

private:
    struct Key {
        std::string id;
        Algorithm algorithm;
        std::string jwk_json;
    };
    const Key* find(std::string_view key_id, Algorithm algorithm) const;

    std::vector<Key> keys_;
};

/// What the header of a token says; nullopt where the token is none that we would check.
struct TokenHeader {
    std::string key_id;
    Algorithm algorithm;
};
std::optional<TokenHeader> read_token_header(std::string_view token);

/// The issuer that a token names, believed by nobody yet; empty where it names none.
std::string claimed_issuer(std::string_view token);

}  // namespace shopkeeper::oauth
