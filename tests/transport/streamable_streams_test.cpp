#include <catch2/catch.hpp>

#include "http_fixture.hpp"
#include "transport/streamable_http.hpp"

// The event streams of /mcp over real sockets: order, resuming, leaving. Rules: protocol.md 1 rows
// 25-28, 2.4.

namespace shopkeeper::test {
namespace {

using std::chrono::milliseconds;

std::string data_of(const std::string& event) {
    const auto at = event.find("data: ");
    return at == std::string::npos ? "" : event.substr(at + 6);
}

std::string id_of(const std::string& event) {
    const auto at = event.find("id: ");
    return at == std::string::npos ? "" : event.substr(at + 4, event.find('\n', at) - at - 4);
}

TEST_CASE("DELETE ends a session and what runs in it", "[streamable]") {
    HttpFixture http;
    const auto session = http.open_session();
    HttpProbe stream(http.port());
    stream.request("GET", "/mcp", http.session_lines(session));
    CHECK(stream.stream_head().status == 200);
    HttpProbe call(http.port());
    call.request("POST", "/mcp", http.session_lines(session), request_json(3, "slow"));
    http.shop().wait_slow(1);

    CHECK(fetch(http.port(), "DELETE", "/mcp", http.session_lines(session)).status == 204);
    CHECK_FALSE(stream.event());
    CHECK(call.reply().status == 200);
    CHECK(http.shop().slow_cancelled == 1);
    CHECK(fetch(http.port(), "DELETE", "/mcp", http.session_lines(session)).status == 404);
    CHECK(http.post(request_json(4, "echo"), http.session_lines(session)).status == 404);
    CHECK(fetch(http.port(), "GET", "/mcp", http.session_lines(session)).status == 404);
}

TEST_CASE("a session has one stream of its own at a time", "[streamable]") {
    HttpFixture http;
    const auto session = http.open_session();
    {
        HttpProbe first(http.port());
        first.request("GET", "/mcp", http.session_lines(session));
        const auto head = first.stream_head();
        CHECK(head.status == 200);
        CHECK(head.header("Content-Type") == "text/event-stream");
        CHECK(head.header("Cache-Control") == "no-cache, no-transform");
        CHECK(fetch(http.port(), "GET", "/mcp", http.session_lines(session)).status == 409);
    }
    wait_until([&] { return http.transport.server().counts().streams == 0; });
    HttpProbe second(http.port());
    second.request("GET", "/mcp", http.session_lines(session));
    CHECK(second.stream_head().status == 200);
}

TEST_CASE("a call that speaks first is answered by a stream that ends in the reply",
          "[streamable]") {
    HttpFixture http;
    const auto progress = request_json(9, "progress", R"({"count":2})");

    SECTION("2025-11-25: primed, every event has an id") {
        const auto session = http.open_session("2025-11-25");
        HttpProbe probe(http.port());
        probe.request("POST", "/mcp", http.session_lines(session), progress);
        CHECK(probe.stream_head().header("Content-Type") == "text/event-stream");
        CHECK(probe.event() == "id: 1_0\ndata: ");
        CHECK(probe.event() == "event: message\nid: 1_1\ndata: " +
                                   jsonrpc::notification_message("notifications/progress", "1"));
        CHECK(id_of(*probe.event()) == "1_2");
        const auto last = *probe.event();
        CHECK(id_of(last) == "1_3");
        CHECK(Json::parse(data_of(last)).at("id") == 9);
        CHECK_FALSE(probe.event());
        probe.request("POST", "/mcp", http.session_lines(session), request_json(10, "echo"));
        CHECK(probe.reply().status == 200);
    }
    SECTION("before: no priming, whose empty data older clients choke on") {
        const auto session = http.open_session("2025-06-18");
        HttpProbe probe(http.port());
        probe.request("POST", "/mcp", http.session_lines(session), progress);
        probe.stream_head();
        CHECK(id_of(*probe.event()) == "1_1");
    }
    SECTION("stateless: no ids, no buffering on the way, no session") {
        HttpProbe probe(http.port());
        probe.request("POST", "/mcp", http.modern_lines(), progress);
        const auto head = probe.stream_head();
        CHECK(head.header("X-Accel-Buffering") == "no");
        CHECK_FALSE(head.has("Mcp-Session-Id"));
        CHECK(id_of(*probe.event()).empty());
        CHECK(id_of(*probe.event()).empty());
        CHECK(Json::parse(data_of(*probe.event())).at("id") == 9);
        CHECK_FALSE(probe.event());
    }
    SECTION("a client that takes only JSON gets only the reply") {
        const auto session = http.open_session();
        const auto reply =
            http.post(progress, {"Content-Type: application/json", "Accept: application/json",
                                 "Mcp-Session-Id: " + session});
        CHECK(reply.header("Content-Type") == "application/json");
        CHECK(Json::parse(reply.body).at("id") == 9);
    }
    SECTION("a client that takes only events gets even a quick reply as one") {
        HttpProbe probe(http.port());
        probe.request("POST", "/mcp",
                      {"Content-Type: application/json", "Accept: text/event-stream"},
                      request_json(1, "initialize"));
        const auto head = probe.stream_head();
        CHECK(head.status == 200);
        CHECK(head.header("Mcp-Session-Id").size() == 32);
        probe.event();  // priming
        CHECK(Json::parse(data_of(*probe.event())).at("id") == 1);
    }
}

TEST_CASE("a dropped stream is resumed where it broke, the reply included", "[streamable]") {
    HttpFixture http;
    const auto session = http.open_session();
    HttpProbe probe(http.port());
    probe.request("POST", "/mcp", http.session_lines(session),
                  request_json(9, "progress", R"({"count":5,"then_wait":true})"));
    probe.stream_head();
    probe.event();
    const auto seen = id_of(*probe.event());
    CHECK(seen == "1_1");
    http.shop().wait_slow(1);
    probe.abort();
    wait_until([&] { return http.transport.server().counts().streams == 0; });

    SECTION("while the call still runs: the rest, then live") {
        HttpProbe again(http.port());
        again.request("GET", "/mcp", http.session_lines(session, {"Last-Event-ID: " + seen}));
        CHECK(again.stream_head().status == 200);
        for (const auto* id : {"1_2", "1_3", "1_4", "1_5"}) CHECK(id_of(*again.event()) == id);
        http.shop().open_gates(1);
        const auto reply = *again.event();
        CHECK(id_of(reply) == "1_6");
        CHECK(Json::parse(data_of(reply)).at("id") == 9);
        CHECK_FALSE(again.event());
    }
    SECTION("after it has finished, as often as needed") {
        http.shop().open_gates(1);
        http.shop().watch.wait([&] { return http.shop().slow_finished == 1; });
        for (int i = 0; i < 2; ++i) {
            HttpProbe again(http.port());
            again.request("GET", "/mcp", http.session_lines(session, {"Last-Event-ID: 1_4"}));
            again.stream_head();
            CHECK(id_of(*again.event()) == "1_5");
            CHECK(id_of(*again.event()) == "1_6");
            CHECK_FALSE(again.event());
        }
    }
    SECTION("only in the session it belongs to, and only what is known") {
        http.shop().open_gates(1);
        const auto other = http.open_session();
        const auto* id = GENERATE("1_1", "7_0", "1", "x_y", "1_-1");
        CHECK(fetch(http.port(), "GET", "/mcp",
                    http.session_lines(other, {std::string("Last-Event-ID: ") + id}))
                  .status == 400);
    }
    CHECK(http.shop().slow_cancelled == 0);
}

TEST_CASE("a call that takes long is primed, so that its client can come back for the answer",
          "[streamable]") {
    HttpFixture::Options options;
    options.streamable.prime_after = milliseconds(20);
    HttpFixture http(options);
    const auto slow = request_json(9, "slow", R"({"text":"at last"})");

    SECTION("2025-11-25: nothing was said before the connection broke but the priming event") {
        const auto session = http.open_session("2025-11-25");
        HttpProbe probe(http.port());
        probe.request("POST", "/mcp", http.session_lines(session), slow);
        CHECK(probe.stream_head().header("Content-Type") == "text/event-stream");
        CHECK(probe.event() == "id: 1_0\ndata: ");
        probe.abort();
        wait_until([&] { return http.transport.server().counts().streams == 0; });
        http.shop().open_gates(1);

        HttpProbe again(http.port());
        again.request("GET", "/mcp", http.session_lines(session, {"Last-Event-ID: 1_0"}));
        CHECK(again.stream_head().status == 200);
        const auto reply = *again.event();
        CHECK(id_of(reply) == "1_1");
        CHECK(Json::parse(data_of(reply)).at("result").at("text") == "at last");
        CHECK_FALSE(again.event());
        CHECK(http.shop().slow_cancelled == 0);
    }
    SECTION("a client that takes only JSON, and every other revision, waits for JSON") {
        auto lines = http.modern_lines();
        SECTION("2025-06-18") {
            lines = http.session_lines(http.open_session("2025-06-18"));
        }
        SECTION("2025-03-26") {
            lines = http.session_lines(http.open_session("2025-03-26"));
        }
        SECTION("2026-07-28") {}
        SECTION("only JSON") {
            lines = {"Content-Type: application/json", "Accept: application/json",
                     "Mcp-Session-Id: " + http.open_session("2025-11-25")};
        }
        HttpProbe probe(http.port());
        probe.request("POST", "/mcp", lines, slow);
        http.shop().wait_slow(1);
        // A later call that may be primed: when it is, the time of the first one was over as well.
        HttpProbe later(http.port());
        later.request("POST", "/mcp", http.session_lines(http.open_session("2025-11-25")),
                      request_json(10, "slow"));
        CHECK(later.stream_head().header("Content-Type") == "text/event-stream");
        CHECK(http.transport.server().counts().streams == 1);
        http.shop().open_gates(2);
        const auto reply = probe.reply();
        CHECK(reply.header("Content-Type") == "application/json");
        CHECK(Json::parse(reply.body).at("result").at("text") == "at last");
    }
    SECTION("a call that ends in time is answered with JSON") {
        options.streamable.prime_after = std::chrono::hours(1);
        HttpFixture patient(options);
        const auto session = patient.open_session("2025-11-25");
        patient.shop().open_gates(1);
        const auto reply = patient.post(slow, patient.session_lines(session));
        CHECK(reply.header("Content-Type") == "application/json");
    }
}

TEST_CASE("the replay buffer is bounded: the oldest events are forgotten", "[streamable]") {
    HttpFixture::Options options;
    options.streamable.log.events_max = 10;
    HttpFixture http(options);
    const auto session = http.open_session();
    HttpProbe probe(http.port());
    probe.request("POST", "/mcp", http.session_lines(session),
                  request_json(9, "progress", R"({"count":100})"));
    probe.stream_head();
    while (probe.event()) {
    }
    HttpProbe again(http.port());
    again.request("GET", "/mcp", http.session_lines(session, {"Last-Event-ID: 1_0"}));
    again.stream_head();
    CHECK(id_of(*again.event()) == "1_92");
    std::string last;
    for (auto event = again.event(); event; event = again.event()) last = *event;
    CHECK(id_of(last) == "1_101");
}

TEST_CASE("old replay buffers and idle sessions are forgotten", "[streamable]") {
    HttpFixture::Options options;
    options.housekeeping = milliseconds(5);
    SECTION("buffers") {
        options.streamable.log_kept = milliseconds(1);
        HttpFixture http(options);
        const auto session = http.open_session();
        http.post(request_json(9, "progress", R"({"count":1})"), http.session_lines(session));
        wait_until([&] {
            HttpProbe probe(http.port());
            probe.request("GET", "/mcp", http.session_lines(session, {"Last-Event-ID: 1_0"}));
            return probe.stream_head().status == 400;
        });
    }
    SECTION("sessions, but not those that listen or work") {
        options.streamable.session_idle = milliseconds(200);
        HttpFixture http(options);
        const auto idle = http.open_session();
        const auto listening = http.open_session();
        const auto working = http.open_session();
        HttpProbe stream(http.port());
        stream.request("GET", "/mcp", http.session_lines(listening));
        stream.stream_head();
        HttpProbe call(http.port());
        call.request("POST", "/mcp", http.session_lines(working), request_json(3, "slow"));
        http.shop().wait_slow(1);
        // The table has a place for each session: the idle one is gone when only two are left.
        wait_until([&] {
            return fetch(http.port(), "DELETE", "/mcp",
                         {"Mcp-Session-Id: " + idle, "MCP-Protocol-Version: none"})
                       .status == 404;
        });
        http.shop().open_gates(1);
        CHECK(call.reply().status == 200);
        CHECK(http.post(request_json(4, "echo"), http.session_lines(listening)).status == 200);
    }
}

TEST_CASE("leaving cancels a stateless call, and only such a one", "[streamable]") {
    HttpFixture http;
    HttpProbe probe(http.port());
    SECTION("stateless, nothing sent yet") {
        probe.request("POST", "/mcp", http.modern_lines(), request_json(3, "slow"));
        http.shop().wait_slow(1);
        probe.close();
        http.shop().watch.wait([&] { return http.shop().slow_cancelled == 1; });
    }
    SECTION("stateless, in the middle of its stream") {
        probe.request("POST", "/mcp", http.modern_lines(),
                      request_json(3, "progress", R"({"count":1,"then_wait":true})"));
        probe.stream_head();
        probe.event();
        http.shop().wait_slow(1);
        probe.close();
        http.shop().watch.wait([&] { return http.shop().slow_cancelled == 1; });
    }
    SECTION("in a session the call goes on") {
        const auto session = http.open_session();
        probe.request("POST", "/mcp", http.session_lines(session), request_json(3, "slow"));
        http.shop().wait_slow(1);
        probe.close();
        wait_until([&] { return http.transport.server().counts().connections <= 1; });
        http.shop().open_gates(1);
        http.shop().watch.wait([&] { return http.shop().slow_finished == 1; });
        CHECK(http.shop().slow_cancelled == 0);
    }
}

TEST_CASE("200 silent streams stay open while calls are answered", "[streamable]") {
    HttpFixture::Options options;
    options.streamable.heartbeat = milliseconds(50);
    HttpFixture http(options);
    std::vector<HttpProbe> streams;
    for (int i = 0; i < 200; ++i) {
        const auto session = http.open_session();
        streams.emplace_back(http.port()).request("GET", "/mcp", http.session_lines(session));
        REQUIRE(streams.back().stream_head().status == 200);
    }
    CHECK(http.transport.server().counts().streams == 200);

    const auto session = http.open_session();
    HttpProbe caller(http.port());
    for (int i = 0; i < 500; ++i) {
        caller.request("POST", "/mcp", http.session_lines(session), request_json(i, "echo"));
        REQUIRE(caller.reply().status == 200);
    }
    http.shop().open_gates(1);
    CHECK(http.post(request_json(1, "slow"), http.session_lines(session)).status == 200);
    for (auto& stream : streams) CHECK(stream.event() == ":");  // kept awake by comments
}

}  // namespace
}  // namespace shopkeeper::test
