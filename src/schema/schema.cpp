#include "schema/schema.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"

namespace shopkeeper::schema {

enum class Type { any, object, array, string, integer, number, boolean };

struct Schema::Node {
    Type type = Type::any;
    bool nullable = false;

    // object
    std::vector<std::pair<std::string, Node>> properties;
    std::set<std::string, std::less<>> required;
    bool closed = false;               ///< additionalProperties: false
    std::unique_ptr<Node> additional;  ///< additionalProperties: a schema

    // array
    std::unique_ptr<Node> items;
    std::optional<std::size_t> min_items, max_items;

    // string
    std::optional<std::size_t> min_length, max_length;
    std::vector<std::string> enumeration;

    // number, integer
    std::optional<double> minimum, maximum;

    std::optional<Json> default_value;

    const Node* property(std::string_view name) const {
        for (const auto& [known, node] : properties) {
            if (known == name) return &node;
        }
        return additional.get();
    }
    std::vector<std::string> property_names() const {
        std::vector<std::string> names;
        for (const auto& [name, node] : properties) names.push_back(name);
        return names;
    }

    static Node compile(const Json& schema, const std::string& where);
    void check(const Json& value, const std::string& path,
               std::vector<Violation>& violations) const;
    void check_object(const Json& value, const std::string& path,
                      std::vector<Violation>& violations) const;
    void check_array(const Json& value, const std::string& path,
                     std::vector<Violation>& violations) const;
    void check_string(const Json& value, const std::string& path,
                      std::vector<Violation>& violations) const;
    void check_number(const Json& value, const std::string& path,
                      std::vector<Violation>& violations) const;
    void coerce(Json& value, const Coercion& rules) const;
    void coerce_object(Json& value, const Coercion& rules) const;
    void coerce_string(Json& value) const;
};

namespace {

[[noreturn]] void outside_dialect(const std::string& where, const std::string& why) {
    throw std::invalid_argument("schema at " + (where.empty() ? "its root" : where) + ": " + why);
}

Type type_named(const std::string& name, const std::string& where) {
    if (name == "object") return Type::object;
    if (name == "array") return Type::array;
    if (name == "string") return Type::string;
    if (name == "integer") return Type::integer;
    if (name == "number") return Type::number;
    if (name == "boolean") return Type::boolean;
    outside_dialect(where, "unknown type " + name);
}

std::size_t count_of(const Json& value, const std::string& where) {
    if (!value.is_number_unsigned()) outside_dialect(where, "a length must be a whole number");
    return value.get<std::size_t>();
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : dump_json(value);
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string number_text(double number) {
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return {digits, end};
}

/// At most so many characters of a name that a caller made up are repeated to it (domain U3).
constexpr std::size_t kNameMax = 100;

bool is_whole(double number) {
    return std::isfinite(number) && std::trunc(number) == number;
}

constexpr double kInt64Limit = 9223372036854775808.0;

/// 1.0 is an integer; what does not fit 64 bits is none.
bool is_integer(const Json& value) {
    if (value.is_number_unsigned()) {
        return value.get<std::uint64_t>() <=
               static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    }
    if (value.is_number_integer()) return true;
    if (!value.is_number_float()) return false;
    const double number = value.get<double>();
    return is_whole(number) && std::abs(number) < kInt64Limit;
}

std::optional<Json> parsed_number(std::string_view text) {
    if (text.empty() || text.size() > 40) return std::nullopt;
    const char first = text.front() == '-' && text.size() > 1 ? text[1] : text.front();
    if (first < '0' || first > '9') return std::nullopt;
    std::int64_t integer = 0;
    const char* const end = text.data() + text.size();
    if (const auto [at, error] = std::from_chars(text.data(), end, integer);
        error == std::errc() && at == end)
        return Json(integer);
    double number = 0;
    if (const auto [at, error] = std::from_chars(text.data(), end, number);
        error == std::errc() && at == end)
        return Json(number);
    return std::nullopt;
}

bool is_absent(const Json& value) {
    return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string below(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
}

std::string type_phrase(Type type) {
    switch (type) {
        case Type::object:
            return "an object";
        case Type::array:
            return "a list";
        case Type::string:
            return "text";
        case Type::integer:
            return "a whole number";
        case Type::number:
            return "a number";
        case Type::boolean:
            return "true or false";
        case Type::any:
            break;
    }
    return "a value";
}

std::string subject(const std::string& path) {
    return path.empty() ? "The value" : path;
}

}  // namespace

Schema::Node Schema::Node::compile(const Json& schema, const std::string& where) {
    if (!schema.is_object()) outside_dialect(where, "a schema must be an object");
    Node node;
    for (const auto& [keyword, value] : schema.items()) {
        const std::string here = where + "/" + keyword;
        if (keyword == "type") {
            if (value.is_string()) {
                node.type = type_named(value.get<std::string>(), here);
            } else if (value.is_array() && value.size() == 2 && value[1] == "null" &&
                       value[0].is_string()) {
                node.type = type_named(value[0].get<std::string>(), here);
                node.nullable = true;
            } else {
                outside_dialect(here, "one type name, or one and \"null\"");
            }
        } else if (keyword == "properties") {
            for (const auto& [name, property] : value.items()) {
                node.properties.emplace_back(name, compile(property, here + "/" + name));
            }
        } else if (keyword == "required") {
            for (const Json& name : value) node.required.insert(name.get<std::string>());
        } else if (keyword == "additionalProperties") {
            if (value.is_boolean())
                node.closed = !value.get<bool>();
            else
                node.additional = std::make_unique<Node>(compile(value, here));
        } else if (keyword == "items") {
            node.items = std::make_unique<Node>(compile(value, here));
        } else if (keyword == "enum") {
            for (const Json& word : value) {
                if (word.is_null())
                    node.nullable = true;
                else if (word.is_string())
                    node.enumeration.push_back(word.get<std::string>());
                else
                    outside_dialect(here, "enum values must be text");
            }
        } else if (keyword == "minimum") {
            node.minimum = value.get<double>();
        } else if (keyword == "maximum") {
            node.maximum = value.get<double>();
        } else if (keyword == "minLength") {
            node.min_length = count_of(value, here);
        } else if (keyword == "maxLength") {
            node.max_length = count_of(value, here);
        } else if (keyword == "minItems") {
            node.min_items = count_of(value, here);
        } else if (keyword == "maxItems") {
            node.max_items = count_of(value, here);
        } else if (keyword == "default") {
            node.default_value = value;
        } else if (keyword != "title" && keyword != "description" && keyword != "listed") {
            outside_dialect(here, "this keyword is not checked, so it may not be used");
        }
    }
    for (const std::string& name : node.required) {
        if (node.property(name) == nullptr)
            outside_dialect(where, "required property " + name + " is not described");
    }
    return node;
}

Schema::Schema(const Json& schema)
    : root_(std::make_unique<const Node>(Node::compile(schema, ""))) {}
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

std::vector<Violation> Schema::check(const Json& value) const {
    std::vector<Violation> violations;
    root_->check(value, "", violations);
    return violations;
}

void Schema::Node::check(const Json& value, const std::string& path,
                         std::vector<Violation>& violations) const {
    const auto wrong_type = [&] {
        violations.push_back(
            {path, subject(path) + " must be " + type_phrase(type) + ".", text_of(value), {}});
    };
    if (value.is_null() && nullable) return;
    switch (type) {
        case Type::any:
            return;
        case Type::object:
            return value.is_object() ? check_object(value, path, violations) : wrong_type();
        case Type::array:
            return value.is_array() ? check_array(value, path, violations) : wrong_type();
        case Type::string:
            return value.is_string() ? check_string(value, path, violations) : wrong_type();
        case Type::boolean:
            return value.is_boolean() ? void() : wrong_type();
        case Type::integer:
            return is_integer(value) ? check_number(value, path, violations) : wrong_type();
        case Type::number:
            return value.is_number() ? check_number(value, path, violations) : wrong_type();
    }
}

void Schema::Node::check_object(const Json& value, const std::string& path,
                                std::vector<Violation>& violations) const {
    for (const std::string& name : required) {
        if (!value.contains(name)) {
            violations.push_back({below(path, name), below(path, name) + " is required.", "", {}});
        }
    }
    for (const auto& [name, member] : value.items()) {
        if (const Node* node = property(name)) {
            node->check(member, below(path, name), violations);
        } else if (closed) {
            const auto names = property_names();
            const std::string unknown = below(path, text::truncate(text::clean(name), kNameMax));
            violations.push_back(
                {unknown, "There is no field " + unknown + "; accepted: " + joined(names) + ".", "",
                 names});
        }
    }
}

void Schema::Node::check_array(const Json& value, const std::string& path,
                               std::vector<Violation>& violations) const {
    const auto wrong = [&](const std::string& accepted) {
        violations.push_back({path,
                              subject(path) + " must have " + accepted + ".",
                              std::to_string(value.size()) + " elements",
                              {}});
    };
    if (min_items && value.size() < *min_items)
        wrong("at least " + std::to_string(*min_items) + " elements");
    if (max_items && value.size() > *max_items)
        return wrong("at most " + std::to_string(*max_items) + " elements");
    if (!items) return;
    for (std::size_t i = 0; i < value.size(); ++i) {
        items->check(value[i], path + "[" + std::to_string(i) + "]", violations);
    }
}

void Schema::Node::check_string(const Json& value, const std::string& path,
                                std::vector<Violation>& violations) const {
    const auto& content = value.get_ref<const std::string&>();
    if (!enumeration.empty()) {
        if (std::find(enumeration.begin(), enumeration.end(), content) == enumeration.end()) {
            violations.push_back({path,
                                  subject(path) + " must be one of: " + joined(enumeration) + ".",
                                  content, enumeration});
        }
        return;
    }
    if (!min_length && !max_length) return;
    const std::size_t length = text::code_points(content);
    if (min_length && length < *min_length) {
        violations.push_back(
            {path,
             subject(path) + " must have at least " + std::to_string(*min_length) + " characters.",
             content,
             {}});
    }
    if (max_length && length > *max_length) {
        violations.push_back(
            {path,
             subject(path) + " must have at most " + std::to_string(*max_length) + " characters.",
             content,
             {}});
    }
}

void Schema::Node::check_number(const Json& value, const std::string& path,
                                std::vector<Violation>& violations) const {
    const double number = value.get<double>();
    const bool too_small = minimum && number < *minimum;
    const bool too_large = (maximum && number > *maximum) || !std::isfinite(number);
    if (!too_small && !too_large) return;
    std::string accepted =
        minimum && maximum ? "between " + number_text(*minimum) + " and " + number_text(*maximum)
        : minimum          ? "at least " + number_text(*minimum)
        : maximum          ? "at most " + number_text(*maximum)
                           : "finite";
    violations.push_back({path, subject(path) + " must be " + accepted + ".", text_of(value), {}});
}

void Schema::coerce(Json& value, const Coercion& rules) const {
    root_->coerce(value, rules);
}

void Schema::Node::coerce(Json& value, const Coercion& rules) const {
    if (value.is_string()) value = text::clean(value.get_ref<const std::string&>());
    switch (type) {
        case Type::object:
            if (value.is_object()) coerce_object(value, rules);
            break;
        case Type::array: {
            if (value.is_string()) {
                Json list = Json::array();
                std::string_view rest = value.get_ref<const std::string&>();
                while (!rest.empty()) {
                    const auto comma = rest.find(',');
                    if (const auto word = text::trim(rest.substr(0, comma)); !word.empty())
                        list.push_back(std::string(word));
                    rest = comma == std::string_view::npos ? std::string_view()
                                                           : rest.substr(comma + 1);
                }
                value = std::move(list);
            }
            if (value.is_array() && items) {
                for (Json& element : value) items->coerce(element, rules);
            }
            break;
        }
        case Type::string:
            coerce_string(value);
            break;
        case Type::integer:
        case Type::number:
            if (value.is_string()) {
                if (auto number = parsed_number(value.get_ref<const std::string&>()))
                    value = std::move(*number);
            }
            // 8.0 counts as 8, and is 8 from here on.
            if (type == Type::integer && value.is_number_float() && is_integer(value)) {
                value = static_cast<std::int64_t>(value.get<double>());
            }
            break;
        case Type::boolean:
            if (value.is_string()) {
                const std::string word = text::lower(value.get_ref<const std::string&>());
                if (word == "true")
                    value = true;
                else if (word == "false")
                    value = false;
            }
            break;
        case Type::any:
            break;
    }
}

void Schema::Node::coerce_object(Json& value, const Coercion& rules) const {
    for (auto member = value.begin(); member != value.end();) {
        const Node* node = property(member.key());
        if (contains(rules.digit_texts, member.key()) && member->is_number_integer())
            *member = dump_json(*member);
        if (node != nullptr && !contains(rules.verbatim, member.key()))
            node->coerce(*member, rules);
        if (is_absent(*member))
            member = value.erase(member);
        else
            ++member;
    }
    for (const auto& [name, node] : properties) {
        if (node.default_value && !value.contains(name)) value[name] = *node.default_value;
    }
}

void Schema::Node::coerce_string(Json& value) const {
    if (!value.is_string() || enumeration.empty()) return;
    const std::string folded = text::lower(value.get_ref<const std::string&>());
    for (const std::string& word : enumeration) {
        if (text::lower(word) == folded) {
            value = word;
            return;
        }
    }
}

}  // namespace shopkeeper::schema
