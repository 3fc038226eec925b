#pragma once

#include <string_view>

#include "base/result.hpp"

namespace shopkeeper::url {

/// A link that may be shown to anybody and that no server of ours will ever fetch: https, a public
/// host name, no user name, no blanks.
/// Errors: invalid_argument on `field` (another scheme, an address literal, a local name ...).
/// Rule: domain R6, O9.
Result<void> check_public_https(std::string_view url, std::string_view field);

}  // namespace shopkeeper::url
