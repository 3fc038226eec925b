#pragma once

#include <string>
#include <string_view>

namespace shopkeeper::tools {

/// What clients see of a tool: the MCP Tool object on one line, derived from the tool's file, which
/// promises more than a model needs to read.
///
/// Of the arguments it keeps types, words, enums and what is required. Limits and defaults become
/// words, since some vendors refuse or drop the keywords; so the file does not say them twice.
/// Of the result it keeps the properties that their object names in `listed`, with their types, and
/// closes and requires nothing: whatever the full schema accepts, the listed one accepts. Rule:
/// clients.md 3.
///
/// REQUIRES: the text is well-formed JSON. Throws std::logic_error that says what is missing.
std::string listed_tool(std::string_view file_text);

}  // namespace shopkeeper::tools
