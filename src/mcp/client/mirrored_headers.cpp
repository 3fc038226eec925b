#include "mcp/client/mirrored_headers.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>

#include "base/base64.hpp"
#include "net/http_message.hpp"

namespace shopkeeper::mcp::client {
namespace {

constexpr const char* kAnnotation = "x-mcp-header";
constexpr std::string_view kPrefix = "=?base64?";
constexpr std::string_view kSuffix = "?=";
/// The largest integer that every JSON reader keeps exactly.
constexpr double kExactMax = 9007199254740991.0;

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
        return (c < 0x80 && std::isalnum(c)) || kMarks.find(static_cast<char>(c)) != kMarks.npos;
    });
}

/// Collects the annotations of one schema.
class Collector {
public:
    /// `is_reachable`: only `properties` leads here from the root.
    void walk(const Json& schema, bool is_reachable) {
        if (schema.is_array()) {
            for (const Json& item : schema) walk(item, false);
            return;
        }
        if (!schema.is_object()) return;
        if (const auto at = schema.find(kAnnotation); at != schema.end()) {
            annotation(schema, *at, is_reachable && !path_.empty());
        }
        for (const auto& [key, value] : schema.items()) {
            if (key == "properties" && value.is_object()) {
                for (const auto& [name, property] : value.items()) {
                    path_.push_back(name);
                    walk(property, is_reachable);
                    path_.pop_back();
                }
            } else if (key != "default" && key != "const" && key != "enum" && key != "examples") {
                walk(value, false);
            }
        }
    }

    std::vector<HeaderArgument> found;
    std::string problem;

private:
    void annotation(const Json& schema, const Json& name, bool is_reachable) {
        if (!name.is_string() || !is_token(name.get_ref<const std::string&>())) {
            return complain("is not the name of a header");
        }
        if (!is_reachable) return complain("stands where no argument can be told from the schema");
        const auto type = schema.find("type");
        const bool is_primitive =
            type != schema.end() && (*type == "string" || *type == "integer" || *type == "boolean");
        if (!is_primitive) return complain("is not of a string, an integer or a boolean");
        std::string header = "Mcp-Param-" + name.get<std::string>();
        const bool is_taken = std::any_of(found.begin(), found.end(), [&](const auto& other) {
            return net::equals_ignoring_case(other.header, header);
        });
        if (is_taken) return complain("comes twice");
        found.push_back({std::move(header), path_});
    }

    void complain(const char* what) {
        if (!problem.empty()) return;
        problem = std::string("the ") + kAnnotation + " at '";
        for (const std::string& name : path_) problem += "/" + name;
        problem += std::string("' ") + what;
    }

    std::vector<std::string> path_;
};

std::optional<std::string> header_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
    if (value.is_number_integer()) return value.dump();
    if (value.is_number_float()) {
        const double number = value.get<double>();
        if (std::trunc(number) == number && std::abs(number) <= kExactMax) {
            return std::to_string(static_cast<std::int64_t>(number));
        }
    }
    return std::nullopt;
}

}  // namespace

std::string encode_header(std::string_view value) {
    const bool is_plain = std::all_of(value.begin(), value.end(),
                                      [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
    const bool is_padded = !value.empty() && (value.front() == ' ' || value.back() == ' ');
    const bool looks_encoded = value.starts_with(kPrefix) && value.ends_with(kSuffix);
    if (is_plain && !is_padded && !looks_encoded) return std::string(value);
    return std::string(kPrefix) + encode_base64(value) + std::string(kSuffix);
}

tl::expected<std::vector<HeaderArgument>, std::string> header_arguments(const Json& input_schema) {
    Collector collector;
    collector.walk(input_schema, true);
    if (!collector.problem.empty()) return tl::unexpected(std::move(collector.problem));
    return std::move(collector.found);
}

net::HeaderFields mirror(const std::vector<HeaderArgument>& annotated, const Json& arguments) {
    net::HeaderFields headers;
    for (const HeaderArgument& argument : annotated) {
        const Json* value = &arguments;
        for (const std::string& name : argument.path) {
            const auto found = value->is_object() ? value->find(name) : value->end();
            value = found != value->end() ? &*found : nullptr;
            if (value == nullptr) break;
        }
        if (value == nullptr) continue;
        if (const auto text = header_text(*value)) {
            headers.emplace_back(argument.header, encode_header(*text));
        }
    }
    return headers;
}

}  // namespace shopkeeper::mcp::client
