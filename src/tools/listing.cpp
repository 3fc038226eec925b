#include "tools/listing.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/json_writer.hpp"

namespace shopkeeper::tools {
namespace {

/// Members in the file's order.
using Document = nlohmann::ordered_json;

/// A longer text than this no model writes by accident: its limit is not worth a word.
constexpr std::int64_t kWordedLengthMax = 4000;

const Document* find(const Document& object, const char* name) {
    const auto member = object.find(name);
    return member != object.end() ? &*member : nullptr;
}

std::string number(const Document& schema, const char* keyword) {
    return schema.at(keyword).dump();
}

/// "1 to 50" where both ends are worth a word.
std::string range(const Document& schema, const char* least, const char* most) {
    const Document* low = find(schema, least);
    return low != nullptr ? low->dump() + " to " + number(schema, most)
                          : "at most " + number(schema, most);
}

void say(std::string& words, const std::string& sentence) {
    if (!words.empty()) words += ' ';
    words += sentence;
}

std::string capital(std::string sentence) {
    if (sentence.starts_with("at ")) sentence[0] = 'A';
    return sentence;
}

/// The description with the limits and the default of an argument.
std::string described(const Document& schema) {
    std::string words = schema.value("description", "");
    if (const Document* most = find(schema, "maxLength");
        most != nullptr && most->get<std::int64_t>() <= kWordedLengthMax) {
        const bool is_exact = schema.value("minLength", Document()) == *most;
        say(words, (is_exact ? "" : "Max ") + most->dump() + " chars.");
    }
    if (schema.contains("maximum")) say(words, capital(range(schema, "minimum", "maximum")) + ".");
    if (schema.contains("maxItems"))
        say(words, capital(range(schema, "minItems", "maxItems")) + ".");
    if (const Document* value = find(schema, "default")) {
        const bool is_nothing = *value == false || *value == 0;
        if (!is_nothing)
            say(words, "Default: " +
                           (value->is_string() ? value->get<std::string>() : value->dump()) + ".");
    }
    return words;
}

void write_input(JsonWriter& out, const Document& schema) {
    out.begin_object();
    out.raw_field("type", schema.at("type").dump());
    out.field_if("description", described(schema));
    if (const Document* words = find(schema, "enum")) out.raw_field("enum", words->dump());
    if (const Document* properties = find(schema, "properties")) {
        out.key("properties");
        out.begin_object();
        for (const auto& [name, property] : properties->items()) {
            out.key(name);
            write_input(out, property);
        }
        out.end_object();
    }
    if (const Document* items = find(schema, "items")) {
        out.key("items");
        write_input(out, *items);
    }
    if (const Document* required = find(schema, "required"))
        out.raw_field("required", required->dump());
    out.end_object();
}

void write_output(JsonWriter& out, const Document& schema) {
    out.begin_object();
    out.raw_field("type", schema.at("type").dump());
    if (const Document* listed = find(schema, "listed")) {
        out.key("properties");
        out.begin_object();
        for (const Document& name : *listed) {
            out.key(name.get_ref<const std::string&>());
            write_output(out, schema.at("properties").at(name.get_ref<const std::string&>()));
        }
        out.end_object();
    }
    out.end_object();
}

/// The title stands among the annotations, where every revision since 2025-03-26 looks for it.
void write_annotations(JsonWriter& out, const Document& tool) {
    out.begin_object();
    if (const Document* title = find(tool, "title")) out.raw_field("title", title->dump());
    for (const auto& [hint, value] : tool.at("annotations").items())
        out.raw_field(hint, value.dump());
    out.end_object();
}

}  // namespace

std::string listed_tool(std::string_view file_text) {
    try {
        const Document tool = Document::parse(file_text);
        JsonWriter out;
        out.begin_object();
        for (const auto& [member, value] : tool.items()) {
            if (member == "title") continue;
            out.key(member);
            if (member == "inputSchema")
                write_input(out, value);
            else if (member == "outputSchema")
                write_output(out, value);
            else if (member == "annotations")
                write_annotations(out, tool);
            else
                out.raw(value.dump());
        }
        out.end_object();
        return std::move(out).take();
    } catch (const Document::exception& unusable) {
        throw std::logic_error(std::string("cannot be listed: ") + unusable.what());
    }
}

}  // namespace shopkeeper::tools
