#include "server/config_snippets.hpp"

#include <catch2/catch.hpp>

#include "base/json.hpp"

namespace shopkeeper::server {
namespace {

const StdioEntry kEntry{"/opt/a \"b\"/shopkeeper", "/home/x/it's", "/home/x/shop.db"};
const std::string kUrl = "http://127.0.0.1:8000/mcp";

void check_entry(const Json& entry) {
    CHECK(entry.at("command") == kEntry.binary.string());
    CHECK(entry.at("args") == Json::array({"stdio"}));
    CHECK(entry.at("env") ==
          Json{{"SHOPKEEPER_HOME", "/home/x/it's"}, {"SHOPKEEPER_DB", "/home/x/shop.db"}});
}

const Client& client_of(std::string_view word) {
    for (const Client& client : clients())
        if (client.word == word) return client;
    throw std::logic_error("no client " + std::string(word));
}

std::string stdio_snippet(std::string_view word) {
    const Client& client = client_of(word);
    return client.stdio(client, kEntry);
}

std::string http_snippet(std::string_view word) {
    const Client& client = client_of(word);
    return client.http(client, kUrl);
}

TEST_CASE("most clients have a file with a command, its arguments and environment", "[server]") {
    const std::string client =
        GENERATE(as<std::string>(), "claude-desktop", "cursor", "gemini-cli", "windsurf");

    const auto json = parse_json(stdio_snippet(client));

    REQUIRE(json);
    check_entry(json->at("mcpServers").at("shop"));
}

TEST_CASE("VS Code's key is servers, with a type", "[server]") {
    const auto json = parse_json(stdio_snippet("vscode"));

    REQUIRE(json);
    check_entry(json->at("servers").at("shop"));
    CHECK(json->at("servers").at("shop").at("type") == "stdio");
}

TEST_CASE("Claude Code gets one shell line in which odd paths survive", "[server]") {
    CHECK(stdio_snippet("claude-code") ==
          "claude mcp add shop --env 'SHOPKEEPER_HOME=/home/x/it'\\''s' --env "
          "SHOPKEEPER_DB=/home/x/shop.db -- "
          "'/opt/a \"b\"/shopkeeper' stdio\n");
}

TEST_CASE("Codex gets a TOML table", "[server]") {
    CHECK(stdio_snippet("codex") ==
          "[mcp_servers.shop]\n"
          "command = \"/opt/a \\\"b\\\"/shopkeeper\"\n"
          "args = [\"stdio\"]\n"
          "env = { SHOPKEEPER_HOME = \"/home/x/it's\", SHOPKEEPER_DB = \"/home/x/shop.db\" }\n");
}

TEST_CASE("Every client can also connect to a running server", "[server]") {
    CHECK(http_snippet("claude-code") ==
          "claude mcp add --transport http shop http://127.0.0.1:8000/mcp\n");
    CHECK(http_snippet("codex") == "[mcp_servers.shop]\nurl = \"http://127.0.0.1:8000/mcp\"\n");
    CHECK(parse_json(http_snippet("cursor"))->at("mcpServers").at("shop").at("url") == kUrl);
    const auto vscode = parse_json(http_snippet("vscode"))->at("servers").at("shop");
    CHECK(vscode.at("type") == "http");
    CHECK(vscode.at("url") == kUrl);
    const auto desktop = parse_json(http_snippet("claude-desktop"))->at("mcpServers").at("shop");
    CHECK(desktop.at("args") == Json::array({"-y", "mcp-remote", kUrl, "--protocol", "auto"}));
}

TEST_CASE("Clients of other shapes get theirs", "[server]") {
    const auto copilot = parse_json(stdio_snippet("copilot-cli"))->at("mcpServers").at("shop");
    check_entry(copilot);
    CHECK(copilot.at("type") == "local");
    CHECK(copilot.at("tools") == Json::array({"*"}));
    CHECK(parse_json(http_snippet("copilot-cli"))->at("mcpServers").at("shop") ==
          Json{{"type", "http"}, {"url", kUrl}, {"tools", {"*"}}});
    CHECK(parse_json(http_snippet("gemini-cli"))->at("mcpServers").at("shop") ==
          Json{{"httpUrl", kUrl}});
    CHECK(parse_json(http_snippet("windsurf"))->at("mcpServers").at("shop") ==
          Json{{"serverUrl", kUrl}});
    check_entry(parse_json(stdio_snippet("zed"))->at("context_servers").at("shop"));
    CHECK(parse_json(http_snippet("zed"))->at("context_servers").at("shop") == Json{{"url", kUrl}});
    CHECK(http_snippet("chatgpt") == kUrl + "\n");
    CHECK(http_snippet("inspector") == "npx @modelcontextprotocol/inspector --cli " + kUrl +
                                           " --transport http --method tools/list\n");
    CHECK(stdio_snippet("inspector").ends_with("'/opt/a \"b\"/shopkeeper' stdio\n"));
}

TEST_CASE("Every client has a place to paste into, and can reach a running server", "[server]") {
    for (const Client& client : clients()) {
        INFO(client.word);
        CHECK_FALSE(client.destination.empty());
        CHECK(client.http(client, kUrl).find(kUrl) != std::string::npos);
        CHECK((client.stdio == nullptr) == (client.word == "chatgpt"));
    }
}

}  // namespace
}  // namespace shopkeeper::server
