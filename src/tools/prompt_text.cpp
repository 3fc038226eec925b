#include "tools/prompt_text.hpp"

#include <algorithm>
#include <charconv>

namespace shopkeeper::tools {
namespace {

constexpr std::size_t kIdDigitsMax = 18;

/// One line with its arguments in it; nullopt when one was not given.
std::optional<std::string> fill(std::string_view line, const mcp::PromptArguments& given) {
    std::string filled;
    for (;;) {
        const std::size_t open = line.find('{');
        const std::size_t close = open == std::string_view::npos ? open : line.find('}', open);
        if (close == std::string_view::npos) return filled.append(line);
        const auto value = given.find(line.substr(open + 1, close - open - 1));
        if (value == given.end()) return std::nullopt;
        filled.append(line.substr(0, open)).append(value->second);
        line.remove_prefix(close + 1);
    }
}

}  // namespace

std::string fill_lines(std::string_view text, const mcp::PromptArguments& given) {
    std::string filled;
    while (!text.empty()) {
        const std::size_t feed = std::min(text.find('\n'), text.size());
        if (const auto line = fill(text.substr(0, feed), given)) filled.append(*line).append("\n");
        text.remove_prefix(std::min(feed + 1, text.size()));
    }
    return filled;
}

std::optional<Json> fill_arguments(const Json& arguments, const mcp::PromptArguments& given) {
    Json filled = arguments;
    for (auto& [name, value] : filled.items()) {
        const auto* text = value.get_ptr<const std::string*>();
        if (text == nullptr || text->size() < 3 || text->front() != '{' || text->back() != '}')
            continue;
        const auto argument = given.find(std::string_view(*text).substr(1, text->size() - 2));
        if (argument == given.end()) return std::nullopt;
        value = argument->second;
    }
    return filled;
}

std::optional<std::int64_t> read_id(std::string_view text) {
    std::int64_t id = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, id);
    const bool is_id =
        text.size() <= kIdDigitsMax && read.ec == std::errc() && read.ptr == end && id > 0;
    return is_id ? std::optional(id) : std::nullopt;
}

}  // namespace shopkeeper::tools
