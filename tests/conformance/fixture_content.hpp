#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mcp/change_source.hpp"
#include "mcp/completer.hpp"
#include "mcp/prompt_host.hpp"
#include "mcp/resource_host.hpp"

/// What the official conformance suite reads, with exactly the words it expects.
namespace shopkeeper::conformance {

class FixtureResources final : public mcp::ResourceHost {
public:
    std::span<const std::string> templates() const override { return templates_; }
    mcp::HostAnswer<mcp::ResourcePage> list(std::string_view position,
                                            const mcp::Asker& asker) override;
    mcp::HostAnswer<mcp::ResourceRead> read(std::string_view uri, const mcp::Asker& asker) override;
    bool is_quick() const override { return true; }

private:
    const std::vector<std::string> templates_ = {
        R"({"uriTemplate":"test://template/{id}/data","name":"template",)"
        R"("description":"Data of an id","mimeType":"application/json"})"};
};

class FixturePrompts final : public mcp::PromptHost {
public:
    FixturePrompts();
    std::span<const std::string> prompts() const override { return prompts_; }
    mcp::HostAnswer<std::string> get(std::string_view name, const mcp::PromptArguments& arguments,
                                     const mcp::Asker& asker) override;
    bool is_quick() const override { return true; }

private:
    std::vector<std::string> prompts_;
};

class FixtureCompleter final : public mcp::Completer {
public:
    mcp::HostAnswer<mcp::Completion> complete(const mcp::CompletionRequest& request,
                                              const mcp::Asker& asker) override;
    bool is_quick() const override { return true; }
};

/// Nothing ever changes here.
class FixtureChanges final : public mcp::ChangeSource {
public:
    void set_listener(Listener) override {}
    void watch(const std::string&) override {}
    void unwatch(const std::string&) override {}
};

}  // namespace shopkeeper::conformance
