#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "mcp/completer.hpp"
#include "tools/prompts.hpp"
#include "tools/registry.hpp"
#include "tools/resources.hpp"

namespace shopkeeper::tools {

/// Completes arguments of prompts and variables of resource templates by their names: what is
/// called `product_id` means the same wherever it stands. Everything offered is of the shop in
/// which the asker acts, and nothing the asker might not look up by a tool. Immutable after
/// registration; thread-safe.
class Completions final : public mcp::Completer {
public:
    /// REQUIRES: all of them outlive this.
    Completions(Registry& registry, const Prompts& prompts, const Resources& resources)
        : registry_(registry), prompts_(prompts), resources_(resources) {}

    /// What fits `value`, for the caller of the context.
    using Find = std::function<Result<mcp::Completion>(
        storage::Connection& connection, const CallContext& context, const std::string& value)>;
    /// `area`: what an OAuth token must allow to read.
    void add(std::string_view argument, auth::Area area, Find find) {
        finders_.emplace(argument, Finder{area, std::move(find)});
    }

    // mcp::Completer
    mcp::HostAnswer<mcp::Completion> complete(const mcp::CompletionRequest& request,
                                              const mcp::Asker& asker) override;
    bool is_quick() const override { return registry_.reads_are_quick(); }

private:
    Registry& registry_;
    const Prompts& prompts_;
    const Resources& resources_;
    struct Finder {
        auth::Area area;
        Find find;
    };
    std::map<std::string, Finder, std::less<>> finders_;
};

/// One line an argument.
void register_completions(Completions& completions);

}  // namespace shopkeeper::tools
