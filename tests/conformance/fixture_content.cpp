#include "conformance/fixture_content.hpp"

#include "base/json.hpp"
#include "conformance/fixture_data.hpp"
#include "conformance/fixture_outcomes.hpp"

namespace shopkeeper::conformance {
namespace {

tl::unexpected<mcp::HostFailure> nothing(mcp::HostFailure::Kind kind, std::string why = {}) {
    return mcp::give_nothing({.kind = kind, .message = std::move(why)});
}

Json listed(const char* uri, const char* name, const char* mime_type) {
    return {{"uri", uri},
            {"name", name},
            {"description", std::string("The ") + name},
            {"mimeType", mime_type}};
}

Json prompt_of(const char* name, const Json& arguments = Json::array()) {
    Json prompt{{"name", name}, {"description", std::string("Prompt ") + name}};
    if (!arguments.empty()) prompt["arguments"] = arguments;
    return prompt;
}

Json argument(const char* name) {
    return {{"name", name}, {"description", std::string("Argument ") + name}, {"required", true}};
}

std::string messages(std::initializer_list<Json> contents) {
    Json all = Json::array();
    for (const Json& each : contents) all.push_back({{"role", "user"}, {"content", each}});
    return "\"messages\":" + dump_json(all);
}

mcp::HostAnswer<std::string> with_context(const mcp::Asker& asker) {
    const Json answers = asker.input == nullptr ? Json::object() : asker.input->answers;
    const Json reply = answers.value("user_context", Json());
    const Json content = reply.is_object() ? reply.value("content", Json()) : Json();
    if (content.is_object() && content.value("context", Json()).is_string())
        return messages({text_block("Context: " + content["context"].get<std::string>())});
    mcp::HostFailure failure{.kind = mcp::HostFailure::Kind::asks,
                             .message = "This prompt asks for its context."};
    failure.needs.requests = {form("user_context", "What context should the prompt use?",
                                   {{"context", {{"type", "string"}}}}, {"context"})};
    return mcp::give_nothing(std::move(failure));
}

}  // namespace

mcp::HostAnswer<mcp::ResourcePage> FixtureResources::list(std::string_view position,
                                                          const mcp::Asker&) {
    if (!position.empty()) return nothing(mcp::HostFailure::Kind::invalid);
    const Json all = Json::array({listed("test://static-text", "static text", "text/plain"),
                                  listed("test://static-binary", "static image", "image/png"),
                                  listed("test://watched-resource", "watched text", "text/plain")});
    return mcp::ResourcePage{.resources_json = dump_json(all), .next = {}};
}

mcp::HostAnswer<mcp::ResourceRead> FixtureResources::read(std::string_view uri, const mcp::Asker&) {
    constexpr std::string_view kBefore = "test://template/";
    constexpr std::string_view kAfter = "/data";
    Json content{{"uri", uri}};
    if (uri == "test://static-text" || uri == "test://watched-resource") {
        content["mimeType"] = "text/plain";
        content["text"] = "This is the content of the static text resource.";
    } else if (uri == "test://static-binary") {
        content["mimeType"] = "image/png";
        content["blob"] = kPng;
    } else if (uri.starts_with(kBefore) && uri.ends_with(kAfter) &&
               uri.size() > kBefore.size() + kAfter.size()) {
        const std::string id(
            uri.substr(kBefore.size(), uri.size() - kBefore.size() - kAfter.size()));
        content["mimeType"] = "application/json";
        content["text"] =
            dump_json({{"id", id}, {"templateTest", true}, {"data", "Data for ID: " + id}});
    } else {
        return nothing(mcp::HostFailure::Kind::not_found);
    }
    return mcp::ResourceRead{.contents_json = dump_json(Json::array({content}))};
}

FixturePrompts::FixturePrompts() {
    for (const Json& prompt :
         {prompt_of("test_simple_prompt"),
          prompt_of("test_prompt_with_arguments", {argument("arg1"), argument("arg2")}),
          prompt_of("test_prompt_with_embedded_resource", Json::array({argument("resourceUri")})),
          prompt_of("test_prompt_with_image"), prompt_of("test_input_required_result_prompt")})
        prompts_.push_back(dump_json(prompt));
}

mcp::HostAnswer<std::string> FixturePrompts::get(std::string_view name,
                                                 const mcp::PromptArguments& arguments,
                                                 const mcp::Asker& asker) {
    const auto given = [&](std::string_view key) {
        const auto found = arguments.find(key);
        return found == arguments.end() ? std::string() : found->second;
    };
    if (name == "test_simple_prompt")
        return messages({text_block("This is a simple prompt for testing.")});
    if (name == "test_prompt_with_arguments")
        return messages({text_block("Prompt with arguments: arg1='" + given("arg1") + "', arg2='" +
                                    given("arg2") + "'")});
    if (name == "test_prompt_with_embedded_resource") {
        const Json resource{{"uri", given("resourceUri")},
                            {"mimeType", "text/plain"},
                            {"text", "Embedded resource content for testing."}};
        return messages({{{"type", "resource"}, {"resource", resource}},
                         text_block("Please process the embedded resource above.")});
    }
    if (name == "test_prompt_with_image")
        return messages({{{"type", "image"}, {"data", kPng}, {"mimeType", "image/png"}},
                         text_block("Please analyze the image above.")});
    if (name == "test_input_required_result_prompt") return with_context(asker);
    return nothing(mcp::HostFailure::Kind::not_found);
}

mcp::HostAnswer<mcp::Completion> FixtureCompleter::complete(const mcp::CompletionRequest& request,
                                                            const mcp::Asker&) {
    if (request.name != "test_prompt_with_arguments")
        return nothing(mcp::HostFailure::Kind::invalid, "No such prompt.");
    mcp::Completion completion;
    for (const char* word : {"paris", "park", "party"})
        if (std::string_view(word).starts_with(request.value)) completion.values.emplace_back(word);
    completion.total = static_cast<std::int64_t>(completion.values.size());
    return completion;
}

}  // namespace shopkeeper::conformance
