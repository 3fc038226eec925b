#pragma once

#include <string_view>

namespace shopkeeper::server {

/// The version of CMakeLists.txt's project().
inline constexpr std::string_view kVersion = SHOPKEEPER_VERSION;

}  // namespace shopkeeper::server
