#pragma once

#include <optional>
#include <string_view>

#include "net/http_message.hpp"
#include "transport/tool_choice.hpp"

namespace shopkeeper::transport {

/// How the names of all headers below begin.
inline constexpr std::string_view kChoicePrefix = "X-MCP-";

/// X-MCP-Toolsets, X-MCP-Tools, X-MCP-Exclude-Tools (lists) and X-MCP-Readonly (true or false);
/// nullopt: none of them says anything.
std::optional<ToolChoice> read_choice_headers(const net::Request& request);

/// What stands behind the server's path: "/readonly", "/x/orders,shop" or "/x/orders/readonly";
/// nullopt: something else.
std::optional<ToolChoice> read_choice_path(std::string_view rest);

}  // namespace shopkeeper::transport
