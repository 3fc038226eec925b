#include "tools/call_questions.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json_writer.hpp"
#include "base/text.hpp"

namespace shopkeeper::tools {
namespace {

/// A choice is an `enum` with `enumNames`: the only form with titles that every revision with
/// elicitation has. Rule: protocol.md 4, elicitation form schema.
void write_choices(JsonWriter& out, const FormField& field) {
    const auto write = [&](const char* name, std::string FormField::Choice::*part) {
        out.key(name);
        out.begin_array();
        for (const FormField::Choice& choice : field.choices) out.value(choice.*part);
        out.end_array();
    };
    write("enum", &FormField::Choice::value);
    write("enumNames", &FormField::Choice::title);
}

void write_field(JsonWriter& out, const FormField& field) {
    out.key(field.name);
    out.begin_object();
    out.field("type", field.kind == FormField::Kind::yes_no ? "boolean" : "string");
    out.field_if("title", field.title);
    out.field_if("description", field.description);
    if (field.kind == FormField::Kind::choice) write_choices(out, field);
    if (field.kind == FormField::Kind::text) {
        if (field.is_required) out.field("minLength", 1);
        out.field("maxLength", field.length_max);
    }
    out.end_object();
}

/// The params of elicitation/create.
std::string params_of(const Question& question) {
    JsonWriter out;
    out.begin_object();
    out.field("message", question.message);
    out.key("requestedSchema");
    out.begin_object();
    out.field("type", "object");
    out.key("properties");
    out.begin_object();
    for (const FormField& field : question.fields) write_field(out, field);
    out.end_object();
    out.key("required");
    out.begin_array();
    for (const FormField& field : question.fields)
        if (field.is_required) out.value(field.name);
    out.end_array();
    out.end_object();
    out.end_object();
    return std::move(out).take();
}

/// Nullopt: it does not fit the field.
std::optional<FormReply::Value> read_value(const FormField& field, const Json& given) {
    if (field.kind == FormField::Kind::yes_no) {
        if (!given.is_boolean()) return std::nullopt;
        return given.get<bool>();
    }
    if (!given.is_string()) return std::nullopt;
    if (field.kind == FormField::Kind::choice) {
        const auto& value = given.get_ref<const std::string&>();
        const bool is_offered = std::ranges::any_of(
            field.choices, [&](const auto& choice) { return choice.value == value; });
        return is_offered ? std::optional<FormReply::Value>(value) : std::nullopt;
    }
    std::string text = text::clean(given.get_ref<const std::string&>());
    const bool fits =
        text::code_points(text) <= field.length_max && !(text.empty() && field.is_required);
    return fits ? std::optional<FormReply::Value>(std::move(text)) : std::nullopt;
}

/// Nullopt: it does not fit the form.
std::optional<FormReply> read_form(const Question& question, const Json& content) {
    if (!content.is_object()) return std::nullopt;
    FormReply reply{.kind = FormReply::Kind::given};
    for (const FormField& field : question.fields) {
        const auto given = content.find(field.name);
        if (given == content.end() || given->is_null()) {
            if (field.is_required) return std::nullopt;
            continue;
        }
        auto value = read_value(field, *given);
        if (!value) return std::nullopt;
        reply.values.emplace(field.name, *std::move(value));
    }
    return reply;
}

/// Nullopt: there is no answer that can be used.
std::optional<FormReply> read_answer(const Question& question, const mcp::ClientInput* input) {
    if (input == nullptr || !input->answers.is_object()) return std::nullopt;
    const auto answer = input->answers.find(question.key);
    if (answer == input->answers.end() || !answer->is_object()) return std::nullopt;
    const auto action = answer->find("action");
    if (action == answer->end()) return std::nullopt;
    if (*action == "decline" || *action == "cancel")
        return FormReply{.kind = FormReply::Kind::declined};
    const auto content = answer->find("content");
    if (*action != "accept" || content == answer->end()) return std::nullopt;
    return read_form(question, *content);
}

}  // namespace

FormReply CallQuestions::ask(const Question& question) {
    if (!can_ask_) return {};
    if (auto reply = read_answer(question, input_)) return *std::move(reply);
    open_.push_back({.key = question.key,
                     .kind = mcp::InputRequest::Kind::form,
                     .params_json = params_of(question)});
    return {.kind = FormReply::Kind::asked};
}

}  // namespace shopkeeper::tools
