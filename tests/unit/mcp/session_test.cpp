// What a session does that a transcript cannot show: who calls, what a thread does, statuses.

#include "mcp/session.hpp"

#include <catch2/catch.hpp>
#include <future>

#include "mcp/server.hpp"
#include "support/fake_tool_host.hpp"
#include "support/mcp_test_client.hpp"

namespace shopkeeper::mcp {
namespace {

using test::FakeToolHost;
using test::McpTestClient;
using test::stateless;

struct Setting {
    FakeToolHost tools;
    SystemClock clock;
    Server server{tools, clock};
    std::shared_ptr<transport::Endpoint> session = server.open();
    McpTestClient client{*session};
};

jsonrpc::Message message(const Json& json) {
    return std::move(jsonrpc::parse(json.dump())->messages.front());
}

jsonrpc::Message call_of(const std::string& tool, int id = 1) {
    return message(
        {{"jsonrpc", "2.0"}, {"id", id}, {"method", "tools/call"}, {"params", {{"name", tool}}}});
}

}  // namespace

TEST_CASE("a session tells the agreed revision", "[mcp]") {
    Setting setting;
    CHECK(setting.session->protocol_version().empty());
    const auto version = GENERATE("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");
    setting.client.initialize(version);
    CHECK(setting.session->protocol_version() == version);
}

TEST_CASE("the caller's token and address reach the tool", "[mcp]") {
    Setting setting;
    setting.client.peer.bearer = "secret";
    setting.client.peer.address = "192.0.2.7";
    setting.client.request("tools/call", {{"name", "echo"}});
    CHECK(setting.tools.last_bearer() == "secret");
    CHECK(setting.tools.last_address() == "192.0.2.7");
}

TEST_CASE("what waits for nothing is quick", "[mcp]") {
    Setting setting;
    CHECK(setting.session->is_quick(message({{"jsonrpc", "2.0"}, {"id", 1}, {"method", "ping"}})));
    CHECK(setting.session->is_quick(
        message({{"jsonrpc", "2.0"}, {"id", 1}, {"method", "tools/list"}})));
    CHECK(setting.session->is_quick(
        message({{"jsonrpc", "2.0"}, {"method", "notifications/cancelled"}})));
    CHECK(setting.session->is_quick(
        message({{"jsonrpc", "2.0"}, {"id", 1}, {"method", "tools/call"}})));
    CHECK(setting.session->is_quick(call_of("echo")));
    CHECK_FALSE(setting.session->is_quick(call_of("wait")));
}

TEST_CASE("a running call is found again by its id, cancelled, and not answered", "[mcp]") {
    Setting setting;
    auto reply = std::async(std::launch::async, [&] {
        return setting.session->receive(call_of("wait"), {}, setting.client.outlet);
    });
    setting.tools.await_waiting(1);

    SECTION("an id in use is refused") {
        const auto second = setting.session->receive(call_of("echo"), {}, setting.client.outlet);
        CHECK(Json::parse(second->json)["error"]["code"] == jsonrpc::kInvalidRequest);
        setting.tools.release();
        CHECK(reply.get());
        CHECK(setting.tools.calls == 1);
    }
    SECTION("cancelled by its id") {
        setting.client.notify("notifications/cancelled", {{"requestId", 1}});
        CHECK_FALSE(reply.get());
        CHECK(setting.tools.cancelled == 1);
    }
    SECTION("another id of the same digits is another request") {
        setting.client.notify("notifications/cancelled", {{"requestId", "1"}});
        setting.tools.release();
        CHECK(reply.get());
    }
}

TEST_CASE("a request that was cancelled before it got a thread is never run", "[mcp]") {
    Setting setting;
    auto call = call_of("wait");
    setting.session->announce(call);
    CHECK(call.is_announced);
    setting.client.notify("notifications/cancelled", {{"requestId", 1}});
    CHECK_FALSE(setting.session->receive(call, {}, setting.client.outlet));
    CHECK(setting.tools.calls == 0);

    // Its id is free again.
    setting.tools.release();
    call.is_announced = false;
    CHECK(setting.session->receive(call, {}, setting.client.outlet));
}

TEST_CASE("an id that waits for a thread is in use", "[mcp]") {
    Setting setting;
    auto first = call_of("echo");
    auto second = call_of("echo");
    setting.session->announce(first);
    setting.session->announce(second);
    const auto is_refused = [&](const jsonrpc::Message& call) {
        return Json::parse(setting.session->receive(call, {}, setting.client.outlet)->json)
            .contains("error");
    };
    CHECK(is_refused(second));
    CHECK(is_refused(call_of("echo")));
    CHECK_FALSE(is_refused(first));
    CHECK_FALSE(is_refused(call_of("echo")));
}

TEST_CASE("a peer who is gone ends the call", "[mcp]") {
    Setting setting;
    std::stop_source gone;
    transport::Peer peer;
    peer.gone = gone.get_token();
    auto reply = std::async(std::launch::async, [&] {
        return setting.session->receive(call_of("wait"), peer, setting.client.outlet);
    });
    setting.tools.await_waiting(1);
    gone.request_stop();
    // Not cancelled by its id: whoever may still listen gets what the tool said.
    CHECK(Json::parse(reply.get()->json)["result"]["content"][0]["text"] == "cancelled");
}

TEST_CASE("the endpoint without session serves equal ids of different clients at once", "[mcp]") {
    Setting setting;
    auto& everybody = setting.server.stateless();
    Json json = {{"jsonrpc", "2.0"},
                 {"id", 1},
                 {"method", "tools/call"},
                 {"params", stateless({{"name", "wait"}})}};
    auto first = std::async(std::launch::async, [&] {
        return everybody.receive(message(json), {}, setting.client.outlet);
    });
    setting.tools.await_waiting(1);
    auto second = std::async(std::launch::async, [&] {
        return everybody.receive(message(json), {}, setting.client.outlet);
    });
    setting.tools.await_waiting(2);

    // A cancellation by id means nothing here: it could be anybody's.
    McpTestClient other(everybody);
    other.notify("notifications/cancelled", {{"requestId", 1}});
    setting.tools.release();
    CHECK(first.get());
    CHECK(second.get());
    CHECK(setting.tools.cancelled == 0);
}

TEST_CASE("many calls run at once on one session", "[mcp]") {
    Setting setting;
    std::vector<std::future<std::optional<transport::Reply>>> replies;
    for (int id = 1; id <= 8; ++id) {
        replies.push_back(std::async(std::launch::async, [&, id] {
            return setting.session->receive(call_of("wait", id), {}, setting.client.outlet);
        }));
    }
    setting.tools.await_waiting(8);
    setting.tools.release();
    for (int id = 1; id <= 8; ++id)
        CHECK(Json::parse(replies[static_cast<std::size_t>(id - 1)].get()->json)["id"] == id);
}

TEST_CASE("instructions are short enough for clients that read 512 characters", "[mcp]") {
    std::size_t length = 0;
    for (const auto& sentence : ServerOptions{}.instructions) length += sentence.text.size() + 1;
    CHECK(length <= 512 + 1);
    CHECK(ServerOptions{}.tools_page_size > 37);
}

TEST_CASE("a result holds no line feed", "[mcp]") {
    Setting setting;
    for (const char* method : {"tools/list", "ping"}) {
        const auto reply = setting.client.send({{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}});
        CHECK(reply->json.find('\n') == std::string::npos);
    }
}

}  // namespace shopkeeper::mcp
