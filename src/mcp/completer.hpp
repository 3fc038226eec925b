#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/asker.hpp"
#include "mcp/host_answer.hpp"
#include "mcp/prompt_host.hpp"

namespace shopkeeper::mcp {

/// Rule: protocol.md 1 row 33: values of one answer.
inline constexpr std::size_t kCompletionMax = 100;

/// What a person has typed so far, and where.
struct CompletionRequest {
    enum class Of { prompt, resource };
    Of of = Of::prompt;
    std::string_view name;  ///< the prompt's name, or the resource's URI template
    std::string_view argument;
    std::string_view value;
    const PromptArguments& context;  ///< the other arguments, as far as they are filled in
};

struct Completion {
    std::vector<std::string> values;    ///< at most kCompletionMax, best first
    std::optional<std::int64_t> total;  ///< where it is known
    bool has_more = false;
};

/// What the protocol needs to know of completions; implemented by tools::Completions and by test
/// fixtures. Thread-safe.
class Completer {
public:
    virtual ~Completer() = default;
    /// Fails with `invalid` for a prompt, a template or an argument that there is not; an argument
    /// that nobody can complete has no values.
    virtual HostAnswer<Completion> complete(const CompletionRequest& request,
                                            const Asker& asker) = 0;
    /// True when completing waits for no other client.
    virtual bool is_quick() const = 0;
};

}  // namespace shopkeeper::mcp
