// Plays every transcript of this folder against a server in this process, over pipes: what is
// tested is the bytes a client sees. tests/process plays the same files against the real binary.

#include <catch2/catch.hpp>
#include <thread>

#include "base/clock.hpp"
#include "mcp/server.hpp"
#include "server/secret_seal.hpp"
#include "support/fake_change_source.hpp"
#include "support/fake_prompt_host.hpp"
#include "support/fake_resource_host.hpp"
#include "support/fake_tool_host.hpp"
#include "support/pipes.hpp"
#include "support/shop_fixture.hpp"
#include "support/transcript.hpp"
#include "tools/completions.hpp"
#include "tools/register_all.hpp"
#include "tools/resource_changes.hpp"
#include "tools/resources.hpp"
#include "transport/stdio.hpp"

namespace shopkeeper::test {
namespace {

std::string play_in_process(const Transcript& transcript, mcp::ToolHost& tools,
                            const mcp::Features& features) {
    const SystemClock clock;
    mcp::ServerOptions options;
    options.tools_page_size = transcript.page_size;
    SystemRandom random;
    server::SecretSeal seal("a secret of these tests", random);
    mcp::Features with_seal = features;
    with_seal.seal = &seal;
    mcp::Server server(tools, clock, options, with_seal);
    Pipe to_server;
    Pipe from_server;
    std::thread serving([&] {
        transport::serve_stdio(to_server.read_end(), from_server.write_end(), server, {});
        from_server.close_write();
    });
    std::string problem;
    try {
        problem = play(transcript, to_server.release_write(), from_server.read_end());
    } catch (const std::exception& error) {
        problem = transcript.name + ": " + error.what();
    }
    from_server.close_read();
    serving.join();
    return problem;
}

}  // namespace

TEST_CASE("every transcript plays as written against a server in process", "[protocol]") {
    const auto paths = transcript_files();
    REQUIRE(paths.size() >= 10);
    for (const std::string& path : paths) {
        const Transcript transcript = read_transcript(path);
        if (transcript.host != "shop") {
            FakeToolHost tools;
            FakeResourceHost resources;
            FakePromptHost prompts;
            FakeCompleter completer;
            FakeChangeSource changes;
            CHECK(play_in_process(transcript, tools,
                                  {.resources = &resources,
                                   .prompts = &prompts,
                                   .completer = &completer,
                                   .changes = &changes,
                                   .extensions = {tools::kAppsExtension}}) == "");
        }
        if (transcript.host != "fake") {
            const ShopFixture shop({tools::register_auth, tools::register_products,
                                    tools::register_orders, tools::register_warehouse,
                                    tools::register_shop, tools::register_reviews,
                                    tools::register_telegram});
            tools::Resources resources(*shop.registry);
            tools::register_resources(resources);
            tools::Prompts prompts(*shop.registry);
            tools::register_prompts(prompts);
            tools::Completions completions(*shop.registry, prompts, resources);
            tools::register_completions(completions);
            tools::ResourceChanges changes(*shop.serving, shop.clock, resources);
            CHECK(play_in_process(transcript, *shop.registry,
                                  {.resources = &resources,
                                   .prompts = &prompts,
                                   .completer = &completions,
                                   .changes = &changes,
                                   .extensions = {tools::kAppsExtension}}) == "");
        }
    }
}

TEST_CASE("a transcript that does not hold is told apart from one that does", "[protocol]") {
    CHECK(matches(Json::parse(R"({"a":"<string>","...":0})"), Json::parse(R"({"a":"x","b":1})")));
    CHECK_FALSE(matches(Json::parse(R"({"a":"<string>"})"), Json::parse(R"({"a":"x","b":1})")));
    CHECK_FALSE(matches(Json::parse(R"({"a":"<string>","...":0})"), Json::parse(R"({"a":1})")));
    CHECK(matches(Json::parse(R"([1,"..."])"), Json::parse("[1,2,3]")));
    CHECK_FALSE(matches(Json::parse("[1]"), Json::parse("[1,2]")));
    CHECK_FALSE(matches(Json::parse(R"({"id":1})"), Json::parse(R"({"id":"1"})")));

    FakeToolHost tools;
    Transcript wrong;
    wrong.steps.push_back({true, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n", {}, 1});
    CHECK(play_in_process(wrong, tools, {}).find("one line too many") != std::string::npos);
    wrong.steps.push_back({false, {}, Json::parse(R"({"id":2})"), 2});
    CHECK(play_in_process(wrong, tools, {}).find("expected") != std::string::npos);
}

}  // namespace shopkeeper::test
