#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>

#include "mcp/client/client.hpp"
#include "support/scripted_server.hpp"

// The client and a server with sessions: lost sessions, broken streams, questions, cancellation.

namespace shopkeeper::mcp::client {
namespace {

using std::chrono::milliseconds;
using test::FakeHttpClient;
using test::ScriptedServer;
using Kind = Failure::Kind;

std::unique_ptr<Client> connect(ScriptedServer& server, Callbacks callbacks = {}) {
    auto client = Client::over_http(server.http, {.url = "http://server.example/mcp"},
                                    {.callbacks = callbacks, .only = kLatestHandshake});
    REQUIRE(client);
    return std::move(*client);
}

const Json kContent = Json::parse(R"({"content": [{"type": "text", "text": "done"}]})");

std::string session_of(const net::HttpRequest& request) {
    return std::string(net::find_header(request.headers, "Mcp-Session-Id").value_or(""));
}

}  // namespace

TEST_CASE("a session that the server has forgotten is renewed, and the call made in the new one") {
    const auto server = ScriptedServer::of_sessions("2025-11-25");
    server->on("tools/call", [](const Json& message, const net::HttpRequest& request) {
        if (session_of(request) == "s1") return FakeHttpClient::reply(404, {}, "gone");
        return ScriptedServer::of_result(message, kContent);
    });
    const auto client = connect(*server);
    CHECK(client->call_tool("t", {}) == kContent);
    CHECK(server->heard("initialize").size() == 2);
    CHECK(server->heard("notifications/initialized").size() == 2);
    CHECK(session_of(server->last()) == "s2");
    // A new session is begun without the old one's name.
    for (const auto& request : server->http.requests()) {
        if (request.body.find("\"initialize\"") != std::string::npos) {
            CHECK(session_of(request).empty());
        }
    }
}

TEST_CASE("a server that forgets every session is not begged for ever") {
    const auto server = ScriptedServer::of_sessions("2025-11-25");
    server->on("tools/call", [](const Json&, const net::HttpRequest&) {
        return FakeHttpClient::reply(404, {}, "gone");
    });
    const auto client = connect(*server);
    const auto result = client->call_tool("t", {});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == Kind::session_ended);
    CHECK(server->heard("initialize").size() == 2);
}

TEST_CASE("a client that leaves ends its session") {
    const auto server = ScriptedServer::of_sessions("2025-11-25");
    connect(*server);
    CHECK(server->last().method == "DELETE");
    CHECK(session_of(server->last()) == "s1");

    const auto stateless = ScriptedServer::stateless();
    REQUIRE(Client::over_http(stateless->http, {.url = "http://server.example/mcp"}));
    CHECK(stateless->last().method == "POST");
}

TEST_CASE("a stream that breaks off is taken up again after its last event") {
    const auto server = ScriptedServer::of_sessions("2025-11-25");
    Json call;
    server->on("tools/call", [&](const Json& message, const net::HttpRequest&) {
        call = message;
        return ScriptedServer::stream("id: e1\nretry: 20\ndata:\n\n");
    });
    int resumed = 0;
    server->on("GET", [&](const Json&, const net::HttpRequest& request) {
        ++resumed;
        const auto last = net::find_header(request.headers, "Last-Event-ID");
        CHECK(session_of(request) == "s1");
        CHECK(net::find_header(request.headers, "Accept") == "text/event-stream");
        CHECK(net::find_header(request.headers, "MCP-Protocol-Version") == "2025-11-25");
        if (resumed == 1) {
            CHECK(last == "e1");
            return ScriptedServer::stream("id: e2\ndata:\n\ndata: {\"half");
        }
        CHECK(last == "e2");
        return ScriptedServer::stream(
            ScriptedServer::event({{"id", call["id"]}, {"result", kContent}}));
    });
    const auto client = connect(*server);
    const auto began = std::chrono::steady_clock::now();
    CHECK(client->call_tool("t", {}) == kContent);
    CHECK(resumed == 2);
    CHECK(std::chrono::steady_clock::now() - began >= milliseconds(40));  // twice `retry`
}

TEST_CASE("a stream that never brings anything is given up") {
    const auto server = ScriptedServer::of_sessions("2025-11-25");
    server->on("tools/call", [](const Json&, const net::HttpRequest&) {
        return ScriptedServer::stream("id: e1\nretry: 1\ndata:\n\n");
    });
    int resumed = 0;
    server->on("GET", [&](const Json&, const net::HttpRequest&) {
        ++resumed;
        return ScriptedServer::stream("");
    });
    const auto result = connect(*server)->call_tool("t", {});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == Kind::closed);
    CHECK(resumed == 5);
}

TEST_CASE("a stream without event ids cannot be taken up again") {
    const auto server = ScriptedServer::of_sessions("2025-11-25");
    server->on("tools/call", [](const Json&, const net::HttpRequest&) {
        return ScriptedServer::stream(": nothing\n\n");
    });
    const auto result = connect(*server)->call_tool("t", {});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == Kind::broken);
}

TEST_CASE("questions on a call's stream are answered while it waits") {
    const auto server = ScriptedServer::of_sessions("2025-11-25");
    server->on("tools/call", [](const Json& message, const net::HttpRequest&) {
        return ScriptedServer::stream(
            ScriptedServer::event(
                {{"jsonrpc", "2.0"},
                 {"id", "q1"},
                 {"method", "elicitation/create"},
                 {"params",
                  {{"message", "?"},
                   {"requestedSchema", {{"properties", {{"size", {{"default", 7}}}}}}}}}}) +
            ScriptedServer::event({{"id", 2}, {"method", "ping"}}) +
            ScriptedServer::event({{"id", 3}, {"method", "sampling/createMessage"}}) +
            ScriptedServer::event({{"id", message["id"]}, {"result", kContent}}));
    });
    std::map<std::string, Json> replies;
    Callbacks callbacks;
    callbacks.elicit = [](const Elicitation&, const std::stop_token&) {
        return ElicitationAnswer{ElicitationAnswer::Action::accept};
    };
    const auto client = connect(*server, callbacks);
    CHECK(client->call_tool("t", {}) == kContent);
    for (const auto& request : server->http.requests()) {
        const auto message = parse_json(request.body);
        if (message && !message->contains("method")) replies[(*message)["id"].dump()] = *message;
    }
    REQUIRE(replies.size() == 3);
    CHECK(replies["\"q1\""]["result"] ==
          Json::parse(R"({"action": "accept", "content": {"size": 7}})"));
    CHECK(replies["2"]["result"] == Json::object());
    CHECK(replies["3"]["error"]["code"] == -32601);
}

TEST_CASE("what belongs to no call comes on the listening stream") {
    const auto server = ScriptedServer::of_sessions("2025-11-25");
    std::mutex mutex;
    std::condition_variable heard;
    std::vector<std::string> changes;
    std::atomic<int> opened = 0;
    server->on("GET", [&](const Json&, const net::HttpRequest& request) {
        if (++opened > 1) return FakeHttpClient::reply(404, {}, "");
        CHECK(session_of(request) == "s1");
        return ScriptedServer::stream(
            "id: l1\nretry: 1\n" +
            ScriptedServer::event({{"method", "notifications/tools/list_changed"}}));
    });
    Callbacks callbacks;
    callbacks.changed = [&](const std::string& method, const Json&) {
        const std::scoped_lock lock(mutex);
        changes.push_back(method);
        heard.notify_all();
    };
    const auto client = connect(*server, callbacks);
    std::unique_lock lock(mutex);
    CHECK(heard.wait_for(lock, std::chrono::seconds(20), [&] { return !changes.empty(); }));
    CHECK(changes.front() == "notifications/tools/list_changed");
}

TEST_CASE("a client without ears opens no listening stream") {
    const auto server = ScriptedServer::of_sessions("2025-11-25");
    connect(*server);
    for (const auto& request : server->http.requests()) CHECK(request.method != "GET");
}

TEST_CASE("a call that is given up is cancelled at the server") {
    const auto server = ScriptedServer::of_sessions("2025-06-18");
    std::stop_source stop;
    server->on("tools/call", [&](const Json&, const net::HttpRequest&) {
        stop.request_stop();
        return ScriptedServer::stream("id: e1\nretry: 60000\ndata:\n\n");
    });
    const auto client = connect(*server);
    const auto result = client->call_tool("t", {}, {.stop = stop.get_token()});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == Kind::stopped);
    const auto cancelled = server->heard("notifications/cancelled");
    REQUIRE(cancelled.size() == 1);
    CHECK(cancelled[0]["params"]["requestId"] == server->heard("tools/call")[0]["id"]);

    const auto timed_out = client->call_tool("t", {}, {.timeout = milliseconds(1)});
    REQUIRE_FALSE(timed_out);
    CHECK(timed_out.error().kind == Kind::timed_out);
    CHECK(server->heard("notifications/cancelled").size() == 2);
}

TEST_CASE("a batch of 2025-03-26 is taken apart") {
    const auto server = ScriptedServer::of_sessions("2025-03-26");
    server->on("tools/call", [](const Json& message, const net::HttpRequest&) {
        return FakeHttpClient::json(
            200, Json{{{"method", "notifications/message"}, {"params", {{"data", "d"}}}},
                      {{"id", message["id"]}, {"result", kContent}}}
                     .dump());
    });
    int lines = 0;
    Callbacks callbacks;
    callbacks.log = [&](const Json&) { ++lines; };
    CHECK(connect(*server, callbacks)->call_tool("t", {}) == kContent);
    CHECK(lines == 1);
}

TEST_CASE("in a session an annotation of headers means nothing") {
    const auto server = ScriptedServer::of_sessions("2025-11-25");
    server->result("tools/list", Json::parse(R"({"tools": [{"name": "t", "inputSchema":
        {"properties": {"a": {"type": "number", "x-mcp-header": "A"}}}}]})"));
    const auto list = connect(*server)->list_tools();
    REQUIRE(list);
    CHECK(list->tools.size() == 1);
    CHECK(list->dropped.empty());
}

}  // namespace shopkeeper::mcp::client
