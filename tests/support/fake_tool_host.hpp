#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "mcp/tool_host.hpp"

namespace shopkeeper::test {

/// Tools that exercise the protocol and nothing else:
///   boom   breaks: becomes an internal error
///   count  reports progress 1, 1, 2 and 3 of 3, then answers; may wait
///   echo   answers its arguments; quick
///   question  asks its client for what `ask` names (form: who it is, url, sampling, roots or all),
///          then greets; without an answer it refuses, or with `must` breaks
///   replay like echo, with a member of `_meta`
///   wait   answers when `release` was called or it is asked to end; may wait
class FakeToolHost final : public mcp::ToolHost {
public:
    FakeToolHost() {
        for (const char* name : {"boom", "count", "echo", "question", "replay", "wait"}) add(name);
    }

    /// One more tool, which does what echo does.
    void add(const std::string& name) {
        const Json tool{{"name", name},
                        {"description", name + " for tests"},
                        {"inputSchema", {{"type", "object"}, {"properties", Json::object()}}}};
        entries_.push_back({name, dump_json(tool)});
        std::sort(entries_.begin(), entries_.end(),
                  [](const auto& a, const auto& b) { return a.name < b.name; });
    }

    std::span<const mcp::ToolEntry> tools() const override { return entries_; }

    bool is_quick(std::string_view tool) const override {
        return tool != "wait" && tool != "count";
    }

    mcp::ToolOutcome call(mcp::ToolCall call) override {
        ++calls;
        const bool is_known = std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
            return entry.name == call.name;
        });
        if (!is_known) return refusal(mcp::ToolOutcome::Kind::unknown_tool, "r-2");
        if (call.name == "question") return ask(call);
        if (call.name == "boom") return refusal(mcp::ToolOutcome::Kind::failed, "r-1");
        if (call.name == "count") {
            for (const double step : {1.0, 1.0, 2.0, 3.0}) call.progress->report(step, 3, "step");
        }
        if (call.name == "wait") return text(wait(call.cancelled) ? "cancelled" : "released");
        {
            const std::scoped_lock lock(mutex_);
            last_bearer_ = call.bearer.value_or("");
            last_address_ = std::string(call.address);
        }
        const std::string arguments = dump_json(call.arguments);
        mcp::ToolOutcome outcome = text(arguments);
        outcome.members += ",\"structuredContent\":" + arguments;
        if (call.name == "replay") outcome.meta = R"("test.example/replayed":true)";
        return outcome;
    }

    /// Ends every `wait`, the ones to come too.
    void release() {
        {
            const std::scoped_lock lock(mutex_);
            released_ = true;
        }
        changed_.notify_all();
    }

    /// Blocks until this many calls of `wait` have begun.
    void await_waiting(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return begun_ >= count; });
    }

    std::string last_bearer() const {
        const std::scoped_lock lock(mutex_);
        return last_bearer_;
    }
    std::string last_address() const {
        const std::scoped_lock lock(mutex_);
        return last_address_;
    }

    std::atomic<int> calls = 0;
    std::atomic<int> cancelled = 0;  ///< calls of `wait` that were asked to end

private:
    static mcp::ToolOutcome text(const std::string& words) {
        const Json content = {{{"type", "text"}, {"text", words}}};
        mcp::ToolOutcome outcome;
        outcome.members = "\"content\":" + dump_json(content);
        outcome.request_id = "r-0";
        return outcome;
    }

    static mcp::ToolOutcome refusal(mcp::ToolOutcome::Kind kind, const std::string& request_id) {
        mcp::ToolOutcome outcome;
        outcome.kind = kind;
        outcome.request_id = request_id;
        return outcome;
    }

    static mcp::InputRequest request_of(mcp::InputRequest::Kind kind) {
        using Kind = mcp::InputRequest::Kind;
        switch (kind) {
            case Kind::form:
                return {"who", kind,
                        R"({"message":"Who is it?","requestedSchema":{"type":"object",)"
                        R"("properties":{"name":{"type":"string"}},"required":["name"]}})"};
            case Kind::url:
                return {"page", kind, R"({"message":"Pay here","url":"https://shop.example/pay"})"};
            case Kind::sampling:
            case Kind::sampling_tools:
                return {"model", kind, R"({"messages":[],"maxTokens":5})"};
            case Kind::roots:
                break;
        }
        return {"folders", kind};
    }

    /// Answers count when they are objects; a form must have a name in it. Whoever has the token is
    /// the caller.
    static mcp::ToolOutcome ask(const mcp::ToolCall& call) {
        using Kind = mcp::InputRequest::Kind;
        const std::string principal = call.bearer.value_or("nobody");
        if (call.input != nullptr && !call.input->principal.empty() &&
            call.input->principal != principal)
            return refusal(mcp::ToolOutcome::Kind::not_theirs, "r-3");
        const std::string what = call.arguments.value("ask", "form");
        std::vector<Kind> kinds;
        if (what == "form" || what == "all") kinds.push_back(Kind::form);
        if (what == "url") kinds.push_back(Kind::url);
        if (what == "sampling" || what == "all") kinds.push_back(Kind::sampling);
        if (what == "roots" || what == "all") kinds.push_back(Kind::roots);
        const Json answers = call.input == nullptr ? Json::object() : call.input->answers;
        if (answers.value("who", Json()).is_object() &&
            answers["who"].value("action", "") == "decline")
            return text("as you like");
        mcp::InputNeeded needs{.requests = {}, .state = "asked", .principal = principal};
        for (const Kind kind : kinds) {
            mcp::InputRequest request = request_of(kind);
            const Json answer = answers.value(request.key, Json());
            const bool fits = kind != Kind::form
                                  ? answer.is_object()
                                  : answer.is_object() && answer.contains("content") &&
                                        answer["content"].value("name", Json()).is_string();
            if (!fits) needs.requests.push_back(std::move(request));
        }
        if (needs.requests.empty()) {
            const bool has_name = answers.contains("who");
            return text(has_name ? "hello " + answers["who"]["content"]["name"].get<std::string>()
                                 : "hello " + dump_json(answers));
        }
        if (call.progress != nullptr) call.progress->report(1, 2, "asking");
        mcp::ToolOutcome outcome = text("say who it is");
        outcome.members += R"(,"isError":true)";
        if (call.arguments.value("must", false)) outcome.members.clear();
        outcome.needs = std::make_unique<const mcp::InputNeeded>(std::move(needs));
        return outcome;
    }

    /// True when it ended because it was asked to.
    bool wait(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        ++begun_;
        changed_.notify_all();
        const bool was_released = changed_.wait(lock, stop, [this] { return released_; });
        if (!was_released) ++cancelled;
        return !was_released;
    }

    std::vector<mcp::ToolEntry> entries_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    bool released_ = false;
    int begun_ = 0;
    std::string last_bearer_;
    std::string last_address_;
};

}  // namespace shopkeeper::test
