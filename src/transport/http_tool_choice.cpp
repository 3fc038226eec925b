#include "transport/http_tool_choice.hpp"

#include <initializer_list>
#include <string>
#include <vector>

namespace shopkeeper::transport {
namespace {

using net::equals_ignoring_case;
using net::trimmed;

bool is_any_of(std::string_view value, std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) {
        if (equals_ignoring_case(value, word)) return true;
    }
    return false;
}

/// The members of a list as people write it: "orders, shop".
std::vector<std::string> read_names(std::string_view list) {
    std::vector<std::string> names;
    while (!list.empty()) {
        const auto comma = list.find(',');
        const auto name = trimmed(list.substr(0, comma));
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
        if (!name.empty()) names.emplace_back(name);
    }
    return names;
}

}  // namespace

std::optional<ToolChoice> read_choice_headers(const net::Request& request) {
    const auto names = [&](std::string_view header) {
        return read_names(request.header(header).value_or(""));
    };
    ToolChoice choice{.toolsets = names("X-MCP-Toolsets"),
                      .tools = names("X-MCP-Tools"),
                      .excluded = names("X-MCP-Exclude-Tools")};
    const auto flag = trimmed(request.header("X-MCP-Readonly").value_or(""));
    choice.is_read_only = is_any_of(flag, {"true", "1", "yes", "on"});
    if (!choice.is_read_only && !is_any_of(flag, {"", "false", "0", "no", "off"}))
        choice.problem = "X-MCP-Readonly must be true or false.";
    const bool says_nothing = choice.toolsets.empty() && choice.tools.empty() &&
                              choice.excluded.empty() && !choice.is_read_only &&
                              choice.problem.empty();
    if (says_nothing) return std::nullopt;
    return choice;
}

std::optional<ToolChoice> read_choice_path(std::string_view rest) {
    constexpr std::string_view kReadOnly = "/readonly";
    constexpr std::string_view kToolsets = "/x/";
    ToolChoice choice;
    if (rest.ends_with(kReadOnly)) {
        choice.is_read_only = true;
        rest.remove_suffix(kReadOnly.size());
        if (rest.empty()) return choice;
    }
    if (!rest.starts_with(kToolsets)) return std::nullopt;
    rest.remove_prefix(kToolsets.size());
    choice.toolsets = read_names(rest);
    if (choice.toolsets.empty() || rest.find('/') != std::string_view::npos) return std::nullopt;
    return choice;
}

}  // namespace shopkeeper::transport
