#pragma once

#include <string>
#include <string_view>

namespace shopkeeper::storage {

/// How long a digest is, in bytes; each is two characters of the text.
enum class DigestLength { name = 16, checksum = 32 };

/// The BLAKE2b digest of `text` in lower-case hexadecimal. Checksums of migrations are stored:
/// their length and kind must not change.
std::string digest_of(std::string_view text, DigestLength length);

}  // namespace shopkeeper::storage
