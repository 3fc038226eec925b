#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/call_context.hpp"
#include "base/demand.hpp"
#include "base/json.hpp"
#include "mcp/asker.hpp"
#include "mcp/client_input.hpp"
#include "mcp/protocol.hpp"
#include "mcp/task_host.hpp"
#include "mcp/tool_set.hpp"
#include "transport/tool_choice.hpp"

namespace shopkeeper::mcp {

using transport::ToolChoice;

/// A tool as clients see it: the MCP Tool object.
struct ToolEntry {
    std::string name;
    std::string json;  ///< on one line: a message on stdio holds no line feed
};

/// The stream of a call, for a tool that says more on it than how far it is. Thread-safe.
class CallStream {
public:
    virtual ~CallStream() = default;
    /// A log line, where the client listens at that level. REQUIRES: `data_json` is one JSON value.
    virtual void write(LogLevel level, std::string_view data_json) = 0;
    /// Ends the client's connection until it comes back for what follows; nothing where it cannot.
    virtual void send_away() = 0;
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
    CallStream* stream = nullptr;
    Abilities abilities = {};
    const ClientInput* input = nullptr;  ///< null: nothing was asked before
};

/// What came of it.
struct ToolOutcome {
    enum class Kind {
        answered,      ///< `members` is the result, a refusal by the shop included
        unknown_tool,  ///< becomes -32602
        not_theirs,    ///< `ToolCall::input` answers what another caller was asked
        needs_tasks,   ///< can be answered by a task alone, which the client does not know
        failed,        ///< a bug or a broken environment: becomes -32603 with `request_id`
    };
    Kind kind = Kind::answered;
    /// The members of a CallToolResult without its braces:
    /// `"content":[...],"structuredContent":{...}`.
    std::string members;
    /// The members of the result's `_meta`, without its braces; empty: none.
    std::string meta;
    std::string request_id;
    /// What the client must be asked before the call can be done; null: nothing. Then `members` is
    /// the answer to a client that cannot be asked, or empty: it gets an error.
    std::unique_ptr<const InputNeeded> needs = nullptr;
    /// The call goes on as this task, which its host keeps; null: it is over. REQUIRES: the client
    /// knows of tasks (`Abilities`).
    std::unique_ptr<const Task> task = nullptr;
    std::optional<Demand> demand = {};  ///< the refusal would be none with another token
};

/// What the protocol needs to know of tools; implemented by tools::Registry and by test fixtures.
/// Thread-safe.
class ToolHost {
public:
    virtual ~ToolHost() = default;
    /// All there are, sorted by name; at most kToolsMax.
    virtual std::span<const ToolEntry> tools() const = 0;
    /// Those that the operator offers and all `choices` leave. The error says what is wrong with a
    /// choice and what would work.
    virtual tl::expected<ToolSet, std::string> choose(std::span<const ToolChoice> choices) const {
        static_cast<void>(choices);
        return ToolSet().set();
    }
    /// Those that the asker may use, where it shows who it is; nullopt: it does not, or that cannot
    /// be found out now. What a call may do is decided at the call all the same. Never throws.
    /// Rule: domain A20.
    virtual std::optional<ToolSet> usable(const Asker& asker) const {
        static_cast<void>(asker);
        return std::nullopt;
    }
    /// True when `usable` waits for no other client.
    virtual bool is_listing_quick() const { return true; }
    /// Never throws.
    virtual ToolOutcome call(ToolCall call) = 0;
    /// True when a call of this tool waits for no other client.
    virtual bool is_quick(std::string_view tool) const = 0;
};

}  // namespace shopkeeper::mcp
