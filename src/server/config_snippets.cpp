#include "server/config_snippets.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json_writer.hpp"

namespace shopkeeper::server {
namespace {

// Clients put it before every tool name and cut names that grow long: keep it short (clients.md 3).
constexpr std::string_view kServerName = "shop";

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Both are named although they may be the defaults: the client may run with another environment.
Pairs environment(const StdioEntry& entry) {
    return {{"SHOPKEEPER_HOME", entry.home.string()}, {"SHOPKEEPER_DB", entry.database}};
}

std::string json_text(std::string_view text) {
    std::string out;
    append_json_string(out, text);  // TOML's basic strings have the same escapes
    return out;
}

/// One word of a POSIX shell.
std::string shell_word(const std::string& text) {
    const bool is_plain =
        !text.empty() && text.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789_@%+=:,./-") == std::string::npos;
    if (is_plain) return text;
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

/// `{"<top>": {"shop": {"type"?, "command", "args", "env"}}}`, laid out for reading.
std::string json_entry(std::string_view top, bool has_type, const StdioEntry& entry) {
    std::string text = "{\n  " + json_text(top) + ": {\n    " + json_text(kServerName) + ": {\n";
    if (has_type) text += "      \"type\": \"stdio\",\n";
    text += "      \"command\": " + json_text(entry.binary.string()) + ",\n";
    text += "      \"args\": [\"stdio\"],\n      \"env\": {\n";
    const Pairs variables = environment(entry);
    for (std::size_t i = 0; i < variables.size(); ++i) {
        text += "        " + json_text(variables[i].first) + ": " + json_text(variables[i].second);
        text += i + 1 < variables.size() ? ",\n" : "\n";
    }
    return text + "      }\n    }\n  }\n}\n";
}

std::string json_url(std::string_view top, bool has_type, std::string_view url) {
    return "{\n  " + json_text(top) + ": {\n    " + json_text(kServerName) + ": {\n" +
           (has_type ? "      \"type\": \"http\",\n" : "") + "      \"url\": " + json_text(url) +
           "\n    }\n  }\n}\n";
}

std::string codex_table() {
    return "[mcp_servers." + std::string(kServerName) + "]\n";
}

}  // namespace

std::string_view word(Client client) {
    constexpr std::array<std::string_view, kClients.size()> kWords = {
        "claude-desktop", "claude-code", "vscode", "cursor", "codex"};
    return kWords.at(static_cast<std::size_t>(client));
}

std::string_view destination(Client client) {
    switch (client) {
        case Client::claude_desktop:
            return "Settings > Developer > Edit Config opens the file: claude_desktop_config.json "
                   "in\n"
                   "~/Library/Application Support/Claude (macOS), %APPDATA%\\Claude (Windows) or\n"
                   "~/.config/Claude (Linux). Restart Claude Desktop afterwards.";
        case Client::claude_code:
            return "Run this in a terminal.";
        case Client::vscode:
            return ".vscode/mcp.json in the workspace, or \"MCP: Open User Configuration\".";
        case Client::cursor:
            return "~/.cursor/mcp.json, or .cursor/mcp.json in the project.";
        case Client::codex:
            return "~/.codex/config.toml";
    }
    return {};
}

std::string stdio_snippet(Client client, const StdioEntry& entry) {
    switch (client) {
        case Client::claude_desktop:
        case Client::cursor:
            return json_entry("mcpServers", false, entry);
        case Client::vscode:
            return json_entry("servers", true, entry);
        case Client::claude_code: {
            std::string line = "claude mcp add " + std::string(kServerName);
            for (const auto& [name, value] : environment(entry))
                line += " --env " + shell_word(name + "=" + value);
            return line + " -- " + shell_word(entry.binary.string()) + " stdio\n";
        }
        case Client::codex: {
            std::string text = codex_table() + "command = " + json_text(entry.binary.string()) +
                               "\nargs = [\"stdio\"]\nenv = { ";
            const Pairs variables = environment(entry);
            for (std::size_t i = 0; i < variables.size(); ++i) {
                text += (i > 0 ? ", " : "") + variables[i].first + " = " +
                        json_text(variables[i].second);
            }
            return text + " }\n";
        }
    }
    return {};
}

std::string http_snippet(Client client, std::string_view url) {
    switch (client) {
        case Client::claude_desktop:  // its file knows programs only; mcp-remote is the bridge
            return "{\n  \"mcpServers\": {\n    " + json_text(kServerName) +
                   ": {\n      \"command\": \"npx\",\n      \"args\": [\"-y\", \"mcp-remote\", " +
                   json_text(url) + ", \"--protocol\", \"auto\"]\n    }\n  }\n}\n";
        case Client::claude_code:
            return "claude mcp add --transport http " + std::string(kServerName) + " " +
                   shell_word(std::string(url)) + "\n";
        case Client::vscode:
            return json_url("servers", true, url);
        case Client::cursor:
            return json_url("mcpServers", false, url);
        case Client::codex:
            return codex_table() + "url = " + json_text(url) + "\n";
    }
    return {};
}

}  // namespace shopkeeper::server
