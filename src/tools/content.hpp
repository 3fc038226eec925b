#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace shopkeeper::tools {

/// The members of a CallToolResult for a success: the result once as structuredContent and once,
/// the same bytes escaped, as the text that models without structured content read.
std::string success_members(std::string_view result_json);

/// The same for a refusal: `{"error": {...}}` as text with isError. Not as structuredContent: that
/// must fit the tool's output schema, and the official SDK's clients check it on errors too;
/// programs find the object in `_meta` (refusal_meta).
std::string refusal_members(std::string_view error_json);

/// `"dev.shopkeeper/error":{...}`: the error object as a member of the result's `_meta`.
std::string refusal_meta(std::string_view error_json);

/// `{"error": {"code", "message", "details", "request_id"}}`. Rule: domain E1, E2, U3.
std::string error_json(const Error& error, std::string_view request_id);

}  // namespace shopkeeper::tools
