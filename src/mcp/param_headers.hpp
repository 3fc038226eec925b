#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "mcp/protocol_error.hpp"
#include "mcp/tool_host.hpp"

namespace shopkeeper::mcp {

/// The arguments of tools that clients repeat in headers `Mcp-Param-<x>`: those with `x-mcp-header`
/// in their schema. A proxy routes by the header, so it must say what the arguments say. Immutable.
/// Rule: protocol.md 3.4.
class ParamHeaders {
public:
    /// Throws std::logic_error for an annotation that breaks the rules.
    explicit ParamHeaders(std::span<const ToolEntry> tools);

    /// Nullopt: the headers of a call say what its arguments say. `headers` are by the part of
    /// their name after `Mcp-Param-`.
    std::optional<ProtocolError> check(
        std::string_view tool, const Json& arguments,
        std::span<const std::pair<std::string, std::string>> headers) const {
        return by_tool_.empty() ? std::nullopt : check_annotated(tool, arguments, headers);
    }

private:
    struct Param {
        std::string header;
        std::vector<std::string> path;  ///< names of nested properties
    };

    std::optional<ProtocolError> check_annotated(
        std::string_view tool, const Json& arguments,
        std::span<const std::pair<std::string, std::string>> headers) const;
    static void collect(const Json& schema, std::vector<std::string>& path,
                        std::vector<Param>& found);

    std::map<std::string, std::vector<Param>, std::less<>> by_tool_;
};

}  // namespace shopkeeper::mcp
