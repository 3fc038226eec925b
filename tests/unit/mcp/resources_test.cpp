// Resources as the protocol sees them: capabilities, pages, codes of each revision, cache hints.
// What a shop's resources hold is tested in tests/unit/tools.

#include <catch2/catch.hpp>

#include "mcp/server.hpp"
#include "support/fake_resource_host.hpp"
#include "support/fake_tool_host.hpp"
#include "support/mcp_test_client.hpp"

namespace shopkeeper::mcp {
namespace {

using test::stateless;

struct Setting {
    test::FakeToolHost tools;
    test::FakeResourceHost resources;
    SystemClock clock;
    Server server{tools, clock, {}, {.resources = &resources}};
    std::shared_ptr<transport::Endpoint> session = server.open();
    test::McpTestClient client{*session};
};

const std::vector<std::string> kHandshake = {"2024-11-05", "2025-03-26", "2025-06-18",
                                             "2025-11-25"};

}  // namespace

TEST_CASE("resources are declared exactly where there are some", "[mcp]") {
    Setting with;
    test::FakeToolHost tools;
    Server bare(tools, with.clock);
    const auto session = bare.open();
    test::McpTestClient without(*session);
    const std::string version = GENERATE("2024-11-05", "2025-11-25");
    CHECK(with.client.initialize(version)["result"]["capabilities"].contains("resources"));
    CHECK_FALSE(without.initialize(version)["result"]["capabilities"].contains("resources"));
    const std::string method =
        GENERATE("resources/list", "resources/read", "resources/templates/list");
    CHECK(without.refusal(method) == std::pair(200, jsonrpc::kMethodNotFound));
    CHECK(without.refusal(method, stateless()) == std::pair(404, jsonrpc::kMethodNotFound));
    const Json discovered = without.request("server/discover", stateless());
    CHECK_FALSE(discovered["result"]["capabilities"].contains("resources"));
}

TEST_CASE("an extension is declared exactly where it is served", "[mcp]") {
    const Setting without;
    test::FakeToolHost tools;
    test::FakeResourceHost resources;
    Server server(tools, without.clock, {},
                  {.resources = &resources, .extensions = {"org.example/a", "org.example/b"}});
    const auto session = server.open();
    test::McpTestClient with(*session);
    const Json declared = {{"org.example/a", Json::object()}, {"org.example/b", Json::object()}};
    const std::string version = GENERATE(from_range(kHandshake));
    CHECK(with.initialize(version)["result"]["capabilities"]["extensions"] == declared);
    const auto discover = [](test::McpTestClient& client) -> Json {
        return client.request("server/discover", stateless())["result"]["capabilities"];
    };
    CHECK(discover(with)["extensions"] == declared);
    test::McpTestClient bare(*without.session);
    CHECK_FALSE(discover(bare).contains("extensions"));
}

TEST_CASE("the pages of a list follow each other in every revision", "[mcp]") {
    Setting setting;
    const std::string version =
        GENERATE("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "");
    const bool is_stateless = version.empty();
    if (!is_stateless) setting.client.initialize(version);
    std::string names;
    Json params = Json::object();
    for (;;) {
        const Json result =
            setting.client.request("resources/list", is_stateless ? stateless(params) : params)
                .at("result");
        for (const Json& each : result["resources"]) names += each["name"].get<std::string>();
        CHECK(result.contains("ttlMs") == is_stateless);
        if (is_stateless) {
            CHECK(result["resultType"] == "complete");
            CHECK(result["ttlMs"] == 7);
            CHECK(result["cacheScope"] == "private");
        }
        if (!result.contains("nextCursor")) break;
        params["cursor"] = result["nextCursor"];
    }
    CHECK(names == "abcde");
}

TEST_CASE("a cursor that no page gave is refused", "[mcp]") {
    Setting setting;
    const Json first = setting.client.request("resources/list")["result"];
    const std::string of_tools = "dG9vbHMtYWZ0ZXI6ZWNobw==";   // tools-after:echo
    const std::string bare_mark = "cmVzb3VyY2VzLWZyb206";      // resources-from:
    const std::string of_nobody = "cmVzb3VyY2VzLWZyb206eg==";  // resources-from:z
    for (const Json& cursor :
         {Json("made-up"), Json(""), Json(7), Json(of_tools), Json(bare_mark), Json(of_nobody)}) {
        CAPTURE(cursor.dump());
        CHECK(setting.client.refusal("resources/list", {{"cursor", cursor}}).second ==
              jsonrpc::kInvalidParams);
        CHECK(setting.client.refusal("resources/list", stateless({{"cursor", cursor}})) ==
              std::pair(200, jsonrpc::kInvalidParams));
    }
    CHECK(setting.client.refusal("tools/list", {{"cursor", first["nextCursor"]}}).second ==
          jsonrpc::kInvalidParams);
    CHECK(setting.client.refusal("resources/templates/list", {{"cursor", "x"}}).second ==
          jsonrpc::kInvalidParams);
    CHECK(setting.client.request("resources/list", {{"cursor", nullptr}})["result"] == first);
}

TEST_CASE("a resource that is not there has the code of the revision", "[mcp]") {
    Setting setting;
    const Json missing = {{"uri", "test://letters/z"}};
    const Json modern = setting.client.request("resources/read", stateless(missing))["error"];
    CHECK(modern["code"] == -32602);
    CHECK(modern["data"] == missing);
    setting.client.initialize(GENERATE(from_range(kHandshake)));
    const Json legacy = setting.client.request("resources/read", missing)["error"];
    CHECK(legacy["code"] == -32002);
    CHECK(legacy["data"] == missing);
}

TEST_CASE("what is no URI is refused before anybody looks for it", "[mcp]") {
    Setting setting;
    const std::string uri = GENERATE("", "letters", "//letters", ":x", "1http://x", "test://a b",
                                     "test://{letter}", "test://a\nb", "тест://x");
    const Json error = setting.client.request("resources/read", {{"uri", uri}})["error"];
    CHECK(error["code"] == jsonrpc::kInvalidParams);
    CHECK(error["data"]["uri"] == uri);
    const std::string endless = "test://" + std::string(3'000, 'x');
    CHECK(setting.client.refusal("resources/read", {{"uri", endless}}).second ==
          jsonrpc::kInvalidParams);
    CHECK(setting.client.refusal("resources/read", {{"uri", 5}}).second == jsonrpc::kInvalidParams);
}

TEST_CASE("a host's refusal and its failure are told apart", "[mcp]") {
    Setting setting;
    const auto read = [&](const char* uri) {
        return setting.client.request("resources/read", {{"uri", uri}})["error"];
    };
    const Json locked = read("test://locked");
    CHECK(locked["code"] == kRefusedByHost);
    CHECK(locked["message"] == "Not for you.");
    CHECK(locked["data"]["reason"] == "test");
    CHECK(read("test://broken")["code"] == jsonrpc::kInternalError);
}

TEST_CASE("a resource comes with its contents, and tells the stateless revision how long they hold",
          "[mcp]") {
    Setting setting;
    setting.client.peer.bearer = "secret";
    const Json params = {{"uri", "test://letters/b"}};
    const Json modern = setting.client.request("resources/read", stateless(params))["result"];
    CHECK(modern["contents"][0]["text"] == "b");
    CHECK(modern["ttlMs"] == 60'000);
    CHECK(modern["cacheScope"] == "public");
    CHECK(modern["resultType"] == "complete");
    const Json legacy = setting.client.request("resources/read", params)["result"];
    CHECK(legacy == Json{{"contents", modern["contents"]}});
    CHECK(setting.resources.last_bearer == "secret");
    const Json templates =
        setting.client.request("resources/templates/list", stateless())["result"];
    CHECK(templates["resourceTemplates"][0]["name"] == "letter");
    CHECK(templates["cacheScope"] == "public");
}

TEST_CASE("reading is quick where the host waits for nobody", "[mcp]") {
    Setting setting;
    const auto is_quick = [&](const std::string& method) {
        const Json message = {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}};
        return setting.session->is_quick(jsonrpc::parse(message.dump())->messages.front());
    };
    CHECK(is_quick("resources/read"));
    setting.resources.quick = false;
    CHECK_FALSE(is_quick("resources/read"));
    CHECK_FALSE(is_quick("resources/list"));
    CHECK(is_quick("resources/templates/list"));
}

}  // namespace shopkeeper::mcp
