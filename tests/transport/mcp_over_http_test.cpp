// The real protocol behind the real carriers: what each revision's client sees on the wire. What
// messages say is the business of tests/protocol.

#include <catch2/catch.hpp>
#include <thread>

#include "base/clock.hpp"
#include "fake_endpoints.hpp"
#include "mcp/server.hpp"
#include "support/fake_change_source.hpp"
#include "support/fake_resource_host.hpp"
#include "support/fake_tool_host.hpp"
#include "support/http_probe.hpp"
#include "transport/http.hpp"

namespace shopkeeper::test {
namespace {

using Lines = std::vector<std::string>;

class Served {
public:
    Served() {
        serving_ =
            std::jthread([this](const std::stop_token& stop) { http_.serve(server_, stop); });
    }
    ~Served() { tools.release(); }

    std::uint16_t port() const { return http_.port(); }
    WireReply post(const std::string& body, const Lines& more = {}) {
        return fetch(port(), "POST", "/mcp", lines(more), body);
    }
    static Lines lines(Lines more = {}) {
        more.insert(more.end(), {"Content-Type: application/json",
                                 "Accept: application/json, text/event-stream"});
        return more;
    }
    /// A session of this revision, as its header line.
    std::string open(const std::string& version, const std::string& capabilities = "{}") {
        const auto reply =
            post(request_json(0, "initialize",
                              R"({"protocolVersion":")" + version + R"(","capabilities":)" +
                                  capabilities + R"(,"clientInfo":{"name":"t","version":"1"}})"));
        return "Mcp-Session-Id: " + reply.header("Mcp-Session-Id");
    }

    FakeToolHost tools;
    FakeResourceHost resources;
    FakeChangeSource changes;

private:
    static transport::HttpTransportOptions options() {
        transport::HttpTransportOptions options;
        options.listener.io_threads = 2;
        return options;
    }

    SystemClock clock_;
    SystemRandom random_;
    mcp::Server server_{tools, clock_, {}, {.resources = &resources, .changes = &changes}};
    transport::HttpTransport http_{options(), random_};
    std::jthread serving_;
};

std::string modern(int id, const std::string& method, const std::string& params = "") {
    return request_json(id, method,
                        "{" + params + (params.empty() ? "" : ",") +
                            R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                            R"("io.modelcontextprotocol/clientCapabilities":{}}})");
}

Lines modern_lines(const std::string& method, const std::string& name = "") {
    Lines lines{"MCP-Protocol-Version: 2026-07-28", "Mcp-Method: " + method};
    if (!name.empty()) lines.push_back("Mcp-Name: " + name);
    return lines;
}

TEST_CASE("every handshake revision lists and calls tools in a session", "[mcp_http]") {
    Served served;
    const auto* version = GENERATE("2025-03-26", "2025-06-18", "2025-11-25");
    const auto session = served.open(version);
    const std::string named = std::string("MCP-Protocol-Version: ") + version;

    CHECK(served.post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", {session, named})
              .status == 202);
    const auto list = served.post(request_json(1, "tools/list"), {session, named});
    CHECK(Json::parse(list.body).at("result").at("tools").size() == 6);
    const auto call =
        served.post(request_json(2, "tools/call", R"({"name":"echo","arguments":{"a":1}})"),
                    {session, named, "Authorization: Bearer tok"});
    CHECK(Json::parse(call.body).at("result").at("structuredContent").at("a") == 1);
    CHECK(served.tools.last_bearer() == "tok");
    CHECK(served.tools.last_address() == "127.0.0.1");
    CHECK(served.post(request_json(3, "tools/list"), {}).status == 400);
}

TEST_CASE("a call in a session asks on the stream of its POST, and is answered there",
          "[mcp_http]") {
    Served served;
    const std::string version = GENERATE("2025-06-18", "2025-11-25");
    const auto session = served.open(version, R"({"elicitation":{}})");
    const bool is_primed = version == "2025-11-25";

    HttpProbe calling(served.port());
    calling.request("POST", "/mcp", Served::lines({session}),
                    request_json(7, "tools/call", R"({"name":"question"})"));
    CHECK(calling.stream_head().header("Content-Type") == "text/event-stream");
    std::string last_id;
    const auto next = [&](HttpProbe& probe) {
        const std::string event = probe.event().value_or("data: {}");
        if (const auto at = event.find("id: "); at != std::string::npos)
            last_id = event.substr(at + 4, event.find('\n', at) - at - 4);
        return event.substr(event.find("data: ") + 6);
    };
    if (is_primed) CHECK(next(calling).empty());
    const Json question = Json::parse(next(calling));
    CHECK(question.at("method") == "elicitation/create");

    // A client whose connection breaks while its person thinks comes back for the answer.
    const bool breaks = is_primed && GENERATE(true, false);
    const std::string question_id = last_id;
    if (breaks) calling.abort();
    CHECK(served
              .post(R"({"jsonrpc":"2.0","id":)" + question.at("id").dump() +
                        R"(,"result":{"action":"accept","content":{"name":"Aru"}}})",
                    {session})
              .status == 202);
    HttpProbe returned(served.port());
    if (breaks) {
        returned.request("GET", "/mcp",
                         {session, "Accept: text/event-stream", "Last-Event-ID: " + question_id});
        returned.stream_head();
    }
    HttpProbe& listening = breaks ? returned : calling;
    const Json answer = Json::parse(next(listening));
    CHECK(answer.at("id") == 7);
    CHECK(answer.at("result").at("content").at(0).at("text") == "hello Aru");
    CHECK_FALSE(listening.event());
}

TEST_CASE("a call of the old transport asks on its stream, and is answered there", "[mcp_http]") {
    Served served;
    HttpProbe stream(served.port());
    stream.request("GET", "/sse", {"Accept: text/event-stream"});
    stream.stream_head();
    const auto data = [&] {
        const std::string event = stream.event().value_or("data: {}");
        return event.substr(event.find("data: ") + 6);
    };
    const std::string path = data();
    const auto post = [&](const std::string& body) {
        return fetch(served.port(), "POST", path, Served::lines(), body).status;
    };
    post(request_json(0, "initialize",
                      R"({"protocolVersion":"2025-06-18","capabilities":{"elicitation":{}}})"));
    data();
    CHECK(post(request_json(7, "tools/call", R"({"name":"question"})")) == 202);
    const Json question = Json::parse(data());
    CHECK(question.at("method") == "elicitation/create");
    CHECK(post(R"({"jsonrpc":"2.0","id":)" + question.at("id").dump() +
               R"(,"result":{"action":"accept","content":{"name":"Aru"}}})") == 202);
    const Json answer = Json::parse(data());
    CHECK(answer.at("result").at("content").at(0).at("text") == "hello Aru");
}

TEST_CASE("a session that is ended leaves no call waiting", "[mcp_http]") {
    Served served;
    const auto session = served.open("2025-11-25", R"({"elicitation":{}})");
    HttpProbe calling(served.port());
    calling.request("POST", "/mcp", Served::lines({session}),
                    request_json(7, "tools/call", R"({"name":"question"})"));
    calling.stream_head();
    calling.event();
    calling.event();
    CHECK(fetch(served.port(), "DELETE", "/mcp", {session}).status < 300);
    const std::string withdrawn = calling.event().value_or("");
    CHECK(withdrawn.find("notifications/cancelled") != std::string::npos);
    const std::string answer = calling.event().value_or("");
    CHECK(answer.find("say who it is") != std::string::npos);
    CHECK_FALSE(calling.event());
}

TEST_CASE("2026-07-28 needs no session, and its ladder decides the status", "[mcp_http]") {
    Served served;
    const auto discover =
        served.post(modern(1, "server/discover"), modern_lines("server/discover"));
    CHECK(discover.status == 200);
    CHECK_FALSE(discover.has("Mcp-Session-Id"));
    const auto echo = modern(2, "tools/call", R"("name":"echo","arguments":{"a":1})");
    CHECK(served.post(echo, modern_lines("tools/call", "echo")).status == 200);

    const auto code = [](const WireReply& reply) {
        return Json::parse(reply.body).at("error").at("code");
    };
    const auto mismatch = served.post(echo, modern_lines("tools/call", "other"));
    CHECK(mismatch.status == 400);
    CHECK(code(mismatch) == -32020);
    const auto headless = served.post(echo);
    CHECK(headless.status == 400);
    CHECK(code(headless) == -32020);
    const auto unknown = served.post(modern(3, "ping"), modern_lines("ping"));
    CHECK(unknown.status == 404);
    CHECK(code(unknown) == jsonrpc::kMethodNotFound);
    const auto batch = served.post("[" + echo + "]", modern_lines("tools/call", "echo"));
    CHECK(batch.status == 400);
    CHECK(code(batch) == jsonrpc::kInvalidRequest);
    CHECK(served
              .post(R"({"jsonrpc":"2.0","method":"notifications/cancelled"})",
                    modern_lines("notifications/cancelled"))
              .status == 202);
}

/// The message of the next event that is none of the carrier's own.
Json next_message(HttpProbe& probe) {
    for (;;) {
        const auto event = probe.event().value();
        const auto data = event.find("data: {");
        if (data != std::string::npos) return Json::parse(event.substr(data + 6));
    }
}

constexpr const char* kLetter = "test://letters/a";

TEST_CASE("a session's subscriptions are told on its standalone stream", "[mcp_http]") {
    Served served;
    const auto session = served.open("2025-11-25");
    const auto subscribe = [&] {
        const auto reply = served.post(
            request_json(1, "resources/subscribe", R"({"uri":"test://letters/a"})"), {session});
        CHECK(Json::parse(reply.body).at("result").empty());
    };
    const auto listen = [&] {
        HttpProbe probe(served.port());
        probe.request("GET", "/mcp", {session, "Accept: text/event-stream"});
        CHECK(probe.stream_head().status == 200);
        return probe;
    };
    const bool told_before_the_stream = GENERATE(true, false);
    if (told_before_the_stream) {
        subscribe();
        served.changes.tell({kLetter});
        served.changes.tell({kLetter});
    }
    HttpProbe probe = listen();
    if (!told_before_the_stream) {
        subscribe();
        served.changes.tell({kLetter});
    }
    const Json notice = next_message(probe);
    CHECK(notice["method"] == "notifications/resources/updated");
    CHECK(notice["params"] == Json{{"uri", kLetter}});
    fetch(served.port(), "DELETE", "/mcp", {session});
    CHECK_FALSE(probe.event());
    served.changes.await_watchers(kLetter, 0);
}

/// One who listens to the letter; the acknowledgement is read.
HttpProbe listen(const Served& served, int id) {
    HttpProbe probe(served.port());
    probe.request("POST", "/mcp", served.lines(modern_lines("subscriptions/listen")),
                  modern(id, "subscriptions/listen",
                         R"("notifications":{"resourceSubscriptions":["test://letters/a"]})"));
    CHECK(probe.stream_head().status == 200);
    CHECK(next_message(probe)["method"] == "notifications/subscriptions/acknowledged");
    return probe;
}

TEST_CASE("a listen of 2026-07-28 is a stream that its client ends by leaving", "[mcp_http]") {
    Served served;
    HttpProbe leaving = listen(served, 1);
    HttpProbe staying = listen(served, 1);
    served.changes.tell({kLetter});
    for (HttpProbe* each : {&leaving, &staying}) {
        const Json notice = next_message(*each);
        CHECK(notice["method"] == "notifications/resources/updated");
        CHECK(notice["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == 1);
    }
    leaving.close();
    served.changes.await_watchers(kLetter, 1);
    served.changes.tell({kLetter});
    CHECK(next_message(staying)["params"]["uri"] == kLetter);
    // Other requests are answered meanwhile.
    CHECK(served
              .post(modern(2, "tools/call", R"("name":"echo","arguments":{})"),
                    modern_lines("tools/call", "echo"))
              .status == 200);
}

TEST_CASE(
    "a thousand listen at once: all are told, calls are answered, and leaving frees their places",
    "[mcp_http]") {
    constexpr int kListeners = 1'000;
    Served served;
    std::vector<HttpProbe> listeners;
    for (int id = 1; id <= kListeners; ++id) listeners.push_back(listen(served, id));
    served.changes.await_watchers(kLetter, kListeners);

    served.changes.tell({kLetter});
    CHECK(served
              .post(modern(1, "tools/call", R"("name":"echo","arguments":{})"),
                    modern_lines("tools/call", "echo"))
              .status == 200);
    for (int id = 1; id <= kListeners; ++id) {
        const Json notice = next_message(listeners[static_cast<std::size_t>(id) - 1]);
        CHECK(notice["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == id);
    }
    while (listeners.size() > kListeners / 2) listeners.pop_back();
    served.changes.await_watchers(kLetter, kListeners / 2);
    HttpProbe late = listen(served, 7);
    served.changes.tell({kLetter});
    CHECK(next_message(late)["params"]["uri"] == kLetter);
    CHECK(next_message(listeners.front())["params"]["uri"] == kLetter);
}

TEST_CASE("a server that stops ends its listens with their results", "[mcp_http]") {
    auto served = std::make_unique<Served>();
    HttpProbe probe(served->port());
    probe.request("POST", "/mcp", served->lines(modern_lines("subscriptions/listen")),
                  modern(9, "subscriptions/listen", R"("notifications":{})"));
    CHECK(probe.stream_head().status == 200);
    CHECK(next_message(probe)["method"] == "notifications/subscriptions/acknowledged");
    served.reset();
    const Json last = next_message(probe);
    CHECK(last["id"] == 9);
    CHECK(last["result"]["resultType"] == "complete");
    CHECK_FALSE(probe.event());
}

TEST_CASE("a client that takes no events cannot listen", "[mcp_http]") {
    Served served;
    auto headers = modern_lines("subscriptions/listen");
    headers.insert(headers.end(), {"Content-Type: application/json", "Accept: application/json"});
    const auto reply = fetch(served.port(), "POST", "/mcp", headers,
                             modern(1, "subscriptions/listen", R"("notifications":{})"));
    CHECK(reply.status == 200);
    CHECK(Json::parse(reply.body).at("error").at("code") == -31000);
}

TEST_CASE("a client that leaves cancels its stateless call", "[mcp_http]") {
    Served served;
    HttpProbe probe(served.port());
    probe.request("POST", "/mcp", served.lines(modern_lines("tools/call", "wait")),
                  modern(1, "tools/call", R"("name":"wait","arguments":{})"));
    served.tools.await_waiting(1);
    probe.close();
    wait_until([&] { return served.tools.cancelled == 1; });
}

TEST_CASE("a session's call is cancelled by saying so, and then not answered", "[mcp_http]") {
    Served served;
    const auto session = served.open("2025-11-25");
    HttpProbe probe(served.port());
    probe.request("POST", "/mcp", served.lines({session}),
                  request_json(7, "tools/call", R"({"name":"wait"})"));
    served.tools.await_waiting(1);

    CHECK(
        served
            .post(
                R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})",
                {session})
            .status == 202);
    const auto reply = probe.reply();
    CHECK(reply.status == 202);
    CHECK(reply.body.empty());
    CHECK(served.tools.cancelled == 1);
}

TEST_CASE("progress makes the answer a stream in both eras", "[mcp_http]") {
    Served served;
    HttpProbe probe(served.port());
    std::size_t events = 0;
    SECTION("in a session") {
        const auto session = served.open("2025-11-25");
        probe.request(
            "POST", "/mcp", served.lines({session}),
            request_json(7, "tools/call", R"({"name":"count","_meta":{"progressToken":"p"}})"));
        CHECK(probe.stream_head().status == 200);
        CHECK(probe.event() == "id: 1_0\ndata: ");
    }
    SECTION("stateless") {
        auto body = modern(7, "tools/call", R"("name":"count")");
        body.replace(body.find(R"("_meta":{)"), 9, R"("_meta":{"progressToken":"p",)");
        probe.request("POST", "/mcp", served.lines(modern_lines("tools/call", "count")), body);
        CHECK(probe.stream_head().status == 200);
    }
    std::string last;
    for (auto event = probe.event(); event; event = probe.event()) {
        ++events;
        last = *event;
    }
    CHECK(events == 4);  // 1, 2, 3 of 3 and the reply
    CHECK(last.find("\"id\":7") != std::string::npos);
}

TEST_CASE("the oldest revision works over its own transport", "[mcp_http]") {
    Served served;
    HttpProbe stream(served.port());
    stream.request("GET", "/sse");
    stream.stream_head();
    const auto endpoint = *stream.event();
    const auto path = endpoint.substr(endpoint.find("/messages"));
    const auto post = [&](const std::string& body) {
        return fetch(served.port(), "POST", path, served.lines(), body).status;
    };
    CHECK(
        post(request_json(
            1, "initialize",
            R"({"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"t","version":"1"}})")) ==
        202);
    CHECK(stream.event()->find(R"("protocolVersion":"2024-11-05")") != std::string::npos);
    CHECK(post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})") == 202);
    CHECK(post(request_json(2, "tools/call", R"({"name":"wait"})")) == 202);
    served.tools.await_waiting(1);
    CHECK(
        post(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}})") ==
        202);
    wait_until([&] { return served.tools.cancelled == 1; });
    CHECK(post(request_json(3, "ping")) == 202);
    CHECK(stream.event()->find("\"id\":3") != std::string::npos);
}

}  // namespace
}  // namespace shopkeeper::test
