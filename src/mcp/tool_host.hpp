#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/call_context.hpp"
#include "base/json.hpp"

namespace shopkeeper::mcp {

/// A tool as clients see it: the MCP Tool object.
struct ToolEntry {
    std::string name;
    std::string json;  ///< on one line: a message on stdio holds no line feed
};

/// One tools/call, with what the protocol and the carrier know about it.
struct ToolCall {
    std::string_view name;
    Json arguments;              ///< an object (an absent one becomes empty)
    const Json* meta = nullptr;  ///< the request's `_meta`, where there is one
    std::optional<std::string> bearer;
    std::string_view address;  ///< "local" on stdio
    bool is_loopback = true;
    std::string_view session;
    std::stop_token cancelled = {};
    ProgressSink* progress = nullptr;
};

/// What came of it.
struct ToolOutcome {
    enum class Kind {
        answered,      ///< `members` is the result, a refusal by the shop included
        unknown_tool,  ///< becomes -32602
        failed,        ///< a bug or a broken environment: becomes -32603 with `request_id`
    };
    Kind kind = Kind::answered;
    /// The members of a CallToolResult without its braces:
    /// `"content":[...],"structuredContent":{...}`.
    std::string members;
    /// The members of the result's `_meta`, without its braces; empty: none.
    std::string meta;
    std::string request_id;
};

/// What the protocol needs to know of tools; implemented by tools::Registry and by test fixtures.
/// Thread-safe.
class ToolHost {
public:
    virtual ~ToolHost() = default;
    /// Sorted by name; the same for every caller (domain A20).
    virtual std::span<const ToolEntry> tools() const = 0;
    /// Never throws.
    virtual ToolOutcome call(ToolCall call) = 0;
    /// True when a call of this tool waits for no other client.
    virtual bool is_quick(std::string_view tool) const = 0;
};

}  // namespace shopkeeper::mcp
