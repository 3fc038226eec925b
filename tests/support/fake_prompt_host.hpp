#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "mcp/completer.hpp"
#include "mcp/prompt_host.hpp"

namespace shopkeeper::test {

/// Prompts that exercise the protocol and nothing else: `greet` needs the argument `name`; `secret`
/// is refused.
class FakePromptHost final : public mcp::PromptHost {
public:
    std::span<const std::string> prompts() const override { return prompts_; }

    mcp::HostAnswer<std::string> get(std::string_view name, const mcp::PromptArguments& arguments,
                                     const mcp::Asker&) override {
        using Kind = mcp::HostFailure::Kind;
        if (name == "secret") {
            return mcp::give_nothing({.kind = Kind::refused,
                                      .message = "Not for you.",
                                      .data_json = R"({"reason":"test"})"});
        }
        if (name != "greet") return mcp::give_nothing({.kind = Kind::not_found, .message = {}});
        const auto whom = arguments.find("name");
        if (whom == arguments.end())
            return mcp::give_nothing(
                {.kind = Kind::invalid, .message = "The argument name is missing."});
        const Json messages = {
            {{"role", "user"}, {"content", {{"type", "text"}, {"text", "Greet " + whom->second}}}}};
        return "\"messages\":" + messages.dump();
    }

    bool is_quick() const override { return quick; }

    bool quick = true;

private:
    const std::vector<std::string> prompts_ = {
        R"({"name":"greet","description":"A greeting","arguments":[{"name":"name","required":true}]})",
        R"({"name":"secret","description":"For nobody"})"};
};

/// Completes the argument `name` of the prompt `greet` with many numbers that begin with the value,
/// and the variable `letter` with what the context says.
class FakeCompleter final : public mcp::Completer {
public:
    mcp::HostAnswer<mcp::Completion> complete(const mcp::CompletionRequest& request,
                                              const mcp::Asker&) override {
        const bool of_prompt = request.of == mcp::CompletionRequest::Of::prompt;
        mcp::Completion completion;
        if (of_prompt && request.name == "greet" && request.argument == "name") {
            for (int number = 1; number <= 150; ++number) {
                const std::string text = std::to_string(number);
                if (text.starts_with(request.value)) completion.values.push_back(text);
            }
            completion.total = static_cast<std::int64_t>(completion.values.size());
            return completion;
        }
        if (!of_prompt && request.name == "test://letters/{letter}") {
            for (const auto& [name, value] : request.context)
                completion.values.push_back(name + "=" + value);
            return completion;
        }
        return mcp::give_nothing(
            {.kind = mcp::HostFailure::Kind::invalid, .message = "There is nothing like that."});
    }

    bool is_quick() const override { return quick; }

    bool quick = true;
};

}  // namespace shopkeeper::test
