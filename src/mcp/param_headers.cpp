#include "mcp/param_headers.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "mcp/protocol.hpp"

namespace shopkeeper::mcp {
namespace {

constexpr const char* kAnnotation = "x-mcp-header";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

/// RFC 9110.
bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

const Json* value_at(const Json& arguments, const std::vector<std::string>& path) {
    const Json* value = &arguments;
    for (const std::string& name : path) {
        value = member(value, name.c_str());
        if (value == nullptr || value->is_null()) return nullptr;
    }
    return value;
}

/// Integers are compared as numbers: `42.0` says 42.
bool says(const std::string& header, const Json& value) {
    if (value.is_boolean()) return header == (value.get<bool>() ? "true" : "false");
    if (value.is_string()) return header == value.get_ref<const std::string&>();
    double number = 0;
    const auto* const end = header.data() + header.size();
    const auto [stopped, error] = std::from_chars(header.data(), end, number);
    return value.is_number() && error == std::errc() && stopped == end &&
           number == value.get<double>();
}

ProtocolError mismatch(const std::string& header, std::string_view problem) {
    return {
        kHeaderMismatch, "The header Mcp-Param-" + header + " " + std::string(problem), {}, 400};
}

}  // namespace

ParamHeaders::ParamHeaders(std::span<const ToolEntry> tools) {
    for (const ToolEntry& tool : tools) {
        // Reading every schema would slow the start of a server that has none.
        if (tool.json.find(kAnnotation) == std::string::npos) continue;
        const auto json = parse_json(tool.json);
        std::vector<Param> found;
        std::vector<std::string> path;
        if (json) collect(json->value("inputSchema", Json::object()), path, found);
        if (!found.empty()) by_tool_.emplace(tool.name, std::move(found));
    }
}

void ParamHeaders::collect(const Json& schema, std::vector<std::string>& path,
                           std::vector<Param>& found) {
    const Json* properties = member(&schema, "properties");
    if (properties == nullptr || !properties->is_object()) return;
    for (const auto& [name, property] : properties->items()) {
        path.push_back(name);
        if (const Json* header = member(&property, kAnnotation)) {
            const Json type = property.value("type", Json());
            const bool is_primitive = type == "string" || type == "integer" || type == "boolean";
            const bool is_named = header->is_string() && is_token(header->get<std::string>());
            const bool is_new =
                is_named && std::ranges::none_of(found, [&](const Param& other) {
                    return equals_ignoring_case(other.header, header->get<std::string>());
                });
            if (!is_primitive || !is_new)
                throw std::logic_error(
                    "x-mcp-header of the property " + name +
                    " must be a token of its own on a string, integer or boolean");
            found.push_back({header->get<std::string>(), path});
        }
        collect(property, path, found);
        path.pop_back();
    }
}

std::optional<ProtocolError> ParamHeaders::check_annotated(
    std::string_view tool, const Json& arguments,
    std::span<const std::pair<std::string, std::string>> headers) const {
    const auto entry = by_tool_.find(tool);
    if (entry == by_tool_.end()) return std::nullopt;
    for (const Param& param : entry->second) {
        const auto header = std::ranges::find_if(headers, [&](const auto& each) {
            return equals_ignoring_case(each.first, param.header);
        });
        const Json* value = value_at(arguments, param.path);
        if (header == headers.end()) {
            if (value == nullptr) continue;
            return mismatch(param.header, "is missing.");
        }
        const auto decoded = decode_header(header->second);
        if (!decoded) return mismatch(param.header, "holds broken base64.");
        if (value == nullptr || !says(*decoded, *value))
            return mismatch(param.header, "differs from the argument.");
    }
    return std::nullopt;
}

}  // namespace shopkeeper::mcp
