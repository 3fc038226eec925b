#pragma once

#include <string_view>

namespace shopkeeper::server {

inline constexpr std::string_view kVersion = SHOPKEEPER_VERSION;

}  // namespace shopkeeper::server
