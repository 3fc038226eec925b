#include "server/config_snippets.hpp"

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

/// One member of a JSON object: name and value as written.
struct Member {
    std::string_view name;
    std::string value;
};

/// `{"<top>": {"shop": {members}}}`, laid out for reading.
std::string json_file(const Client& client, std::vector<Member> members) {
    if (client.file.names_tools) members.push_back({"tools", "[\"*\"]"});
    std::string text =
        "{\n  " + json_text(client.file.top) + ": {\n    " + json_text(kServerName) + ": {\n";
    for (std::size_t i = 0; i < members.size(); ++i) {
        text += "      " + json_text(members[i].name) + ": " + members[i].value;
        text += i + 1 < members.size() ? ",\n" : "\n";
    }
    return text + "    }\n  }\n}\n";
}

std::string json_stdio(const Client& client, const StdioEntry& entry) {
    std::vector<Member> members;
    if (!client.file.stdio_type.empty())
        members.push_back({"type", json_text(client.file.stdio_type)});
    members.push_back({"command", json_text(entry.binary.string())});
    members.push_back({"args", "[\"stdio\"]"});
    std::string variables;
    for (const auto& [name, value] : environment(entry)) {
        variables += variables.empty() ? "{\n" : ",\n";
        variables += "        " + json_text(name) + ": " + json_text(value);
    }
    members.push_back({"env", variables + "\n      }"});
    return json_file(client, std::move(members));
}

std::string json_http(const Client& client, std::string_view url) {
    std::vector<Member> members;
    if (!client.file.http_type.empty())
        members.push_back({"type", json_text(client.file.http_type)});
    members.push_back({client.file.url, json_text(url)});
    return json_file(client, std::move(members));
}

/// For clients whose file knows programs only: mcp-remote is the bridge.
std::string bridged_http(const Client& client, std::string_view url) {
    return json_file(client, {{"command", "\"npx\""},
                              {"args", "[\"-y\", \"mcp-remote\", " + json_text(url) +
                                           ", \"--protocol\", \"auto\"]"}});
}

std::string claude_code_stdio(const Client&, const StdioEntry& entry) {
    std::string line = "claude mcp add " + std::string(kServerName);
    for (const auto& [name, value] : environment(entry))
        line += " --env " + shell_word(name + "=" + value);
    return line + " -- " + shell_word(entry.binary.string()) + " stdio\n";
}

std::string claude_code_http(const Client&, std::string_view url) {
    return "claude mcp add --transport http " + std::string(kServerName) + " " +
           shell_word(std::string(url)) + "\n";
}

std::string codex_table() {
    return "[mcp_servers." + std::string(kServerName) + "]\n";
}

std::string codex_stdio(const Client&, const StdioEntry& entry) {
    std::string text = codex_table() + "command = " + json_text(entry.binary.string()) +
                       "\nargs = [\"stdio\"]\nenv = { ";
    const Pairs variables = environment(entry);
    for (std::size_t i = 0; i < variables.size(); ++i) {
        text += (i > 0 ? ", " : "") + variables[i].first + " = " + json_text(variables[i].second);
    }
    return text + " }\n";
}

std::string codex_http(const Client&, std::string_view url) {
    return codex_table() + "url = " + json_text(url) + "\n";
}

constexpr std::string_view kInspector = "npx @modelcontextprotocol/inspector --cli ";

std::string inspector_stdio(const Client&, const StdioEntry& entry) {
    std::string line(kInspector);
    for (const auto& [name, value] : environment(entry))
        line += "-e " + shell_word(name + "=" + value) + " ";
    return line + "--method tools/list -- " + shell_word(entry.binary.string()) + " stdio\n";
}

std::string inspector_http(const Client&, std::string_view url) {
    return std::string(kInspector) + shell_word(std::string(url)) +
           " --transport http --method tools/list\n";
}

std::string bare_url(const Client&, std::string_view url) {
    return std::string(url) + "\n";
}

constexpr Client kClients[] = {
    {"claude-desktop",
     "Settings > Developer > Edit Config opens the file: claude_desktop_config.json in\n"
     "~/Library/Application Support/Claude (macOS), %APPDATA%\\Claude (Windows) or\n"
     "~/.config/Claude (Linux). Restart Claude Desktop afterwards.",
     json_stdio, bridged_http},
    {"claude-code", "Run this in a terminal.", claude_code_stdio, claude_code_http},
    {"vscode",
     ".vscode/mcp.json in the workspace, or \"MCP: Open User Configuration\".",
     json_stdio,
     json_http,
     {.top = "servers", .stdio_type = "stdio", .http_type = "http"}},
    {"cursor", "~/.cursor/mcp.json, or .cursor/mcp.json in the project.", json_stdio, json_http},
    {"codex", "~/.codex/config.toml", codex_stdio, codex_http},
    {"chatgpt",
     "Plugins > + > Add custom MCP server, with this URL. ChatGPT reaches public HTTPS addresses\n"
     "only: set SHOPKEEPER_BASE_URL to yours.",
     nullptr, bare_url},
    {"copilot-cli",
     "~/.copilot/mcp-config.json",
     json_stdio,
     json_http,
     {.stdio_type = "local", .http_type = "http", .names_tools = true}},
    {"gemini-cli", "~/.gemini/settings.json", json_stdio, json_http, {.url = "httpUrl"}},
    {"windsurf",
     "~/.codeium/windsurf/mcp_config.json",
     json_stdio,
     json_http,
     {.url = "serverUrl"}},
    {"zed",
     "The settings: \"zed: open settings\".",
     json_stdio,
     json_http,
     {.top = "context_servers"}},
    {"inspector", "Run this in a terminal; it lists the tools.", inspector_stdio, inspector_http},
};

}  // namespace

std::span<const Client> clients() {
    return kClients;
}

}  // namespace shopkeeper::server
