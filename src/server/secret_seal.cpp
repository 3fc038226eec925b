#include "server/secret_seal.hpp"

#include <sodium.h>

#include <span>

#include "base/crypto.hpp"

namespace shopkeeper::server {
namespace {

// Sealed text is base64url of: nonce, ciphertext with its tag.
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32, "what HMAC-SHA256 gives");

/// No token is signed under this text, so the key serves nothing else.
constexpr std::string_view kKeyLabel = "shopkeeper request states 1";

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

SecretSeal::SecretSeal(std::string_view secret, Random& random)
    : key_(hmac_sha256(secret, kKeyLabel)), random_(random) {}

std::string SecretSeal::seal(std::string_view content, std::string_view bound_to) {
    // A random nonce of 192 bits does not come twice.
    std::string sealed(kNonceBytes + content.size() + kTagBytes, '\0');
    random_.fill(std::as_writable_bytes(std::span(sealed).first(kNonceBytes)));
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        bytes_of(sealed) + kNonceBytes, nullptr, bytes_of(content), content.size(),
        bytes_of(bound_to), bound_to.size(), nullptr, bytes_of(sealed), bytes_of(key_));
    return base64url(sealed);
}

std::optional<mcp::StateSeal::Opened> SecretSeal::open(std::string_view sealed,
                                                       std::string_view bound_to) const {
    const auto bytes = from_base64url(sealed);
    if (!bytes || bytes->size() < kNonceBytes + kTagBytes) return std::nullopt;
    const std::string_view nonce = std::string_view(*bytes).substr(0, kNonceBytes);
    const std::string_view cipher = std::string_view(*bytes).substr(kNonceBytes);
    Opened opened{std::string(cipher.size() - kTagBytes, '\0'), base64url(nonce)};
    const int trouble = crypto_aead_xchacha20poly1305_ietf_decrypt(
        bytes_of(opened.content), nullptr, nullptr, bytes_of(cipher), cipher.size(),
        bytes_of(bound_to), bound_to.size(), bytes_of(nonce), bytes_of(key_));
    if (trouble != 0) return std::nullopt;
    return opened;
}

}  // namespace shopkeeper::server
