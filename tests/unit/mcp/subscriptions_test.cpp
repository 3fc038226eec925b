// Who is told of which change, in both eras; what changes is the host's business.

#include "mcp/subscriptions.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "mcp/server.hpp"
#include "support/fake_change_source.hpp"
#include "support/fake_resource_host.hpp"
#include "support/fake_tool_host.hpp"
#include "support/mcp_test_client.hpp"

namespace shopkeeper::mcp {
namespace {

using test::CollectingChannel;
using test::stateless;

constexpr const char* kA = "test://letters/a";
constexpr const char* kB = "test://letters/b";

struct Setting {
    test::FakeToolHost tools;
    test::FakeResourceHost resources;
    test::FakeChangeSource changes;
    SystemClock clock;
    Server server{tools, clock, {}, {.resources = &resources, .changes = &changes}};

    struct Client {
        explicit Client(Server& server) : session(server.open()) {
            session->reach_by(channel);
            client.initialize("2025-11-25");
        }
        std::shared_ptr<CollectingChannel> channel = std::make_shared<CollectingChannel>();
        std::shared_ptr<transport::Endpoint> session;
        test::McpTestClient client{*session};
    };
};

Json uri(const std::string& text) {
    return {{"uri", text}};
}

Json listening(const Json& uris) {
    return stateless({{"notifications", {{"resourceSubscriptions", uris}}}});
}

jsonrpc::Message listen_message(int id, const Json& uris) {
    const Json json = {{"jsonrpc", "2.0"},
                       {"id", id},
                       {"method", "subscriptions/listen"},
                       {"params", listening(uris)}};
    return std::move(jsonrpc::parse(json.dump())->messages.front());
}

std::vector<std::string> uris_of(const std::vector<Json>& notices) {
    std::vector<std::string> uris;
    for (const Json& notice : notices) {
        CHECK(notice["method"] == "notifications/resources/updated");
        CHECK_FALSE(notice.contains("id"));
        uris.push_back(notice["params"]["uri"]);
    }
    return uris;
}

using Uris = std::vector<std::string>;

}  // namespace

TEST_CASE("a session is told of what it has subscribed to, and of nothing else", "[mcp]") {
    Setting setting;
    Setting::Client one(setting.server);
    Setting::Client other(setting.server);
    CHECK(one.client.request("resources/subscribe", uri(kA))["result"] == Json::object());
    setting.changes.tell({kA, kB});
    CHECK(uris_of(one.channel->take()) == Uris{kA});
    CHECK(other.channel->take().empty());

    one.client.request("resources/unsubscribe", uri(kA));
    setting.changes.tell({kA});
    CHECK(one.channel->take().empty());
    CHECK(setting.changes.watchers(kA) == 0);
}

TEST_CASE("what cannot be read cannot be subscribed to", "[mcp]") {
    Setting setting;
    Setting::Client one(setting.server);
    const auto code = [&](const char* text) {
        return one.client.request("resources/subscribe", uri(text))["error"]["code"];
    };
    CHECK(code("test://letters/z") == jsonrpc::kResourceNotFound);
    CHECK(code("test://locked") == kRefusedByHost);
    CHECK(code("no uri") == jsonrpc::kInvalidParams);
    CHECK(setting.changes.watchers("test://letters/z") == 0);
}

TEST_CASE("a session that ends is told nothing, and nobody watches for it", "[mcp]") {
    Setting setting;
    {
        Setting::Client one(setting.server);
        one.client.request("resources/subscribe", uri(kA));
        one.client.request("resources/subscribe", uri(kA));
        CHECK(setting.changes.watchers(kA) == 1);
    }
    CHECK(setting.changes.watchers(kA) == 0);
    setting.changes.tell({kA});
}

TEST_CASE("what a slow client cannot take waits for it once, and holds nobody up", "[mcp]") {
    Setting setting;
    Setting::Client slow(setting.server);
    Setting::Client quick(setting.server);
    for (Setting::Client* each : {&slow, &quick})
        for (const char* text : {kA, kB}) each->client.request("resources/subscribe", uri(text));
    slow.channel->set_room(false);
    for (int change = 0; change < 5; ++change) setting.changes.tell({kA});
    setting.changes.tell({kB});
    CHECK(uris_of(quick.channel->take()).size() == 6);
    CHECK(slow.channel->take().empty());

    SECTION("told when its carrier says that it is reachable") {
        slow.channel->set_room(true);
        slow.session->on_reachable();
        CHECK(uris_of(slow.channel->take()) == Uris{kA, kB});
    }
    SECTION("told at the next news, of whatever") {
        slow.channel->set_room(true);
        setting.changes.tell({});
        CHECK(uris_of(slow.channel->take()) == Uris{kA, kB});
    }
    SECTION("not told of what it has unsubscribed from meanwhile") {
        slow.client.request("resources/unsubscribe", uri(kA));
        slow.channel->set_room(true);
        setting.changes.tell({});
        CHECK(uris_of(slow.channel->take()) == Uris{kB});
    }
    setting.changes.tell({});
    CHECK(slow.channel->take().empty());
}

TEST_CASE("a subscriber has at most so many resources", "[mcp]") {
    struct Counter final : Subscriptions::Subscriber {
        bool tell(const std::string&) override { return true; }
    };
    test::FakeChangeSource changes;
    Subscriptions subscriptions(&changes);
    const auto counter = std::make_shared<Counter>();
    for (std::size_t at = 0; at < kSubscribedUrisMax; ++at)
        CHECK(subscriptions.add(counter, "test://" + std::to_string(at)));
    CHECK_FALSE(subscriptions.add(counter, "test://one-more"));
    CHECK(changes.watchers("test://one-more") == 0);
    CHECK(subscriptions.add(counter, "test://7"));  // has it already
    subscriptions.remove(*counter, "test://7");
    CHECK(subscriptions.add(counter, "test://one-more"));
    subscriptions.remove(*counter);
    CHECK(changes.watchers("test://one-more") == 0);
}

TEST_CASE("a listen says what it honours, then tells of it under its id", "[mcp]") {
    Setting setting;
    test::McpTestClient client(setting.server.stateless());
    test::CollectingOutlet outlet;
    CHECK_FALSE(setting.server.stateless().receive(
        listen_message(7, {kA, "test://letters/z", "test://locked", "no uri", kB}), {}, outlet));
    const auto open = outlet.last_open;
    const auto first = open->take();
    REQUIRE(first.size() == 1);
    CHECK(first[0]["method"] == "notifications/subscriptions/acknowledged");
    CHECK(first[0]["params"]["notifications"] == Json{{"resourceSubscriptions", {kA, kB}}});
    CHECK(first[0]["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == 7);

    setting.changes.tell({kB});
    const auto told = open->take();
    REQUIRE(uris_of(told) == Uris{kB});
    CHECK(told[0]["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == 7);
    CHECK_FALSE(open->is_finished());
}

TEST_CASE("a listen ends when its peer leaves, and others of the same id go on", "[mcp]") {
    Setting setting;
    std::stop_source gone;
    transport::Peer leaving;
    leaving.gone = gone.get_token();
    test::CollectingOutlet first, second;
    setting.server.stateless().receive(listen_message(1, {kA}), leaving, first);
    setting.server.stateless().receive(listen_message(1, {kA}), {}, second);
    CHECK(setting.changes.watchers(kA) == 2);
    gone.request_stop();
    CHECK(setting.changes.watchers(kA) == 1);
    second.last_open->take();
    setting.changes.tell({kA});
    CHECK(uris_of(second.last_open->take()) == Uris{kA});

    test::CollectingOutlet late;  // its peer has left before it is heard
    setting.server.stateless().receive(listen_message(2, {kA}), leaving, late);
    CHECK(setting.changes.watchers(kA) == 1);
}

TEST_CASE("a listen in a conversation ends by its id, and then the id is free", "[mcp]") {
    Setting setting;
    const auto session = setting.server.open();
    test::McpTestClient client(*session);
    test::CollectingOutlet outlet;
    CHECK_FALSE(session->receive(listen_message(5, {kA}), {}, outlet));
    const auto again = session->receive(listen_message(5, {kA}), {}, outlet);
    REQUIRE(again);
    CHECK(Json::parse(again->json)["error"]["code"] == jsonrpc::kInvalidRequest);
    const auto open = outlet.last_open;
    client.notify("notifications/cancelled", {{"requestId", 5}});
    CHECK(setting.changes.watchers(kA) == 0);
    CHECK_FALSE(open->is_finished());
    CHECK_FALSE(session->receive(listen_message(5, {kA}), {}, outlet));
    CHECK(setting.changes.watchers(kA) == 1);
}

/// Its client answers the acknowledgement at once, before the thread that wrote it goes on.
struct HastyOutlet final : transport::Outlet {
    struct Answer final : transport::OpenAnswer {
        explicit Answer(std::function<void()> on_first_message)
            : on_first_message_(std::move(on_first_message)) {}
        bool post(std::string) override {
            if (on_first_message_) std::exchange(on_first_message_, {})();
            return true;
        }
        void finish(std::string) override {}

    private:
        std::function<void()> on_first_message_;
    };
    void send(std::string) override {}
    std::shared_ptr<transport::OpenAnswer> keep_open() override {
        return std::make_shared<Answer>(on_acknowledged);
    }
    std::function<void()> on_acknowledged;
};

TEST_CASE("the id of a cancelled listen is free though its thread still holds it", "[mcp]") {
    Setting setting;
    const auto session = setting.server.open();
    test::McpTestClient client(*session);
    HastyOutlet outlet;
    outlet.on_acknowledged = [&] {
        client.notify("notifications/cancelled", {{"requestId", 5}});
        test::CollectingOutlet second;
        CHECK_FALSE(session->receive(listen_message(5, {kA}), {}, second));
        CHECK(second.last_open != nullptr);
    };
    CHECK_FALSE(session->receive(listen_message(5, {kA}), {}, outlet));
    CHECK(setting.changes.watchers(kA) == 1);  // the second one's; the first is gone
}

TEST_CASE("on the way out listens are finished in the words of their carrier", "[mcp]") {
    Setting setting;
    const bool over_http = GENERATE(true, false);
    transport::Peer peer;
    const auto session = setting.server.open();
    peer.over_http = over_http;
    if (over_http) {
        peer.headers.protocol_version = "2026-07-28";
        peer.headers.method = "subscriptions/listen";
    }
    test::CollectingOutlet outlet;
    session->receive(listen_message(3, {kA}), peer, outlet);
    const auto open = outlet.last_open;
    open->take();
    session->end_open_answers();
    const auto last = open->take();
    REQUIRE(last.size() == (over_http ? 1 : 2));
    if (!over_http) {
        CHECK(last[0]["method"] == "notifications/cancelled");
        CHECK(last[0]["params"]["requestId"] == 3);
    }
    CHECK(last.back()["id"] == 3);
    CHECK(last.back()["result"]["resultType"] == "complete");
    CHECK(open->is_finished());
    CHECK(setting.changes.watchers(kA) == 0);
    session->receive(listen_message(4, {kA}), peer, outlet);
    CHECK(outlet.last_open->is_finished());
    CHECK(setting.changes.watchers(kA) == 0);
}

TEST_CASE("a listen that cannot be kept open is refused", "[mcp]") {
    Setting setting;
    test::McpTestClient client(setting.server.stateless());
    client.outlet.keeps_open = false;
    CHECK(client.refusal("subscriptions/listen", listening(Json::array({kA}))) ==
          std::pair(200, kRefusedByHost));
    CHECK(client.refusal("subscriptions/listen", stateless()) ==
          std::pair(200, jsonrpc::kInvalidParams));
    CHECK(client.refusal("subscriptions/listen",
                         stateless({{"notifications", {{"resourceSubscriptions", "x"}}}})) ==
          std::pair(200, jsonrpc::kInvalidParams));
    CHECK(setting.changes.watchers(kA) == 0);
}

TEST_CASE("subscriptions are declared exactly where changes are told", "[mcp]") {
    Setting with;
    Server bare(with.tools, with.clock, {}, {.resources = &with.resources});
    const auto session = bare.open();
    test::McpTestClient without(*session);
    const auto declared = [](test::McpTestClient& client) {
        return client.request("server/discover",
                              stateless())["result"]["capabilities"]["resources"];
    };
    Setting::Client client(with.server);
    CHECK(declared(client.client) == Json{{"subscribe", true}});
    CHECK(declared(without) == Json::object());
    for (const char* method : {"resources/subscribe", "resources/unsubscribe"})
        CHECK(without.refusal(method).second == jsonrpc::kMethodNotFound);
    CHECK(without.refusal("subscriptions/listen", stateless()) ==
          std::pair(404, jsonrpc::kMethodNotFound));
}

}  // namespace shopkeeper::mcp
