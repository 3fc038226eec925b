#include "tools/listing.hpp"

#include <charconv>
#include <stdexcept>

#include "base/json.hpp"
#include "base/json_slice.hpp"
#include "base/json_writer.hpp"

namespace shopkeeper::tools {
namespace {

/// Limits of texts that are worth a word. What has a shorter one has a form of its own (a phone, a
/// time, a color); a longer text no model writes by accident.
constexpr std::int64_t kWordedLengthMin = 100;
constexpr std::int64_t kWordedLengthMax = 4000;

std::int64_t number(const JsonSlice& value) {
    std::int64_t number = 0;
    std::from_chars(value.text().data(), value.text().data() + value.text().size(), number);
    return number;
}

void say(std::string& words, const std::string& sentence) {
    if (!words.empty()) words += ' ';
    words += sentence;
}

/// "1 to 50." where both ends are given.
void say_range(std::string& words, const std::optional<JsonSlice>& least,
               const std::optional<JsonSlice>& most) {
    if (!most) return;
    const std::string end = std::string(most->text()) + ".";
    say(words, least ? std::string(least->text()) + " to " + end : "At most " + end);
}

/// The description with the limits and the default of an argument, as the inside of a JSON string.
std::string described(const JsonSlice::Members& schema) {
    std::string words;
    if (const auto given = schema.find("description")) words = given->inside();
    if (const auto most = schema.find("maxLength")) {
        const std::int64_t length = number(*most);
        if (length >= kWordedLengthMin && length <= kWordedLengthMax)
            say(words, "Max " + std::string(most->text()) + " chars.");
    }
    say_range(words, schema.find("minimum"), schema.find("maximum"));
    say_range(words, schema.find("minItems"), schema.find("maxItems"));
    if (const auto value = schema.find("default")) {
        const bool is_nothing = value->text() == "false" || value->text() == "0";
        const std::string_view text = value->is_string() ? value->inside() : value->text();
        if (!is_nothing) say(words, "Default: " + std::string(text) + ".");
    }
    return words;
}

/// The member as it stands in the file, without white space; an absent one is left out.
void copy(JsonWriter& out, std::string_view name, const std::optional<JsonSlice>& value) {
    if (value) out.raw_field(name, compact_json(value->text()));
}

void write_input(JsonWriter& out, const JsonSlice& file_schema) {
    const auto schema = file_schema.members();
    out.begin_object();
    copy(out, "type", schema.at("type"));
    if (const std::string words = described(schema); !words.empty())
        out.raw_field("description", "\"" + words + "\"");
    copy(out, "enum", schema.find("enum"));
    if (const auto properties = schema.find("properties")) {
        out.key("properties");
        out.begin_object();
        for (const auto& [name, property] : properties->members()) {
            out.key(name);
            write_input(out, property);
        }
        out.end_object();
    }
    if (const auto items = schema.find("items")) {
        out.key("items");
        write_input(out, *items);
    }
    copy(out, "required", schema.find("required"));
    out.end_object();
}

void write_output(JsonWriter& out, const JsonSlice& file_schema) {
    const auto schema = file_schema.members();
    out.begin_object();
    copy(out, "type", schema.at("type"));
    if (const auto listed = schema.find("listed")) {
        const auto properties = schema.at("properties").members();
        out.key("properties");
        out.begin_object();
        for (const JsonSlice& name : listed->elements()) {
            out.key(name.inside());
            write_output(out, properties.at(name.inside()));
        }
        out.end_object();
    }
    out.end_object();
}

/// The title stands among the annotations, where every revision since 2025-03-26 looks for it.
void write_annotations(JsonWriter& out, const JsonSlice::Members& tool) {
    out.begin_object();
    copy(out, "title", tool.find("title"));
    for (const auto& [hint, value] : tool.at("annotations").members()) copy(out, hint, value);
    out.end_object();
}

}  // namespace

std::string listed_tool(std::string_view file_text) {
    const auto tool = JsonSlice::of(file_text).members();
    JsonWriter out;
    out.begin_object();
    for (const auto& [member, value] : tool) {
        if (member == "title") continue;
        if (member != "inputSchema" && member != "outputSchema" && member != "annotations") {
            copy(out, member, value);
            continue;
        }
        out.key(member);
        if (member == "inputSchema")
            write_input(out, value);
        else if (member == "outputSchema")
            write_output(out, value);
        else
            write_annotations(out, tool);
    }
    out.end_object();
    return std::move(out).take();
}

}  // namespace shopkeeper::tools
