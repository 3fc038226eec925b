#include "oauth/key_set.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "base/crypto.hpp"
#include "oauth/libcjose.hpp"

namespace shopkeeper::oauth {
namespace {

constexpr std::size_t kTokenBytesMax = 8192;
constexpr std::size_t kKeyIdMax = 255;
/// Base64url digits of the modulus of an RSA key of 2048 bits.
constexpr std::size_t kModulusMin = 342;

std::string text(const Json& object, const char* name) {
    const auto member = object.find(name);
    if (member == object.end() || !member->is_string()) return {};
    return member->get<std::string>();
}

std::optional<Json> object_of(std::string_view encoded) {
    const auto decoded = from_base64url(encoded);
    auto json = decoded ? parse_json(*decoded) : std::nullopt;
    if (!json || !json->is_object()) return std::nullopt;
    return json;
}

/// The three parts of a compact JWS; nullopt for any other text.
struct Parts {
    std::string_view header;
    std::string_view claims;
};
std::optional<Parts> split(std::string_view token) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (token.size() > kTokenBytesMax || first == std::string_view::npos || first == last)
        return std::nullopt;
    const auto claims = token.substr(first + 1, last - first - 1);
    if (claims.find('.') != std::string_view::npos) return std::nullopt;
    return Parts{token.substr(0, first), claims};
}

std::optional<Algorithm> algorithm_named(std::string_view name) {
    if (name == "RS256") return Algorithm::rs256;
    if (name == "ES256") return Algorithm::es256;
    return std::nullopt;
}

/// By what the key is, not by what a token would like it to be.
std::optional<Algorithm> algorithm_for(const Json& jwk) {
    const std::string use = text(jwk, "use");
    if (!use.empty() && use != "sig") return std::nullopt;
    std::optional<Algorithm> algorithm;
    if (text(jwk, "kty") == "RSA" && text(jwk, "n").size() >= kModulusMin)
        algorithm = Algorithm::rs256;
    if (text(jwk, "kty") == "EC" && text(jwk, "crv") == "P-256") algorithm = Algorithm::es256;
    const std::string named = text(jwk, "alg");
    if (!named.empty() && algorithm_named(named) != algorithm) return std::nullopt;
    return algorithm;
}

const Libcjose& jose() {
    const Libcjose& library = libcjose();
    if (!library.why_not.empty()) throw std::runtime_error(library.why_not);
    return library;
}

}  // namespace

std::optional<TokenHeader> read_token_header(std::string_view token) {
    const auto parts = split(token);
    const auto header = parts ? object_of(parts->header) : std::nullopt;
    // An extension that must be understood is not.
    if (!header || header->contains("crit")) return std::nullopt;
    const auto algorithm = algorithm_named(text(*header, "alg"));
    if (!algorithm) return std::nullopt;
    return TokenHeader{text(*header, "kid"), *algorithm};
}

std::string claimed_issuer(std::string_view token) {
    const auto parts = split(token);
    const auto claims = parts ? object_of(parts->claims) : std::nullopt;
    return claims ? text(*claims, "iss") : std::string();
}

std::optional<KeySet> KeySet::parse(std::string_view json) {
    const auto document = parse_json(json);
    if (!document || !document->is_object()) return std::nullopt;
    const auto keys = document->find("keys");
    if (keys == document->end() || !keys->is_array() || keys->size() > kKeysMax)
        return std::nullopt;
    KeySet set;
    for (const Json& jwk : *keys) {
        if (!jwk.is_object()) continue;
        const auto algorithm = algorithm_for(jwk);
        std::string id = text(jwk, "kid");
        if (algorithm && id.size() <= kKeyIdMax)
            set.keys_.push_back({std::move(id), *algorithm, dump_json(jwk)});
    }
    return set;
}

const KeySet::Key* KeySet::find(std::string_view key_id, Algorithm algorithm) const {
    const auto fits = [&](const Key& key) {
        return key.id == key_id && key.algorithm == algorithm;
    };
    const auto found = std::find_if(keys_.begin(), keys_.end(), fits);
    return found == keys_.end() ? nullptr : &*found;
}

bool KeySet::has(std::string_view key_id, Algorithm algorithm) const {
    return find(key_id, algorithm) != nullptr;
}

std::optional<Json> KeySet::verified_claims(std::string_view token) const {
    const auto header = read_token_header(token);
    const Key* key = header ? find(header->key_id, header->algorithm) : nullptr;
    if (!key) return std::nullopt;
    const Libcjose& cjose = jose();
    cjose_err error{};
    const std::unique_ptr<cjose_jwk_t, decltype(&::cjose_jwk_release)> jwk(
        cjose.jwk_import(key->jwk_json.data(), key->jwk_json.size(), &error), cjose.jwk_release);
    const std::unique_ptr<cjose_jws_t, decltype(&::cjose_jws_release)> jws(
        cjose.jws_import(token.data(), token.size(), &error), cjose.jws_release);
    if (!jwk || !jws || !cjose.jws_verify(jws.get(), jwk.get(), &error)) return std::nullopt;
    std::uint8_t* plain = nullptr;
    std::size_t size = 0;
    if (!cjose.jws_get_plaintext(jws.get(), &plain, &size, &error)) return std::nullopt;
    auto claims = parse_json({reinterpret_cast<const char*>(plain), size});
    if (!claims || !claims->is_object()) return std::nullopt;
    return claims;
}

}  // namespace shopkeeper::oauth
