#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

/// What a person pastes into an MCP client so that it finds this server. Rule: clients.md 2.
namespace shopkeeper::server {

enum class Client { claude_desktop, claude_code, vscode, cursor, codex };

inline constexpr std::array kClients = {Client::claude_desktop, Client::claude_code, Client::vscode,
                                        Client::cursor, Client::codex};

std::string_view word(Client client);  ///< "claude-desktop"
/// Where the snippet goes, for the person.
std::string_view destination(Client client);

/// How the client starts this machine's binary.
struct StdioEntry {
    std::filesystem::path binary;
    std::filesystem::path home;
    std::string database;  ///< a path, or a URL without its password
};

std::string stdio_snippet(Client client, const StdioEntry& entry);
/// The client connects to a running `serve` instead. `url` ends in "/mcp".
std::string http_snippet(Client client, std::string_view url);

}  // namespace shopkeeper::server
