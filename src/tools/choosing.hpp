#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "mcp/tool_host.hpp"

namespace shopkeeper::tools {

/// A tool as far as choosing is concerned.
struct Choosable {
    std::string_view name;
    std::string_view toolset;
    bool is_read_only = false;
};

/// The places in `tools` of those among `offered` that `choice` leaves. A tool that is there but
/// not offered is silently left out: asking for it widens nothing. The error says which name means
/// nothing, and which names would. The toolset `all` is everything.
tl::expected<mcp::ToolSet, std::string> chosen(std::span<const Choosable> tools,
                                               const mcp::ToolChoice& choice,
                                               const mcp::ToolSet& offered);

}  // namespace shopkeeper::tools
