#include "transport/sse.hpp"

#include <catch2/catch.hpp>

#include "http_fixture.hpp"

// HTTP+SSE of 2024-11-05 over real sockets. Rule: protocol.md 2.3.

namespace shopkeeper::test {
namespace {

using std::chrono::milliseconds;

/// A client of the old transport: its stream, and the address it was told to post to.
struct SseClient {
    explicit SseClient(HttpFixture& fixture, HttpProbe::Options options = {})
        : http(fixture), stream(fixture.port(), options) {
        stream.request("GET", "/sse", {"Accept: text/event-stream"});
        head = stream.stream_head();
        const auto event = stream.event().value_or("");
        constexpr std::string_view kPrefix = "event: endpoint\ndata: ";
        if (event.starts_with(kPrefix)) path = event.substr(kPrefix.size());
    }

    WireReply post(const std::string& body) {
        return fetch(http.port(), "POST", path, {"Content-Type: application/json"}, body);
    }
    Json message() {
        const auto event = stream.event().value_or("");
        constexpr std::string_view kPrefix = "event: message\ndata: ";
        return event.starts_with(kPrefix) ? Json::parse(event.substr(kPrefix.size())) : Json(event);
    }

    HttpFixture& http;
    HttpProbe stream;
    WireReply head;
    std::string path;
};

TEST_CASE("the first event says where to post, and answers come on the stream", "[sse]") {
    HttpFixture http;
    SseClient client(http);
    CHECK(client.head.status == 200);
    CHECK(client.head.header("Content-Type") == "text/event-stream");
    CHECK(client.path.starts_with("/messages?sessionId="));
    CHECK(client.path.size() == std::string("/messages?sessionId=").size() + 32);

    const auto reply =
        client.post(request_json(1, "initialize", R"({"protocolVersion":"2024-11-05"})"));
    CHECK(reply.status == 202);
    CHECK(reply.body == "Accepted");
    CHECK(client.message().at("id") == 1);
    CHECK(client.post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})").status == 202);
    CHECK(client.post(request_json(2, "echo", R"({"a":1})")).status == 202);
    CHECK(client.message() == Json::parse(R"({"jsonrpc":"2.0","id":2,"result":{"a":1}})"));
    CHECK(http.shop().notifications == std::vector<std::string>{"notifications/initialized"});
    CHECK_FALSE(http.shop().last_peer->over_http);
    CHECK(http.shop().last_peer->session == client.path.substr(client.path.find('=') + 1));
}

TEST_CASE("progress and the reply of a slow call come in order", "[sse]") {
    HttpFixture http;
    SseClient client(http);
    CHECK(client.post(request_json(3, "progress", R"({"count":2})")).status == 202);
    CHECK(client.message().at("params") == 1);
    CHECK(client.message().at("params") == 2);
    CHECK(client.message().at("id") == 3);
}

TEST_CASE("two clients never see each other's answers", "[sse]") {
    HttpFixture http;
    SseClient one(http);
    SseClient two(http);
    one.post(request_json(1, "echo"));
    two.post(request_json(2, "echo"));
    CHECK(one.message().at("id") == 1);
    CHECK(two.message().at("id") == 2);
}

TEST_CASE("what a POST may be refused for", "[sse]") {
    HttpFixture http;
    SseClient client(http);
    const auto status = [&](const std::string& path, const std::string& body,
                            const std::string& type = "application/json") {
        return fetch(http.port(), "POST", path, {"Content-Type: " + type}, body).status;
    };
    CHECK(status("/messages", request_json(1, "echo")) == 400);
    CHECK(status("/messages?sessionId=", request_json(1, "echo")) == 400);
    CHECK(status("/messages?sessionId=0123", request_json(1, "echo")) == 404);
    CHECK(status(client.path, request_json(1, "echo"), "text/plain") == 415);
    CHECK(status(client.path, "{not json") == 400);
    CHECK(status(client.path, std::string(2 * 1024 * 1024, 'x')) == 413);
    CHECK(fetch(http.port(), "GET", client.path).status == 405);
    CHECK(fetch(http.port(), "GET", "/sse", {"Accept: application/json"}).status == 406);
    CHECK(fetch(http.port(), "GET", "/sse", {"Host: evil.example"}).status == 403);
    CHECK(fetch(http.port(), "GET", "/sse", {"Origin: http://evil.example"}).status == 403);
    CHECK(http.shop().handled.empty());
    CHECK(client.post(request_json(1, "echo")).status == 202);
}

TEST_CASE("the stream's end is the session's end, and cancels nothing", "[sse]") {
    HttpFixture http;
    SseClient client(http);
    client.post(request_json(1, "slow"));
    http.shop().wait_slow(1);
    client.stream.close();
    wait_until([&] { return client.post(request_json(2, "echo")).status == 404; });
    http.shop().open_gates(1);
    http.shop().watch.wait([&] { return http.shop().slow_finished == 1; });
    CHECK(http.shop().slow_cancelled == 0);
}

TEST_CASE("a client that posts but does not read is dropped, the others are not", "[sse]") {
    HttpFixture::Options options;
    options.listener.stream_unread_bytes_max = 128 * 1024;
    HttpFixture http(options);
    SseClient stuck(http, {.receive_buffer_bytes = 4096});
    SseClient well(http);
    const auto big = request_json(1, "echo", R"({"a":")" + std::string(30'000, 'x') + "\"}");
    wait_until([&] { return stuck.post(big).status == 404; });
    CHECK(well.post(request_json(2, "echo")).status == 202);
    CHECK(well.message().at("id") == 2);
}

TEST_CASE("when calls queue up a POST is refused instead of acknowledged", "[sse]") {
    HttpFixture::Options options;
    options.calls.threads_max = 1;
    options.calls.waiting_max = 1;
    HttpFixture http(options);
    SseClient client(http);
    CHECK(client.post(request_json(1, "slow")).status == 202);
    http.shop().wait_slow(1);
    CHECK(client.post(request_json(2, "slow")).status == 202);
    CHECK(client.post(request_json(3, "slow")).status == 503);
    http.shop().open_gates(2);
    CHECK(client.message().at("id") == 1);
    CHECK(client.message().at("id") == 2);
    CHECK(http.shop().handled.count("3") == 0);
}

TEST_CASE("a silent old-style stream carries comments", "[sse]") {
    HttpFixture::Options options;
    options.sse.heartbeat = milliseconds(20);
    HttpFixture http(options);
    SseClient client(http);
    CHECK(client.stream.event() == ":");
}

}  // namespace
}  // namespace shopkeeper::test
