#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// What a person pastes into an MCP client so that it finds this server. Rule: clients.md 2.
namespace shopkeeper::server {

/// How the client starts this machine's binary.
struct StdioEntry {
    std::filesystem::path binary;
    std::filesystem::path home;
    std::string database;  ///< a path, or a URL without its password
};

/// One MCP client, and how it is told of a server.
struct Client {
    std::string_view word;         ///< "claude-desktop"
    std::string_view destination;  ///< where the text goes, for the person
    std::string (*stdio)(const Client&, const StdioEntry&);  ///< null: it starts no programs
    /// It connects to a running `serve` instead. `url` ends in "/mcp".
    std::string (*http)(const Client&, std::string_view url);

    /// Of clients that are configured by a JSON file: `{top: {"shop": {"type": ..., ...}}}`.
    struct File {
        std::string_view top = "mcpServers";
        std::string_view url = "url";  ///< the member that holds the address
        std::string_view stdio_type = {};
        std::string_view http_type = {};
        bool names_tools = false;  ///< lists the tools that may be used; here all
    } file = {};
};

/// All that we know, the most used first.
std::span<const Client> clients();

}  // namespace shopkeeper::server
