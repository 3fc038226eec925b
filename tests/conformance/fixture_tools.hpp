#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/fixture_tasks.hpp"
#include "mcp/tool_host.hpp"

namespace shopkeeper::conformance {

/// The tools that the official conformance suite calls, with exactly the words it expects.
class FixtureTools final : public mcp::ToolHost {
public:
    /// REQUIRES: `tasks` outlives this.
    explicit FixtureTools(FixtureTasks& tasks);

    std::span<const mcp::ToolEntry> tools() const override { return entries_; }
    mcp::ToolOutcome call(mcp::ToolCall call) override;
    /// Some pause, so all are run where one may wait.
    bool is_quick(std::string_view) const override { return false; }

private:
    using Run = std::function<mcp::ToolOutcome(const mcp::ToolCall&)>;

    void add(const std::string& name, const std::string& description, Run run,
             Json properties = Json::object(), Json required = Json::array());
    void add_content();
    void add_notes();
    void add_questions();
    void add_rounds();
    void add_tasks();

    FixtureTasks& tasks_;
    std::map<std::string, Run, std::less<>> runs_;
    std::vector<mcp::ToolEntry> entries_;
};

}  // namespace shopkeeper::conformance
