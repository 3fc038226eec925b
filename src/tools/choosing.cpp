#include "tools/choosing.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "tools/toolsets.hpp"

namespace shopkeeper::tools {
namespace {

constexpr std::string_view kEverything = "all";

/// Characters of an unknown name that are repeated.
constexpr std::size_t kEchoedMax = 100;

class Chooser {
public:
    Chooser(std::span<const Choosable> tools, const mcp::ToolSet& offered)
        : tools_(tools), offered_(offered) {}

    tl::expected<mcp::ToolSet, std::string> choose(const mcp::ToolChoice& choice) {
        if (!choice.problem.empty()) return tl::unexpected(choice.problem);
        mcp::ToolSet wanted;
        if (choice.toolsets.empty() && choice.tools.empty()) wanted.set();
        for (const std::string& name : choice.toolsets) wanted |= toolset(name);
        for (const std::string& name : choice.tools) wanted |= tool(name);
        for (const std::string& name : choice.excluded) wanted &= ~tool(name);
        if (choice.is_read_only)
            wanted &= those([](const Choosable& each) { return each.is_read_only; });
        if (!problem_.empty()) return tl::unexpected(problem_);
        return wanted & offered_;
    }

private:
    template <class Is>
    mcp::ToolSet those(const Is& is) const {
        mcp::ToolSet set;
        for (std::size_t i = 0; i < tools_.size(); ++i) set.set(i, is(tools_[i]));
        return set;
    }

    mcp::ToolSet toolset(std::string_view name) {
        if (name == kEverything) return mcp::ToolSet().set();
        if (find_toolset(name) == nullptr) object("toolset", name, toolset_names());
        return those([&](const Choosable& each) { return each.toolset == name; });
    }

    mcp::ToolSet tool(std::string_view name) {
        const mcp::ToolSet found = those([&](const Choosable& each) { return each.name == name; });
        if (found.none()) object("tool", name, tool_names());
        return found;
    }

    std::string toolset_names() const {
        std::string names(kEverything);
        for (const Toolset& each : toolsets()) {
            const auto of_it =
                those([&](const Choosable& tool) { return tool.toolset == each.name; });
            if ((of_it & offered_).any()) names.append(", ").append(each.name);
        }
        return names;
    }

    std::string tool_names() const {
        std::string names;
        for (std::size_t i = 0; i < tools_.size(); ++i) {
            if (!offered_.test(i)) continue;
            names.append(names.empty() ? "" : ", ").append(tools_[i].name);
        }
        return names;
    }

    void object(std::string_view kind, std::string_view name, const std::string& known) {
        if (!problem_.empty()) return;
        problem_ = "There is no " + std::string(kind) + " \"" + text::truncate(name, kEchoedMax) +
                   "\"; there are: " + known + ".";
    }

    const std::span<const Choosable> tools_;
    const mcp::ToolSet& offered_;
    std::string problem_;
};

}  // namespace

tl::expected<mcp::ToolSet, std::string> chosen(std::span<const Choosable> tools,
                                               const mcp::ToolChoice& choice,
                                               const mcp::ToolSet& offered) {
    return Chooser(tools, offered).choose(choice);
}

}  // namespace shopkeeper::tools
