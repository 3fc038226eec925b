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

TEST_CASE("Claude Desktop and Cursor get a command, its arguments and environment", "[server]") {
    const auto client = GENERATE(Client::claude_desktop, Client::cursor);

    const auto json = parse_json(stdio_snippet(client, kEntry));

    REQUIRE(json);
    check_entry(json->at("mcpServers").at("shop"));
}

TEST_CASE("VS Code's key is servers, with a type", "[server]") {
    const auto json = parse_json(stdio_snippet(Client::vscode, kEntry));

    REQUIRE(json);
    check_entry(json->at("servers").at("shop"));
    CHECK(json->at("servers").at("shop").at("type") == "stdio");
}

TEST_CASE("Claude Code gets one shell line in which odd paths survive", "[server]") {
    CHECK(stdio_snippet(Client::claude_code, kEntry) ==
          "claude mcp add shop --env 'SHOPKEEPER_HOME=/home/x/it'\\''s' --env "
          "SHOPKEEPER_DB=/home/x/shop.db -- "
          "'/opt/a \"b\"/shopkeeper' stdio\n");
}

TEST_CASE("Codex gets a TOML table", "[server]") {
    CHECK(stdio_snippet(Client::codex, kEntry) ==
          "[mcp_servers.shop]\n"
          "command = \"/opt/a \\\"b\\\"/shopkeeper\"\n"
          "args = [\"stdio\"]\n"
          "env = { SHOPKEEPER_HOME = \"/home/x/it's\", SHOPKEEPER_DB = \"/home/x/shop.db\" }\n");
}

TEST_CASE("Every client can also connect to a running server", "[server]") {
    CHECK(http_snippet(Client::claude_code, kUrl) ==
          "claude mcp add --transport http shop http://127.0.0.1:8000/mcp\n");
    CHECK(http_snippet(Client::codex, kUrl) ==
          "[mcp_servers.shop]\nurl = \"http://127.0.0.1:8000/mcp\"\n");
    CHECK(parse_json(http_snippet(Client::cursor, kUrl))->at("mcpServers").at("shop").at("url") ==
          kUrl);
    const auto vscode = parse_json(http_snippet(Client::vscode, kUrl))->at("servers").at("shop");
    CHECK(vscode.at("type") == "http");
    CHECK(vscode.at("url") == kUrl);
    const auto desktop =
        parse_json(http_snippet(Client::claude_desktop, kUrl))->at("mcpServers").at("shop");
    CHECK(desktop.at("args") == Json::array({"-y", "mcp-remote", kUrl, "--protocol", "auto"}));
}

TEST_CASE("Every client has a word and a place to paste into", "[server]") {
    CHECK(word(Client::claude_desktop) == "claude-desktop");
    CHECK(word(Client::codex) == "codex");
    for (const Client client : kClients) CHECK_FALSE(destination(client).empty());
}

}  // namespace
}  // namespace shopkeeper::server
