#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shopkeeper {

/// Standard alphabet, padded (RFC 4648 section 4).
std::string encode_base64(std::string_view bytes);

/// Nullopt for anything but a complete, padded, canonical text of the standard alphabet.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace shopkeeper
