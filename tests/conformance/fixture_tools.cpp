#include "conformance/fixture_tools.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "conformance/fixture_data.hpp"
#include "conformance/fixture_outcomes.hpp"

namespace shopkeeper::conformance {
namespace {

using mcp::ToolCall;
using mcp::ToolOutcome;

const Json kString{{"type", "string"}};
const Json kBoolean{{"type", "boolean"}};

/// What a tool takes its time for, unless it is cancelled.
void pause(const ToolCall& call, std::chrono::milliseconds time) {
    std::mutex mutex;
    std::condition_variable_any nothing_comes;
    std::unique_lock lock(mutex);
    nothing_comes.wait_for(lock, call.cancelled, time, [] { return false; });
}

Json image() {
    return {{"type", "image"}, {"data", kPng}, {"mimeType", "image/png"}};
}

Json embedded(const std::string& uri, const std::string& mime_type, const std::string& text) {
    return {{"type", "resource"},
            {"resource", {{"uri", uri}, {"mimeType", mime_type}, {"text", text}}}};
}

std::string argument(const ToolCall& call, const char* name) {
    return call.arguments.value(name, std::string());
}

/// The schema that must reach the client as it is.
Json schema_2020_12() {
    return Json::parse(R"json({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "$defs": {"address": {"$anchor": "addressDef", "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
        "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"}, "email": {"type": "string"}},
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]}, "else": {"required": ["email"]},
        "additionalProperties": false})json");
}

}  // namespace

FixtureTools::FixtureTools(FixtureTasks& tasks) : tasks_(tasks) {
    add_content();
    add_notes();
    add_questions();
    add_rounds();
    add_tasks();
    std::ranges::sort(entries_, {}, &mcp::ToolEntry::name);
}

void FixtureTools::add(const std::string& name, const std::string& description, Run run,
                       Json properties, Json required) {
    Json schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    entries_.push_back(
        {name, dump_json({{"name", name}, {"description", description}, {"inputSchema", schema}})});
    runs_.emplace(name, std::move(run));
}

ToolOutcome FixtureTools::call(ToolCall call) {
    const auto run = runs_.find(call.name);
    if (run != runs_.end()) return run->second(call);
    ToolOutcome unknown;
    unknown.kind = ToolOutcome::Kind::unknown_tool;
    return unknown;
}

void FixtureTools::add_content() {
    add("test_simple_text", "Answers a text",
        [](const ToolCall&) { return text("This is a simple text response for testing."); });
    add("test_image_content", "Answers an image",
        [](const ToolCall&) { return content(Json::array({image()})); });
    add("test_audio_content", "Answers a sound", [](const ToolCall&) {
        return content(
            Json::array({{{"type", "audio"}, {"data", kWav}, {"mimeType", "audio/wav"}}}));
    });
    add("test_embedded_resource", "Answers a resource", [](const ToolCall&) {
        return content(Json::array({embedded("test://embedded-resource", "text/plain",
                                             "This is an embedded resource content.")}));
    });
    add("test_multiple_content_types", "Answers several kinds of content", [](const ToolCall&) {
        return content(Json::array({text_block("Multiple content types test:"), image(),
                                    embedded("test://mixed-content-resource", "application/json",
                                             R"({"test":"data","value":123})")}));
    });
    add("test_error_handling", "Fails", [](const ToolCall&) {
        return text("This tool intentionally returns an error for testing", /*is_error=*/true);
    });
    add("test_x_mcp_header", "Takes an argument that its client repeats in a header",
        [](const ToolCall& call) { return text("region " + argument(call, "region")); },
        {{"region", {{"type", "string"}, {"x-mcp-header", "Region"}}}});
    const auto echo = [](const ToolCall& call) { return text(dump_json(call.arguments)); };
    const Json tool{{"name", "json_schema_2020_12_tool"},
                    {"description", "Has a schema with every keyword"},
                    {"inputSchema", schema_2020_12()}};
    entries_.push_back({"json_schema_2020_12_tool", dump_json(tool)});
    runs_.emplace("json_schema_2020_12_tool", echo);
}

void FixtureTools::add_notes() {
    constexpr std::chrono::milliseconds kStep{50};
    add("test_tool_with_progress", "Says how far it is", [=](const ToolCall& call) {
        for (const double done : {0.0, 50.0, 100.0}) {
            call.progress->report(done, 100, {});
            pause(call, kStep);
        }
        return text("done");
    });
    const auto log = [=](const ToolCall& call) {
        for (const char* line :
             {"Tool execution started", "Tool processing data", "Tool execution completed"}) {
            call.stream->write(mcp::LogLevel::info, dump_json(line));
            pause(call, kStep);
        }
        return text("logged");
    };
    add("test_tool_with_logging", "Writes log lines", log);
    add("test_logging_tool", "Writes log lines", log);
    add("test_reconnection", "Sends its client away before it answers", [](const ToolCall& call) {
        call.stream->send_away();
        pause(call, std::chrono::milliseconds(200));
        return text("Reconnection test completed successfully");
    });
    const auto trigger = [](const ToolCall&) { return text("nothing changes here"); };
    add("test_trigger_tool_change", "Stands for a change of the tools", trigger);
    add("test_trigger_prompt_change", "Stands for a change of the prompts", trigger);
}

void FixtureTools::add_questions() {
    const auto asked_form = [](const ToolCall& call, const std::string& before,
                               const std::string& message, const Json& properties,
                               const Json& required) {
        const Json reply = answer(call, "form");
        if (reply.is_null()) return ask({form("form", message, properties, required)});
        return text(before + "action=" + reply.value("action", "") +
                    ", content=" + dump_json(reply.value("content", Json::object())));
    };
    add("test_elicitation", "Asks for a name and an address",
        [=](const ToolCall& call) {
            return asked_form(
                call, "User response: ", argument(call, "message"),
                {{"username", {{"type", "string"}, {"description", "User's response"}}},
                 {"email", {{"type", "string"}, {"description", "User's email address"}}}},
                {"username", "email"});
        },
        {{"message", kString}}, {"message"});
    add("test_elicitation_sep1034_defaults", "Asks with defaults", [=](const ToolCall& call) {
        return asked_form(call, "Elicitation completed: ", "Please review the defaults",
                          Json::parse(R"json({"name": {"type": "string", "default": "John Doe"},
                "age": {"type": "integer", "default": 30}, "score": {"type": "number", "default": 95.5},
                "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
                "verified": {"type": "boolean", "default": true}})json"),
                          Json::array());
    });
    add("test_elicitation_sep1330_enums", "Asks for choices", [=](const ToolCall& call) {
        return asked_form(call, "Elicitation completed: ", "Please choose", Json::parse(R"json({
            "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
            "titledSingle": {"type": "string", "oneOf": [{"const": "value1", "title": "First Option"},
                {"const": "value2", "title": "Second Option"}, {"const": "value3", "title": "Third Option"}]},
            "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"]},
            "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
            "titledMulti": {"type": "array", "items": {"anyOf": [{"const": "value1", "title": "First Choice"},
                {"const": "value2", "title": "Second Choice"}, {"const": "value3", "title": "Third Choice"}]}}})json"),
                          Json::array());
    });
    add("test_sampling", "Asks the client's model",
        [](const ToolCall& call) {
            const Json reply = answer(call, "model");
            if (reply.is_null()) return ask({sampling("model", argument(call, "prompt"), 100)});
            return text("LLM response: " +
                        reply.value("content", Json::object()).value("text", std::string()));
        },
        {{"prompt", kString}}, {"prompt"});
    add("test_missing_capability", "Needs a model",
        [](const ToolCall&) { return ask({sampling("model", "Hello", 10)}); });
    add("test_streaming_elicitation", "Asks in the middle of its call", [](const ToolCall& call) {
        if (!answer(call, "confirm").is_null()) return text("confirmed");
        return ask({form("confirm", "Go on?", {{"ok", kBoolean}}, {"ok"})});
    });
}

void FixtureTools::add_rounds() {
    const std::string prefix = "test_input_required_result_";
    const auto name_form = [] {
        return form("user_name", "What is your name?", {{"name", kString}}, {"name"});
    };
    const auto confirm_form = [] {
        return form("confirm", "Please confirm", {{"ok", kBoolean}}, {"ok"});
    };
    add(prefix + "elicitation", "Asks for a name", [=](const ToolCall& call) {
        const std::string name = answered_text(call, "user_name", "name");
        return name.empty() ? ask({name_form()}) : text("Hello, " + name + "!");
    });
    add(prefix + "sampling", "Asks the client's model", [](const ToolCall& call) {
        const Json reply = answer(call, "capital_question");
        if (reply.is_null())
            return ask({sampling("capital_question", "What is the capital of France?", 100)});
        return text(reply.value("content", Json::object()).value("text", std::string()));
    });
    add(prefix + "list_roots", "Asks for the client's folders", [](const ToolCall& call) {
        const Json reply = answer(call, "client_roots");
        if (reply.is_null()) return ask({roots("client_roots")});
        std::string names = "roots:";
        for (const Json& root : reply.value("roots", Json::array()))
            names += " " + root.value("name", root.value("uri", std::string()));
        return text(names);
    });
    const auto confirmed = [=](const ToolCall& call) {
        if (answer(call, "confirm").is_null()) return ask({confirm_form()}, "confirming");
        return text(call.input->state == "confirming" ? "state-ok" : "state lost");
    };
    add(prefix + "request_state", "Keeps a state", confirmed);
    add(prefix + "tampered_state", "Keeps a state that nobody can change", confirmed);
    add(prefix + "multiple_inputs", "Asks for three things at once", [=](const ToolCall& call) {
        const std::string name = answered_text(call, "user_name", "name");
        const bool has_all = !name.empty() && !answer(call, "greeting").is_null() &&
                             !answer(call, "client_roots").is_null();
        if (has_all) return text("Hello, " + name + "!");
        return ask(
            {name_form(), sampling("greeting", "Greet somebody", 50), roots("client_roots")});
    });
    add(prefix + "multi_round", "Asks twice", [=](const ToolCall& call) {
        const std::string name = answered_text(call, "step1", "name");
        const std::string color = answered_text(call, "step2", "color");
        if (name.empty()) return ask({form("step1", "Your name?", {{"name", kString}}, {"name"})});
        if (color.empty())
            return ask({form("step2", "Your colour?", {{"color", kString}}, {"color"})});
        return text(name + " likes " + color);
    });
    add(prefix + "capabilities", "Asks for what the client can do", [=](const ToolCall& call) {
        std::vector<mcp::InputRequest> requests;
        if (call.abilities.form && answer(call, "user_name").is_null())
            requests.push_back(name_form());
        if (call.abilities.sampling && answer(call, "greeting").is_null())
            requests.push_back(sampling("greeting", "Greet somebody", 50));
        return requests.empty() ? text("nothing more to ask") : ask(std::move(requests));
    });
}

void FixtureTools::add_tasks() {
    add("greet", "Greets",
        [](const ToolCall& call) { return text("Hello, " + argument(call, "name") + "!"); },
        {{"name", kString}}, {"name"});
    const auto begin = [this](FixtureTasks::Job job) {
        mcp::ToolOutcome outcome;
        outcome.task = std::make_unique<const mcp::Task>(tasks_.begin(std::move(job)));
        return outcome;
    };
    add("slow_compute", "Takes its time",
        [=](const ToolCall& call) {
            const auto seconds = call.arguments.value("seconds", 0);
            const std::string done = "computed " + argument(call, "label");
            if (call.abilities.tasks)
                return begin(
                    {.takes = std::chrono::seconds(seconds), .result = text(done).members});
            pause(call, std::chrono::seconds(seconds));
            return text(done);
        },
        {{"seconds", {{"type", "integer"}}}, {"label", kString}}, {"seconds"});
    add("failing_job", "Fails as a task, and runs as nothing else", [=](const ToolCall& call) {
        if (call.abilities.tasks)
            return begin({.takes = std::chrono::seconds(1),
                          .result = text("the job failed", /*is_error=*/true).members});
        mcp::ToolOutcome outcome;
        outcome.kind = ToolOutcome::Kind::needs_tasks;
        return outcome;
    });
    add("protocol_error_job", "Breaks as a task", [=](const ToolCall& call) {
        if (call.abilities.tasks) return begin({.takes = std::chrono::seconds(1), .breaks = true});
        mcp::ToolOutcome outcome;
        outcome.kind = ToolOutcome::Kind::failed;
        return outcome;
    });
    const auto asking = [=](const ToolCall& call, std::vector<mcp::InputRequest> requests) {
        if (!call.abilities.tasks) return ask(std::move(requests));
        return begin({.needs = {.requests = std::move(requests)}, .result = text("done").members});
    };
    add("confirm_delete", "Asks before it deletes",
        [=](const ToolCall& call) {
            if (!answer(call, "confirm").is_null()) return text("deleted");
            return asking(call, {form("confirm", "Delete " + argument(call, "filename") + "?",
                                      {{"confirm", kBoolean}}, {"confirm"})});
        },
        {{"filename", kString}});
    add("multi_input", "Asks two things at once", [=](const ToolCall& call) {
        if (!answer(call, "first").is_null() && !answer(call, "second").is_null())
            return text("done");
        return asking(call, {form("first", "Your name?", {{"name", kString}}, {"name"}),
                             form("second", "Your other name?", {{"name", kString}}, {"name"})});
    });
    add("test_tool_with_task", "Asks for a name, then takes its time", [=](const ToolCall& call) {
        const std::string name = answered_text(call, "user_name", "name");
        if (name.empty())
            return ask({form("user_name", "What is your name?", {{"name", kString}}, {"name"})});
        const std::string greeting = "Hello, " + name + "!";
        if (!call.abilities.tasks) return text(greeting);
        return begin({.takes = std::chrono::seconds(1), .result = text(greeting).members});
    });
}

}  // namespace shopkeeper::conformance
