// How a session asks its client, as far as a transcript cannot show it: time, other callers, other
// processes, limits.
#include <catch2/catch.hpp>

#include "mcp/server.hpp"
#include "server/secret_seal.hpp"
#include "support/fake_tool_host.hpp"
#include "support/fakes.hpp"
#include "support/mcp_test_client.hpp"

namespace shopkeeper::mcp {
namespace {

using test::CollectingChannel;
using test::FakeClock;
using test::FakeToolHost;
using test::McpTestClient;

struct Setting {
    explicit Setting(const ServerOptions& options = {}, const std::string& secret = "a secret")
        : seal(secret, random), server(tools, clock, options, {.seal = &seal}) {}

    FakeToolHost tools;
    FakeClock clock{1'795'410'000'000};
    test::SeededRandom random;
    server::SecretSeal seal;
    Server server;
};

/// A client of a handshake revision that can be asked.
struct Conversation {
    explicit Conversation(Setting& setting, Json capabilities = {{"elicitation", Json::object()}})
        : session(setting.server.open()) {
        client.request("initialize", {{"protocolVersion", "2025-11-25"},
                                      {"capabilities", std::move(capabilities)},
                                      {"clientInfo", {{"name", "test"}, {"version", "1"}}}});
    }

    /// Calls `question`; what is said until it waits, or nothing when it was answered at once.
    std::vector<Json> call(const std::string& id) {
        reply = client.send({{"jsonrpc", "2.0"},
                             {"id", id},
                             {"method", "tools/call"},
                             {"params", {{"name", "question"}}}});
        answer = client.outlet.last_open;
        return answer == nullptr ? std::vector<Json>() : answer->take();
    }

    void respond(const Json& id, const Json& result) {
        client.send({{"jsonrpc", "2.0"}, {"id", id}, {"result", result}});
    }

    std::shared_ptr<transport::Endpoint> session;
    McpTestClient client{*session};
    std::optional<transport::Reply> reply;
    std::shared_ptr<CollectingChannel> answer;
};

const Json kAru{{"action", "accept"}, {"content", {{"name", "Aru"}}}};

Json stateless_call(Json more = Json::object()) {
    Json params = test::stateless({{"name", "question"}, {"arguments", Json::object()}});
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = {
        {"elicitation", Json::object()}};
    params.update(more);
    return params;
}

Json with_answer(const Json& asked) {
    return stateless_call({{"inputResponses", {{"who", kAru}}},
                           {"requestState", asked.at("result").at("requestState")}});
}

std::string text_of(const Json& reply) {
    return reply.at("result").at("content").at(0).at("text").get<std::string>();
}

int code_of(const Json& reply) {
    return reply.contains("error") ? reply["error"]["code"].get<int>() : 0;
}

}  // namespace

TEST_CASE("a call that asks holds no thread, and its answer comes where its question went",
          "[mcp]") {
    Setting setting;
    Conversation talk(setting);
    const auto said = talk.call("a");

    CHECK_FALSE(talk.reply);
    REQUIRE(said.size() == 1);
    CHECK(said[0]["method"] == "elicitation/create");
    const auto response =
        jsonrpc::parse(Json({{"jsonrpc", "2.0"}, {"id", said[0]["id"]}, {"result", kAru}}).dump());
    CHECK_FALSE(talk.session->is_quick(response->messages.front()));  // it runs the call again

    talk.respond(said[0]["id"], kAru);
    const auto answered = talk.answer->take();
    REQUIRE(answered.size() == 1);
    CHECK(answered[0]["id"] == "a");
    CHECK(text_of(answered[0]) == "hello Aru");
    CHECK(talk.answer->is_finished());
    talk.respond(said[0]["id"], kAru);  // once more: nobody waits for it
    CHECK(talk.answer->take().empty());
}

TEST_CASE("who leaves, and who ends, gets the refusal of a client that cannot be asked", "[mcp]") {
    Setting setting;
    Conversation talk(setting);
    std::stop_source gone;
    talk.client.peer.gone = gone.get_token();
    talk.call("a");
    const bool leaves = GENERATE(true, false);
    if (leaves)
        gone.request_stop();
    else
        talk.session->end_open_answers();

    const auto said = talk.answer->take();
    REQUIRE(said.size() == 2);
    CHECK(said[0]["method"] == "notifications/cancelled");
    CHECK(said[0]["params"]["requestId"] == 1);
    CHECK(text_of(said[1]) == "say who it is");
    CHECK(talk.answer->is_finished());
    talk.respond(1, kAru);
    CHECK(talk.answer->take().empty());

    if (leaves) return;
    CHECK(text_of(talk.call("b").at(0)) == "say who it is");  // nobody is asked any more
}

TEST_CASE("a person who says nothing is waited for so long and no longer", "[mcp]") {
    Setting setting({.answer_within = std::chrono::milliseconds(1)});
    Conversation talk(setting);
    talk.call("a");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!talk.answer->is_finished() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();

    REQUIRE(talk.answer->is_finished());
    CHECK(text_of(talk.answer->take().back()) == "say who it is");
}

TEST_CASE("a session, and a process, let so many calls wait", "[mcp]") {
    Setting setting({.pending_calls_max = kPendingCallsMax + 2});
    Conversation first(setting);
    for (std::size_t i = 0; i < kPendingCallsMax; ++i) {
        first.call("a" + std::to_string(i));
        CHECK_FALSE(first.answer->is_finished());
    }
    CHECK(text_of(first.call("more").at(0)) == "say who it is");
    CHECK(first.answer->is_finished());

    Conversation second(setting);
    second.call("b1");
    second.call("b2");
    CHECK_FALSE(second.answer->is_finished());
    second.call("b3");
    CHECK(second.answer->is_finished());

    first.respond(1, kAru);  // makes room
    second.call("b4");
    CHECK_FALSE(second.answer->is_finished());
}

TEST_CASE("a carrier that cannot keep an answer open gets the refusal", "[mcp]") {
    Setting setting;
    Conversation talk(setting);
    talk.client.outlet.keeps_open = false;
    talk.call("a");
    REQUIRE(talk.reply);
    CHECK(text_of(Json::parse(talk.reply->json)) == "say who it is");
}

TEST_CASE("a client is asked so many times in one call", "[mcp]") {
    Setting setting;
    Conversation talk(setting);
    auto said = talk.call("a");
    for (int round = 1; round < kRoundsMax; ++round) {
        talk.respond(said.at(0)["id"], {{"action", "accept"}, {"content", {{"name", 5}}}});
        said = talk.answer->take();
        REQUIRE(said.at(0)["method"] == "elicitation/create");
    }
    talk.respond(said.at(0)["id"], {{"action", "accept"}, {"content", {{"name", 5}}}});
    CHECK(text_of(talk.answer->take().at(0)) == "say who it is");

    McpTestClient stateless(setting.server.stateless());
    Json asked = stateless.request("tools/call", stateless_call());
    for (int round = 1; round < kRoundsMax; ++round) {
        REQUIRE(asked["result"]["resultType"] == "input_required");
        asked = stateless.request(
            "tools/call", stateless_call({{"requestState", asked["result"]["requestState"]}}));
    }
    REQUIRE(asked["result"]["resultType"] == "input_required");
    asked = stateless.request("tools/call",
                              stateless_call({{"requestState", asked["result"]["requestState"]}}));
    CHECK(text_of(asked) == "say who it is");
}

TEST_CASE("what a session agreed on, the client's abilities too, is understood elsewhere",
          "[mcp]") {
    Setting here;
    Conversation talk(here, {{"elicitation", {{"form", Json::object()}, {"url", Json::object()}}},
                             {"sampling", {{"tools", Json::object()}}},
                             {"roots", Json::object()}});
    const std::string agreement = talk.session->agreement();
    CHECK(agreement == "2025-11-25 form url sampling sampling+tools roots");
    CHECK(agreement.size() <= 64);

    Setting elsewhere;
    const auto resumed = elsewhere.server.resume(agreement);
    REQUIRE(resumed);
    McpTestClient client(*resumed);
    CHECK_FALSE(client.send({{"jsonrpc", "2.0"},
                             {"id", 1},
                             {"method", "tools/call"},
                             {"params", {{"name", "question"}}}}));
    CHECK(client.outlet.last_open->take().at(0)["method"] == "elicitation/create");
    CHECK_FALSE(elsewhere.server.resume("2026-07-28 form"));
}

TEST_CASE("what one process asks another may be answered, if they share the secret", "[mcp]") {
    Setting one;
    Setting two;
    Setting stranger({}, "another secret");
    McpTestClient at_one(one.server.stateless());
    McpTestClient at_two(two.server.stateless());
    McpTestClient at_stranger(stranger.server.stateless());
    const Json asked = at_one.request("tools/call", stateless_call());

    CHECK(text_of(at_two.request("tools/call", with_answer(asked))) == "hello Aru");
    CHECK(code_of(at_stranger.request("tools/call", with_answer(asked))) ==
          jsonrpc::kInvalidParams);
}

TEST_CASE("a state is of no use to another caller, and to nobody when it is old", "[mcp]") {
    Setting setting;
    McpTestClient aru(setting.server.stateless());
    aru.peer.bearer = "aru";
    const Json asked = aru.request("tools/call", stateless_call());

    McpTestClient thief(setting.server.stateless());
    thief.peer.bearer = "thief";
    CHECK(code_of(thief.request("tools/call", with_answer(asked))) == jsonrpc::kInvalidParams);

    setting.clock.advance_minutes(29);
    CHECK(text_of(aru.request("tools/call", with_answer(asked))) == "hello Aru");
    setting.clock.advance_minutes(2);
    CHECK(code_of(aru.request("tools/call", with_answer(asked))) == jsonrpc::kInvalidParams);
}

TEST_CASE("a state tells its client nothing, and no character of it can be changed", "[mcp]") {
    test::SeededRandom random;
    server::SecretSeal seal("a secret", random);
    const std::string content = "what was said";
    const std::string sealed = seal.seal(content, "this call");
    CHECK(sealed != seal.seal(content, "this call"));
    CHECK(sealed.find("said") == std::string::npos);

    const auto opened = seal.open(sealed, "this call");
    REQUIRE(opened);
    CHECK(opened->content == content);
    CHECK(opened->name == seal.open(sealed, "this call")->name);
    CHECK_FALSE(seal.open(sealed, "that call"));
    CHECK_FALSE(seal.open("", "this call"));
    CHECK_FALSE(seal.open(sealed + "A", "this call"));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        CHECK_FALSE(seal.open(changed, "this call"));
    }
}

TEST_CASE("a call with more in it than may be carried along asks nobody", "[mcp]") {
    Setting setting;
    McpTestClient client(setting.server.stateless());
    const Json large = stateless_call({{"arguments", {{"x", std::string(kAskedBytesMax, 'x')}}}});
    CHECK(text_of(client.request("tools/call", large)) == "say who it is");
}

TEST_CASE("a client without the capability is told over HTTP which one it lacks", "[mcp]") {
    Setting setting;
    McpTestClient client(setting.server.stateless());
    const Json params = test::stateless({{"name", "question"}, {"arguments", {{"must", true}}}});
    CHECK(client.refusal("tools/call", params) == std::pair(400, kMissingCapability));
}

}  // namespace shopkeeper::mcp
