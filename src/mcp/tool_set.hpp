#pragma once

#include <bitset>
#include <cstddef>

namespace shopkeeper::mcp {

/// More tools than this no model can tell apart, and some clients drop the rest.
inline constexpr std::size_t kToolsMax = 128;

/// Some of a host's tools, by their places in `ToolHost::tools()`.
using ToolSet = std::bitset<kToolsMax>;

}  // namespace shopkeeper::mcp
