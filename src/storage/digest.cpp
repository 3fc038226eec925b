#include "storage/digest.hpp"

#include <sodium.h>

namespace shopkeeper::storage {

std::string digest_of(std::string_view text, DigestLength length) {
    unsigned char digest[static_cast<std::size_t>(DigestLength::checksum)];
    const auto bytes = static_cast<std::size_t>(length);
    crypto_generichash(digest, bytes, reinterpret_cast<const unsigned char*>(text.data()),
                       text.size(), nullptr, 0);
    char hex[sizeof digest * 2 + 1];
    return sodium_bin2hex(hex, sizeof hex, digest, bytes);
}

}  // namespace shopkeeper::storage
