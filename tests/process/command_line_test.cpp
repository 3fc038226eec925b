// The binary as a person at a terminal meets it: what it prints where, and how it ends.
#include <catch2/catch.hpp>
#include <filesystem>
#include <regex>

#include "base/json.hpp"
#include "process/command.hpp"
#include "storage/database.hpp"

namespace shopkeeper::test {
namespace {

bool says(const std::string& text, std::string_view words) {
    return text.find(words) != std::string::npos;
}

TEST_CASE("--version and --help answer on stdout", "[process]") {
    const CommandLine shop;

    const auto version = shop.run({"--version"});
    CHECK(version.code == 0);
    CHECK(std::regex_match(version.out, std::regex("shopkeeper \\d+\\.\\d+\\.\\d+\n")));

    const auto help = shop.run({"--help"});
    CHECK(help.code == 0);
    for (const char* command : {"serve", "stdio", "tools", "call", "init", "shop", "user", "key",
                                "client", "db", "config"}) {
        CHECK(says(help.out, command));
        CHECK(shop.run({command, "--help"}).code == 0);
    }
}

TEST_CASE("A10: a command line that makes no sense ends with 2 and says why", "[process]") {
    const CommandLine shop;
    using Words = std::vector<std::string>;

    for (const Words& words :
         {Words{}, Words{"bogus"}, Words{"user"}, Words{"call"}, Words{"serve", "--nonsense"},
          Words{"tools", "--domain", "cakes"}, Words{"config", "emacs"}}) {
        const auto finished = shop.run(words);
        INFO((words.empty() ? "" : words.back()) << ": " << finished.err);
        CHECK(finished.code == 2);
        CHECK_FALSE(finished.err.empty());
        CHECK(finished.out.empty());
    }
    CHECK(says(shop.run({"bogus"}).err, "no command \"bogus\""));
    CHECK(says(shop.run({"tools", "--domain", "cakes"}).err, "warehouse"));
}

TEST_CASE("tools lists the 37 tools by domain, without a database", "[process]") {
    const CommandLine shop;

    const auto listed = shop.run({"tools"});
    CHECK(listed.code == 0);
    CHECK(says(listed.out, "Total: 37 tools\n"));
    for (const char* heading : {"auth (2)", "products (8)", "orders (9)", "warehouse (5)",
                                "shop (7)", "reviews (4)", "telegram (2)"}) {
        INFO(heading);
        CHECK(says(listed.out, heading));
    }

    const auto one = shop.run({"tools", "--domain", "auth"});
    CHECK(says(one.out, "Total: 2 tools\n"));
    CHECK_FALSE(says(one.out, "orders"));

    const auto json = parse_json(shop.run({"tools", "--json"}).out);
    REQUIRE(json);
    CHECK(json->at("total") == 37);
    CHECK(json->at("tools").size() == 37);
    CHECK(json->at("tools").at(0).contains("inputSchema"));
}

TEST_CASE("init makes a home once, keeps it private and never shows a secret", "[process]") {
    const CommandLine shop;

    const auto made = shop.run({"init", "--name", "Тюльпан"});
    CHECK(made.code == 0);
    CHECK(says(made.out, "Тюльпан"));
    for (const char* name : {"auth_jwt_secret", "service_key", "pseudonym_key"}) {
        const std::filesystem::path file = shop.home() + "/secrets/" + name;
        REQUIRE(std::filesystem::exists(file));
        CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms(0077)) ==
              std::filesystem::perms::none);
        std::ifstream in(file);
        std::string secret;
        in >> secret;
        CHECK_FALSE(says(made.out + made.err, secret));
    }
    CHECK((std::filesystem::status(shop.database()).permissions() & std::filesystem::perms(0077)) ==
          std::filesystem::perms::none);

    const auto again = shop.run({"init", "--demo"});
    CHECK(again.code == 0);
    CHECK(says(again.out, "nothing was changed"));
    const auto status = parse_json(shop.run({"db", "status", "--json"}).out);
    REQUIRE(status);
    CHECK(status->at("shops") == 1);
    CHECK(status->at("products") == 0);
}

TEST_CASE("the demo shop is sound, and its staff can use it", "[process]") {
    const CommandLine shop;
    const auto made = shop.run({"init", "--demo", "--demo-password", "tulips and roses"});
    REQUIRE(made.code == 0);
    CHECK(says(made.out, "+77000000803"));

    const auto checked = shop.run({"db", "check", "--json"});
    INFO(checked.out << checked.err);
    CHECK(checked.code == 0);
    CHECK(parse_json(checked.out)->at("ok") == true);

    const auto found = shop.run({"call", "list_products", R"({"limit": 2})"});
    CHECK(found.code == 0);
    CHECK(parse_json(found.out)->at("items").size() == 2);

    const auto stock = shop.run({"call", "list_warehouse_items", "--as", "8 700 000 08 03"});
    CHECK(stock.code == 0);
    CHECK_FALSE(parse_json(stock.out)->at("items").empty());

    const auto signed_in = shop.run({"call", "login", "-"},
                                    R"({"phone": "87000000803", "password": "tulips and roses"})");
    CHECK(signed_in.code == 0);
    CHECK(parse_json(signed_in.out)->at("user").at("role") == "florist");
}

TEST_CASE("a refused call ends with 1, its reason on stderr and nothing on stdout", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);

    const auto refused = shop.run({"call", "list_warehouse_items"});
    CHECK(refused.code == 1);
    CHECK(refused.out.empty());
    CHECK(says(refused.err, "unauthenticated"));

    CHECK(shop.run({"call", "no_such_tool"}).code == 2);
    CHECK(shop.run({"call", "get_faq", "[1, 2]"}).code == 2);
    CHECK(shop.run({"call", "get_faq", "{\"broken"}).code == 2);
    CHECK(shop.run({"call", "get_faq", "--as", "nobody"}).code == 2);
    CHECK(shop.run({"call", "get_faq", "--as", "+77000000099"}).code == 1);
}

TEST_CASE("C3: staff are added with a password from stdin or the environment, never from a flag",
          "[process]") {
    CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);

    const auto added =
        shop.run({"user", "add", "8 700 000 00 01", "--name", "Айгуль", "--role", "director"},
                 "first password\n");
    INFO(added.err);
    REQUIRE(added.code == 0);
    CHECK_FALSE(says(added.out + added.err, "first password"));
    const std::string sign_in = R"({"phone": "87000000001", "password": ")";
    CHECK(shop.run({"call", "login", sign_in + "first password\"}"}).code == 0);

    CHECK(shop.run({"user", "add", "87000000001", "--name", "Again"}, "first password\n").code ==
          1);
    CHECK(shop.run({"user", "add", "87000000002", "--name", "Short"}, "short\n").code == 1);
    CHECK(shop.run({"user", "add", "87000000002", "--name", "None"}).code == 2);
    CHECK(shop.run({"user", "add", "87000000002", "--name", "Odd", "--role", "king"},
                   "some password\n")
              .code == 2);
    CHECK(shop.run({"user", "deactivate", "87000000001"}).code == 1);  // A18

    shop.set("SHOPKEEPER_PASSWORD", "second password");
    CHECK(shop.run({"user", "passwd", "87000000001"}).code == 0);
    CHECK(shop.run({"call", "login", sign_in + "first password\"}"}).code == 1);
    CHECK(shop.run({"call", "login", sign_in + "second password\"}"}).code == 0);
    const auto listed = parse_json(shop.run({"user", "list", "--json"}).out);
    REQUIRE(listed);
    REQUIRE(listed->size() == 1);
    CHECK(listed->at(0).at("role") == "director");
}

TEST_CASE("K9: a key is shown once and dies when it is revoked", "[process]") {
    CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);

    const auto created = shop.run({"key", "create", "--name", "bot", "--scopes", "internal"});
    REQUIRE(created.code == 0);
    const std::string key = created.out.substr(0, created.out.find('\n'));
    CHECK(std::regex_match(key, std::regex("shk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")));
    CHECK_FALSE(says(shop.run({"key", "list"}).out, key));

    shop.set("SHOPKEEPER_AUTH_TOKEN", key);
    CHECK(shop.run({"call", "get_faq"}).code == 0);
    CHECK(shop.run({"key", "revoke", "1"}).code == 0);
    const auto refused = shop.run({"call", "get_faq"});
    CHECK(refused.code == 1);
    CHECK(says(refused.err, "unauthenticated"));
}

TEST_CASE("I9, I10: what the operator does is audited like a tool's call, and names nobody",
          "[process]") {
    CommandLine shop;
    shop.set("SHOPKEEPER_PASSWORD", "some password");
    REQUIRE(shop.run({"init"}).code == 0);
    REQUIRE(
        shop.run({"user", "add", "87000000001", "--name", "Айгуль", "--role", "director"}).code ==
        0);
    REQUIRE(shop.run({"user", "add", "87000000002", "--name", "Root", "--superadmin"}).code == 0);
    REQUIRE(shop.run({"user", "add", "87000000001", "--name", "Again"}).code == 1);
    REQUIRE(shop.run({"user", "passwd", "87000000001"}).code == 0);
    REQUIRE(shop.run({"user", "role", "87000000001", "director"}).code == 0);  // is one
    REQUIRE(shop.run({"user", "activate", "87000000002"}).code == 0);          // is active
    REQUIRE(shop.run({"key", "create", "--name", "bot", "--scopes", "internal"}).code == 0);
    REQUIRE(shop.run({"key", "revoke", "1"}).code == 0);
    REQUIRE(shop.run({"key", "revoke", "1"}).code == 0);  // already

    std::string trail;
    std::string all;
    const auto database = storage::open_sqlite({.path = shop.database()});
    const storage::Rows rows = database->read([](storage::Connection& connection) {
        return connection.query(
            "SELECT shop_id, actor_kind, actor, tool, target_kind, target_id, before_json, "
            "after_json FROM audit_log ORDER BY id");
    });
    for (const storage::Row row : rows) {
        CHECK(row.get<std::string>(1) + " " + row.get<std::string>(2) == "system operator");
        trail += std::to_string(row.get<std::int64_t>(0)) + " " + row.get<std::string>(3) + " " +
                 row.get<std::string>(4) + " " + row.get<std::string>(5) + "\n";
        all += row.get<std::optional<std::string>>(6).value_or("-") + "\n" +
               row.get<std::string>(7) + "\n";
    }
    CHECK(trail ==
          "8 init shop 8\n8 user add staff_user 1\n0 user add staff_user 2\n"
          "8 user passwd staff_user 1\n0 key create api_key 1\n0 key revoke api_key 1\n");
    INFO(all);
    CHECK(says(all, R"("role":"director")"));
    CHECK(says(all, R"("is_active":false)"));
    for (const char* personal : {"7000000", "Айгуль", "Root", "password", "bot", "shk_"})
        CHECK_FALSE(says(all, personal));
    CHECK(parse_json(shop.run({"db", "check", "--json"}).out)->at("ok") == true);
}

TEST_CASE("S5, O40: the operator sets what no tool sets, and it is audited once", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);

    CHECK(says(shop.run({"shop", "set"}).out,
               "prepayment is not demanded, new orders keep "
               "their stock for 72 hours, managers may not"));
    const auto done = shop.run({"shop", "set", "--prepay-minutes", "60", "--reservation-hours",
                                "48", "--managers-edit-settings", "1"});
    CHECK(says(done.out,
               "shop 8: prepayment within 60 minutes, new orders keep their stock for 48 hours, "
               "managers may edit"));
    CHECK(says(shop.run({"shop", "set"}).out, "within 60 minutes"));
    CHECK(shop.run({"shop", "set", "--prepay-minutes", "4"}).code == 1);
    CHECK(shop.run({"shop", "set", "--reservation-hours", "0"}).code == 1);
    CHECK(shop.run({"shop", "set", "--reservation-hours", "721"}).code == 1);
    CHECK(shop.run({"shop", "set", "--shop", "99"}).code == 1);

    const auto database = storage::open_sqlite({.path = shop.database()});
    const storage::Rows rows = database->read([](storage::Connection& connection) {
        return connection.query(
            "SELECT shop_id, before_json, after_json FROM audit_log WHERE tool = 'shop set'");
    });
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().get<std::int64_t>(0) == 8);
    CHECK(says(rows.front().get<std::string>(1), R"("prepay_minutes":0)"));
    CHECK(says(rows.front().get<std::string>(2), R"("prepay_minutes":60)"));
    CHECK(says(shop.run({"shop", "set", "--prepay-minutes", "0"}).out, "is not demanded"));
}

TEST_CASE("C12: key list says when a key was last used", "[process]") {
    CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    const auto created = shop.run({"key", "create", "--name", "till", "--scopes", "tools:read"});
    REQUIRE(created.code == 0);
    CHECK(says(shop.run({"key", "list"}).out, "never"));

    shop.set("SHOPKEEPER_AUTH_TOKEN", created.out.substr(0, created.out.find('\n')));
    REQUIRE(shop.run({"call", "get_faq"}).code == 0);
    const auto listed = shop.run({"key", "list"});
    CHECK_FALSE(says(listed.out, "never"));
    CHECK(std::regex_search(listed.out, std::regex("active +\\d{4}-\\d\\d-\\d\\dT")));
}

TEST_CASE("config prints what a client needs, with this binary and this database", "[process]") {
    const CommandLine shop;

    for (const char* client : {"claude-desktop", "cursor"}) {
        const auto printed = shop.run({"config", client});
        CHECK(printed.code == 0);
        const auto json = parse_json(printed.out);
        REQUIRE(json);
        const Json& entry = json->at("mcpServers").at("shop");
        CHECK(entry.at("command") == std::filesystem::canonical(SHOPKEEPER_BINARY).string());
        CHECK(entry.at("env").at("SHOPKEEPER_DB") == shop.database());
    }
    CHECK(says(shop.run({"config", "claude-code"}).out, "claude mcp add shop "));
    CHECK(says(shop.run({"config", "vscode"}).out, "\"servers\""));
    CHECK(says(shop.run({"config", "codex"}).out, "[mcp_servers.shop]"));
    CHECK(says(shop.run({"config", "claude-code", "--http", "--http.port", "8123"}).out,
               "http://127.0.0.1:8123/mcp"));
}

TEST_CASE(
    "C2, C4: config print shows the values in force, hides secrets, and a broken one ends with 78",
    "[process]") {
    CommandLine shop;
    shop.set("SHOPKEEPER_AUTH_JWT_SECRET", "0123456789abcdefghijklmnopqrstuvwxyz");

    const auto printed = shop.run({"config", "print", "--sources", "--http.port", "8011"});
    CHECK(printed.code == 0);
    CHECK(says(printed.out, "--http.port"));
    CHECK(says(printed.out, "***"));
    CHECK_FALSE(says(printed.out, "0123456789abcdef"));

    shop.set("SHOPKEEPER_HTTP_PORT", "none");
    shop.set("SHOPKEEPER_HTTP_PROT", "1");
    for (const char* command : {"serve", "stdio"}) {
        const auto refused = shop.run({command});
        CHECK(refused.code == 78);
        CHECK(says(refused.err, "SHOPKEEPER_HTTP_PORT must be a whole number"));
        CHECK(says(refused.err, "SHOPKEEPER_HTTP_PROT is not a setting"));
        CHECK(refused.out.empty());
    }
}

TEST_CASE("M4, C7: the log is one JSON object a line where nobody watches, or text by order",
          "[process]") {
    CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    const std::string call =
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_faq","arguments":{}}})"
        "\n";

    const auto json = shop.run({"stdio"}, call);
    REQUIRE(json.code == 0);
    const auto line = parse_json(json.err.substr(0, json.err.find('\n')));
    INFO(json.err);
    REQUIRE(line);
    CHECK(line->at("level") == "info");
    CHECK(line->at("service") == "server");
    CHECK(line->at("room") == "tools");
    CHECK(says(line->at("msg").get<std::string>(), "tool=get_faq"));
    CHECK(std::regex_match(line->at("ts").get<std::string>(),
                           std::regex("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z")));

    shop.set("SHOPKEEPER_LOG_FORMAT", "text");
    const auto text = shop.run({"stdio"}, call);
    CHECK(std::regex_search(text.err, std::regex("^\\S+Z info tools: call tool=get_faq")));
}

}  // namespace
}  // namespace shopkeeper::test
