#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shopkeeper::reviews {

/// A picture's address that may be shown to everybody: https, a public host name (no address
/// literal, no local name), no credentials in it. It is never fetched here.
/// Errors: invalid_argument on `field`. Rule: domain R6.
Result<void> check_photo_url(std::string_view url, const std::string& field);

}  // namespace shopkeeper::reviews
