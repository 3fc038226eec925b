#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace shopkeeper::server {

/// Signing secrets and service keys. Rule: domain K8, operations C9.
inline constexpr std::size_t kSigningSecretMin = 32;

/// Why a secret is too easy to guess, in words that follow its name; nullopt: it will do.
/// Rule: operations C9.
std::optional<std::string> why_weak(std::string_view secret, std::size_t length_min);

}  // namespace shopkeeper::server
