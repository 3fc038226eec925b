#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "mcp/tool_host.hpp"

namespace shopkeeper::conformance {

inline mcp::ToolOutcome content(const Json& blocks, bool is_error = false) {
    mcp::ToolOutcome outcome;
    outcome.members = "\"content\":" + dump_json(blocks);
    if (is_error) outcome.members += ",\"isError\":true";
    return outcome;
}

inline Json text_block(const std::string& text) {
    return {{"type", "text"}, {"text", text}};
}

inline mcp::ToolOutcome text(const std::string& words, bool is_error = false) {
    return content(Json::array({text_block(words)}), is_error);
}

inline mcp::InputRequest form(const std::string& key, const std::string& message,
                              const Json& properties, const Json& required) {
    const Json params{{"message", message},
                      {"requestedSchema",
                       {{"type", "object"}, {"properties", properties}, {"required", required}}}};
    return {key, mcp::InputRequest::Kind::form, dump_json(params)};
}

inline mcp::InputRequest sampling(const std::string& key, const std::string& prompt,
                                  int max_tokens) {
    const Json message{{"role", "user"}, {"content", text_block(prompt)}};
    return {key, mcp::InputRequest::Kind::sampling,
            dump_json({{"messages", Json::array({message})}, {"maxTokens", max_tokens}})};
}

inline mcp::InputRequest roots(const std::string& key) {
    return {key, mcp::InputRequest::Kind::roots};
}

inline mcp::ToolOutcome ask(std::vector<mcp::InputRequest> requests, std::string state = {}) {
    mcp::ToolOutcome outcome;
    outcome.needs = std::make_unique<const mcp::InputNeeded>(
        mcp::InputNeeded{.requests = std::move(requests), .state = std::move(state)});
    return outcome;
}

/// What the client has answered under `key`; null where it has not, or with no object.
inline Json answer(const mcp::ToolCall& call, const std::string& key) {
    if (call.input == nullptr || !call.input->answers.is_object()) return nullptr;
    const Json found = call.input->answers.value(key, Json());
    return found.is_object() ? found : Json();
}

/// The text under `name` of an accepted form; empty where there is none.
inline std::string answered_text(const mcp::ToolCall& call, const std::string& key,
                                 const std::string& name) {
    const Json content =
        answer(call, key).is_null() ? Json() : answer(call, key).value("content", Json());
    return content.is_object() && content.value(name, Json()).is_string()
               ? content[name].get<std::string>()
               : std::string();
}

}  // namespace shopkeeper::conformance
