#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "mcp/prompt_host.hpp"

/// Putting the arguments of a prompt where its file says `{name}`.
namespace shopkeeper::tools {

/// The lines of `text` with the arguments in them; a line that names one which was not given is
/// left out. What an argument says is never read as a place for another.
std::string fill_lines(std::string_view text, const mcp::PromptArguments& given);

/// The same for the arguments of a read: a string that is exactly `{name}` becomes the argument;
/// nullopt when one was not given.
std::optional<Json> fill_arguments(const Json& arguments, const mcp::PromptArguments& given);

/// A positive number of at most 18 digits.
std::optional<std::int64_t> read_id(std::string_view text);

}  // namespace shopkeeper::tools
