#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "mcp/asker.hpp"
#include "mcp/host_answer.hpp"

namespace shopkeeper::mcp {

/// The arguments of a prompt as the client gave them.
using PromptArguments = std::map<std::string, std::string, std::less<>>;

/// What the protocol needs to know of prompts; implemented by tools::Prompts and by test fixtures.
/// Thread-safe.
class PromptHost {
public:
    virtual ~PromptHost() = default;
    /// MCP Prompt objects, each on one line, in the order in which they are listed; the same for
    /// everybody.
    virtual std::span<const std::string> prompts() const = 0;
    /// The members of a GetPromptResult without its braces. Fails with `not_found` for an unknown
    /// prompt, with `invalid` where an argument is missing, unknown or unusable.
    virtual HostAnswer<std::string> get(std::string_view name, const PromptArguments& arguments,
                                        const Asker& asker) = 0;
    /// True when getting one waits for no other client.
    virtual bool is_quick() const = 0;
};

}  // namespace shopkeeper::mcp
