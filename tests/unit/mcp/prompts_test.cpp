// Prompts and completions as the protocol sees them; what a shop's hold is tested in
// tests/unit/tools.

#include <catch2/catch.hpp>

#include "mcp/server.hpp"
#include "support/fake_prompt_host.hpp"
#include "support/fake_tool_host.hpp"
#include "support/mcp_test_client.hpp"

namespace shopkeeper::mcp {
namespace {

using test::stateless;

struct Setting {
    test::FakeToolHost tools;
    test::FakePromptHost prompts;
    test::FakeCompleter completer;
    SystemClock clock;
    Server server{tools, clock, {}, {.prompts = &prompts, .completer = &completer}};
    std::shared_ptr<transport::Endpoint> session = server.open();
    test::McpTestClient client{*session};

    Json error(std::string_view method, const Json& params) {
        return client.request(method, params).at("error");
    }
};

Json completing(const Json& ref, const Json& argument, const Json& more = Json::object()) {
    Json params = more;
    params["ref"] = ref;
    params["argument"] = argument;
    return params;
}

const Json kGreet = {{"type", "ref/prompt"}, {"name", "greet"}};

}  // namespace

TEST_CASE("prompts and completions are declared exactly where there are some", "[mcp]") {
    Setting with;
    const auto declared = [](const Json& reply) { return reply["result"]["capabilities"]; };
    const Json newest = declared(with.client.request("server/discover", stateless()));
    CHECK(newest.contains("prompts"));
    CHECK(newest.contains("completions"));
    CHECK_FALSE(newest.contains("resources"));
    CHECK(declared(with.client.initialize("2025-03-26")).contains("completions"));
    // The first revision has the method, and no capability of that name.
    CHECK_FALSE(declared(with.client.initialize("2024-11-05")).contains("completions"));
    CHECK(
        with.client
            .request("completion/complete", completing(kGreet, {{"name", "name"}, {"value", "7"}}))
            .contains("result"));

    Server bare(with.tools, with.clock);
    const auto session = bare.open();
    test::McpTestClient without(*session);
    CHECK(declared(without.initialize("2025-11-25")) ==
          Json::parse(R"({"logging":{},"tools":{}})"));
    const std::string method = GENERATE("prompts/list", "prompts/get", "completion/complete");
    CHECK(without.refusal(method) == std::pair(200, jsonrpc::kMethodNotFound));
    CHECK(without.refusal(method, stateless()) == std::pair(404, jsonrpc::kMethodNotFound));
}

TEST_CASE("prompts are listed on one page and got with their arguments", "[mcp]") {
    Setting setting;
    const std::string version =
        GENERATE("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "");
    const bool is_stateless = version.empty();
    if (!is_stateless) setting.client.initialize(version);
    const auto of_era = [&](const Json& params) {
        return is_stateless ? stateless(params) : params;
    };
    const Json list = setting.client.request("prompts/list", of_era(Json::object()))["result"];
    REQUIRE(list["prompts"].size() == 2);
    CHECK(list["prompts"][0]["name"] == "greet");
    CHECK(list.contains("ttlMs") == is_stateless);
    CHECK(setting.error("prompts/list", of_era({{"cursor", "x"}}))["code"] ==
          jsonrpc::kInvalidParams);

    const Json got = setting.client.request(
        "prompts/get", of_era({{"name", "greet"}, {"arguments", {{"name", "Ann"}}}}))["result"];
    CHECK(got["messages"][0]["content"]["text"] == "Greet Ann");
    CHECK(got.contains("resultType") == is_stateless);
    CHECK_FALSE(got.contains("ttlMs"));
}

TEST_CASE("a prompt that is unknown, incomplete or refused has its error", "[mcp]") {
    Setting setting;
    const auto code = [&](const Json& params) {
        return setting.error("prompts/get", params)["code"];
    };
    CHECK(code({{"name", "nobody"}}) == jsonrpc::kInvalidParams);
    CHECK(code({{"name", "greet"}}) == jsonrpc::kInvalidParams);
    CHECK(code({{"name", 7}}) == jsonrpc::kInvalidParams);
    CHECK(code(Json::object()) == jsonrpc::kInvalidParams);
    CHECK(code({{"name", "greet"}, {"arguments", {{"name", 7}}}}) == jsonrpc::kInvalidParams);
    CHECK(code({{"name", "greet"}, {"arguments", "Ann"}}) == jsonrpc::kInvalidParams);
    const Json refused = setting.error("prompts/get", {{"name", "secret"}});
    CHECK(refused["code"] == kRefusedByHost);
    CHECK(refused["data"]["reason"] == "test");
    CHECK(setting.error("prompts/get", {{"name", "nobody"}})["message"] ==
          "Unknown prompt: nobody. prompts/list names those there are.");
}

TEST_CASE("a completion has at most a hundred values and says that there are more", "[mcp]") {
    Setting setting;
    const auto complete = [&](const char* value) {
        return setting.client
            .request("completion/complete",
                     completing(kGreet, {{"name", "name"}, {"value", value}}))
            .at("result")
            .at("completion");
    };
    const Json all = complete("");
    CHECK(all["values"].size() == kCompletionMax);
    CHECK(all["total"] == 150);
    CHECK(all["hasMore"] == true);
    const Json some = complete("14");
    CHECK(some["values"].size() == 11);
    CHECK(some["total"] == 11);
    CHECK(some["hasMore"] == false);
}

TEST_CASE("a completion of a template knows what is filled in already", "[mcp]") {
    Setting setting;
    const Json ref = {{"type", "ref/resource"}, {"uri", "test://letters/{letter}"}};
    const Json argument = {{"name", "letter"}, {"value", "a"}};
    const Json more = {{"context", {{"arguments", {{"alphabet", "latin"}}}}}};
    const Json modern =
        setting.client.request("completion/complete", stateless(completing(ref, argument, more)));
    CHECK(modern["result"]["completion"]["values"] == Json::array({"alphabet=latin"}));
    CHECK(modern["result"]["resultType"] == "complete");
    CHECK_FALSE(modern["result"]["completion"].contains("total"));
}

TEST_CASE("a completion of nothing that there is is refused", "[mcp]") {
    Setting setting;
    const Json argument = {{"name", "name"}, {"value", "x"}};
    for (const Json& params : {
             Json::object(),
             completing({{"type", "ref/prompt"}, {"name", "nobody"}}, argument),
             completing({{"type", "ref/prompt"}}, argument),
             completing({{"type", "ref/tool"}, {"name", "greet"}}, argument),
             completing({{"type", "ref/resource"}, {"uri", "test://nothing"}}, argument),
             completing("greet", argument),
             completing(kGreet, "name"),
             completing(kGreet, {{"name", "name"}}),
             completing(kGreet, {{"name", "name"}, {"value", 5}}),
             completing(kGreet, argument, {{"context", {{"arguments", {{"a", 1}}}}}}),
         }) {
        CAPTURE(params.dump());
        CHECK(setting.error("completion/complete", params)["code"] == jsonrpc::kInvalidParams);
    }
}

TEST_CASE("prompts and completions are quick where their hosts wait for nobody", "[mcp]") {
    Setting setting;
    const auto is_quick = [&](const std::string& method) {
        const Json message = {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}};
        return setting.session->is_quick(jsonrpc::parse(message.dump())->messages.front());
    };
    CHECK(is_quick("prompts/get"));
    CHECK(is_quick("completion/complete"));
    setting.prompts.quick = setting.completer.quick = false;
    CHECK_FALSE(is_quick("prompts/get"));
    CHECK_FALSE(is_quick("completion/complete"));
    CHECK(is_quick("prompts/list"));
}

}  // namespace shopkeeper::mcp
