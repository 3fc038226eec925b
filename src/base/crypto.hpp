#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// The few primitives that tokens, keys and digests are made of; libsodium does the work.
namespace shopkeeper {

/// Base64url without padding (RFC 4648 section 5).
std::string base64url(std::string_view bytes);
/// nullopt for anything that is not the one canonical encoding of some bytes.
std::optional<std::string> from_base64url(std::string_view text);

/// HMAC-SHA256, 32 raw bytes. A key of any length.
std::string hmac_sha256(std::string_view key, std::string_view message);

/// SHA-256, 32 raw bytes.
std::string sha256(std::string_view bytes);
/// SHA-256 as 64 hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// Takes the same time wherever the first difference lies. Rule: domain K7.
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace shopkeeper
