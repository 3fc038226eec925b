#include "net/http_server.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <ctime>
#include <mutex>
#include <thread>

#include "fake_endpoints.hpp"
#include "support/http_probe.hpp"

// The listener alone, over real sockets: what a client may send, and what it gets for it.

namespace shopkeeper::net {
namespace {

using std::chrono::milliseconds;
using test::fetch;
using test::HttpProbe;
using test::wait_until;

HttpOptions small_options() {
    HttpOptions options;
    options.io_threads = 2;
    options.keepalive_requests_max = 1'000'000;  // tests count on their connections
    return options;
}

/// A server with the routes these tests talk to.
class Fixture {
public:
    explicit Fixture(HttpOptions options = small_options()) : server(std::move(options)) {
        server.route("GET", "/hello", [](Request&, Responder responder) {
            responder.reply({.content_type = "text/plain", .body = "hello"});
        });
        server.route("POST", "/echo", [](Request& request, Responder responder) {
            responder.reply({.content_type = "text/plain", .body = std::move(request.body)});
        });
        server.route("GET", "/headers", [](Request& request, Responder responder) {
            std::string seen;
            for (std::size_t i = 0; i < request.header_count(); ++i) {
                const auto [name, value] = request.header_at(i);
                seen.append(name).append("=[").append(value).append("]\n");
            }
            responder.reply({.body = std::move(seen)});
        });
        server.route("GET", "/query", [](Request& request, Responder responder) {
            responder.reply({.body = request.query_parameter("a").value_or("absent")});
        });
        server.route("GET", "/dropped", [](Request&, Responder) {});
        server.route("GET", "/throws",
                     [](Request&, Responder) { throw std::runtime_error("a bug"); });
        server.route("GET", "/later", [this](Request& request, Responder responder) {
            const std::scoped_lock lock(mutex);
            later.push_back(std::move(responder));
            gone.push_back(request.gone);
        });
        server.route("GET", "/stream", [this](Request&, Responder responder) {
            StreamHead head;
            head.first = "data: first\n\n";
            head.heartbeat = heartbeat;
            head.on_close = [this] { ++closed; };
            auto opened = responder.stream(std::move(head));
            if (!opened) return responder.reply({.status = 503});
            const std::scoped_lock lock(mutex);
            streams.push_back(std::move(*opened));
        });
        server.route("GET", "/below/*", [](Request& request, Responder responder) {
            responder.reply({.body = std::string(request.path())});
        });
        server.start();
    }
    ~Fixture() { server.stop(); }

    std::uint16_t port() const { return server.port(); }
    std::size_t waiting() {
        const std::scoped_lock lock(mutex);
        return later.size();
    }
    void answer_all(const std::string& body) {
        std::vector<Responder> ready;
        {
            const std::scoped_lock lock(mutex);
            ready.swap(later);
        }
        for (auto& responder : ready) responder.reply({.body = body});
    }
    EventStream take_stream() {
        wait_until([this] {
            const std::scoped_lock lock(mutex);
            return !streams.empty();
        });
        const std::scoped_lock lock(mutex);
        auto stream = std::move(streams.back());
        streams.pop_back();
        return stream;
    }

    HttpServer server;
    milliseconds heartbeat{60'000};
    std::atomic<int> closed = 0;
    std::mutex mutex;
    std::vector<Responder> later;
    std::vector<std::stop_token> gone;
    std::vector<EventStream> streams;
};

TEST_CASE("a request is answered, and the connection serves the next", "[net]") {
    Fixture fixture;
    HttpProbe probe(fixture.port());
    for (int i = 0; i < 3; ++i) {
        probe.request("GET", "/hello");
        const auto reply = probe.reply();

        CHECK(reply.status == 200);
        CHECK(reply.body == "hello");
        CHECK(reply.header("Content-Type") == "text/plain");
        CHECK(reply.header("X-Content-Type-Options") == "nosniff");
        CHECK(reply.header("Referrer-Policy") == "no-referrer");
        CHECK(reply.has("Date"));
        CHECK_FALSE(reply.has("Server"));
        CHECK_FALSE(reply.has("Connection"));
    }
}

TEST_CASE("requests sent ahead are answered in order, slow ones among them", "[net]") {
    Fixture fixture;
    HttpProbe probe(fixture.port());
    std::string ahead;
    for (const char* path : {"/hello", "/later", "/query?a=1", "/hello"}) {
        ahead += std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    probe.send(ahead);

    CHECK(probe.reply().body == "hello");
    wait_until([&] { return fixture.waiting() == 1; });
    fixture.answer_all("at last");
    CHECK(probe.reply().body == "at last");
    CHECK(probe.reply().body == "1");
    CHECK(probe.reply().body == "hello");
}

TEST_CASE("a request may arrive byte by byte", "[net]") {
    Fixture fixture;
    HttpProbe probe(fixture.port());
    const std::string request =
        GENERATE(std::string("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"),
                 std::string("\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                             "chunked\r\n\r\n2\r\nbo\r\n2;a=b\r\ndy\r\n0\r\n\r\n"));
    for (const char byte : request) probe.send({&byte, 1});

    CHECK(probe.reply().body == "body");
    probe.request("GET", "/hello");
    CHECK(probe.reply().status == 200);
}

TEST_CASE("an empty chunked body may arrive byte by byte", "[net]") {
    Fixture fixture;
    HttpProbe probe(fixture.port());
    const std::string_view request =
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nTrailer: "
        "late\r\n\r\n";
    for (const char byte : request) probe.send({&byte, 1});

    CHECK(probe.reply().status == 200);
}

TEST_CASE("a body up to the limit is taken, a larger one is refused with 413", "[net]") {
    HttpOptions options = small_options();
    options.body_bytes_max = 1000;
    Fixture fixture(options);

    CHECK(fetch(fixture.port(), "POST", "/echo", {}, std::string(1000, 'a')).body.size() == 1000);

    SECTION("announced") {
        const auto reply = fetch(fixture.port(), "POST", "/echo", {}, std::string(1001, 'a'));
        CHECK(reply.status == 413);
        CHECK(reply.header("Connection") == "close");
        CHECK(reply.body.find("payload_too_large") != std::string::npos);
    }
    SECTION("in chunks") {
        HttpProbe probe(fixture.port());
        probe.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 3; ++i) probe.send("190\r\n" + std::string(400, 'b') + "\r\n");
        CHECK(probe.reply().status == 413);
    }
    SECTION("far larger: the answer arrives although nobody reads the body") {
        HttpProbe probe(fixture.port());
        probe.request("POST", "/echo", {}, std::string(2 * 1024 * 1024, 'c'));
        CHECK(probe.reply().status == 413);
        probe.wait_closed();
    }
}

TEST_CASE("a client that asks first is told to go on, or that it need not", "[net]") {
    HttpOptions options = small_options();
    options.body_bytes_max = 100;
    Fixture fixture(options);
    HttpProbe probe(fixture.port());

    SECTION("go on") {
        probe.send(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        CHECK(probe.reply(true).status == 100);
        probe.send("body");
        CHECK(probe.reply().body == "body");
    }
    SECTION("too large") {
        probe.send(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 400\r\nExpect: "
            "100-continue\r\n\r\n");
        CHECK(probe.reply().status == 413);
    }
}

TEST_CASE("what is not HTTP is refused and the connection closed", "[net]") {
    struct Case {
        std::string text;
        int status;
    };
    const auto bad = GENERATE(
        Case{"garbage\r\n\r\n", 400}, Case{"GET /hello\r\n\r\n", 400},
        Case{"GET /hello HTTP/1.1\r\n\r\n", 400},
        Case{"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Case{"GET /hello HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        Case{"GET /hello HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400},
        Case{"GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        Case{"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
        Case{"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
             400},
        Case{"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: "
             "chunked\r\n\r\n",
             400},
        Case{"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
        Case{"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
        Case{"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        Case{"GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(9000, 'a') + "\r\n\r\n", 431},
        Case{"GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(40000, 'a'), 431},
        Case{"GET /hello HTTP/1.1\r\nHost: a\r\n" +
                 [] {
                     std::string many;
                     for (int i = 0; i < 3000; ++i)
                         many += "X-" + std::to_string(i) + ": abcdef\r\n";
                     return many;
                 }() +
                 "\r\n",
             431});
    INFO(bad.text.substr(0, 100));
    Fixture fixture;
    HttpProbe probe(fixture.port());
    probe.send(bad.text);

    CHECK(probe.reply().status == bad.status);
    probe.wait_closed();
    CHECK(fetch(fixture.port(), "GET", "/hello").status == 200);
}

TEST_CASE("header values reach the handler as they were sent", "[net]") {
    Fixture fixture;
    HttpProbe probe(fixture.port());
    probe.send(
        "GET /headers HTTP/1.1\r\nHost: x\r\nEscaped: file:///a%20b\r\nEmpty:\r\nBlank:   \r\n"
        "Padded: \t v w \t\r\nTwice: 1\r\nTwice: 2\r\n\r\n");

    CHECK(probe.reply().body ==
          "Host=[x]\nEscaped=[file:///a%20b]\nEmpty=[]\nBlank=[]\nPadded=[v "
          "w]\nTwice=[1]\nTwice=[2]\n");
}

TEST_CASE("query parameters are decoded", "[net]") {
    Fixture fixture;
    CHECK(fetch(fixture.port(), "GET", "/query?b=2&a=x%20y+z%zz").body == "x y z%zz");
    CHECK(fetch(fixture.port(), "GET", "/query?a").body.empty());
    CHECK(fetch(fixture.port(), "GET", "/query").body == "absent");
    CHECK(fetch(fixture.port(), "GET", "http://proxy.example/query?a=1").body == "1");
}

TEST_CASE("unknown paths are 404, known ones with another method 405 with Allow", "[net]") {
    Fixture fixture;
    CHECK(fetch(fixture.port(), "GET", "/nothing").status == 404);
    CHECK(fetch(fixture.port(), "GET", "/below/the/line").body == "/below/the/line");
    const auto reply = fetch(fixture.port(), "POST", "/hello");
    CHECK(reply.status == 405);
    CHECK(reply.header("Allow") == "GET, HEAD");
    const auto head = fetch(fixture.port(), "HEAD", "/hello");
    CHECK(head.status == 200);
    CHECK(head.header("Content-Length") == "5");
}

TEST_CASE("a handler that gives up or throws still answers", "[net]") {
    Fixture fixture;
    const auto* path = GENERATE("/dropped", "/throws");
    HttpProbe probe(fixture.port());
    probe.request("GET", path);
    const auto reply = probe.reply();

    CHECK(reply.status == 500);
    CHECK(reply.body.find("a bug") == std::string::npos);
    probe.request("GET", "/hello");
    CHECK(probe.reply().status == 200);
}

TEST_CASE("HTTP/1.0 and Connection: close end the connection after the answer", "[net]") {
    Fixture fixture;
    HttpProbe probe(fixture.port());
    SECTION("1.0") {
        probe.send("GET /hello HTTP/1.0\r\n\r\n");
        CHECK(probe.reply().header("Connection") == "close");
        probe.wait_closed();
    }
    SECTION("close") {
        probe.request("GET", "/hello", {"Connection: close"});
        CHECK(probe.reply().header("Connection") == "close");
        probe.wait_closed();
    }
    SECTION("1.0 that wants to stay") {
        probe.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        CHECK(probe.reply().header("Connection") == "keep-alive");
        probe.send("GET /hello HTTP/1.0\r\n\r\n");
        CHECK(probe.reply().status == 200);
    }
}

TEST_CASE("the peer's leaving is noticed while a handler works elsewhere", "[net]") {
    Fixture fixture;
    HttpProbe probe(fixture.port());
    probe.request("GET", "/later");
    wait_until([&] { return fixture.waiting() == 1; });
    CHECK_FALSE(fixture.gone[0].stop_requested());

    SECTION("by closing") {
        probe.close();
    }
    SECTION("by a crash") {
        probe.abort();
    }
    wait_until([&] { return fixture.gone[0].stop_requested(); });
    fixture.answer_all("to nobody");
    CHECK(fetch(fixture.port(), "GET", "/hello").status == 200);
}

TEST_CASE("a client that closed only its side still gets the answer", "[net]") {
    Fixture fixture;
    HttpProbe probe(fixture.port());
    probe.request("GET", "/later");
    wait_until([&] { return fixture.waiting() == 1; });
    probe.close_write();
    wait_until([&] { return fixture.gone[0].stop_requested(); });
    fixture.answer_all("still");

    CHECK(probe.reply().body == "still");
    probe.wait_closed();
}

TEST_CASE("a stream delivers, stays, ends, and the connection goes on", "[net]") {
    Fixture fixture;
    HttpProbe probe(fixture.port());
    probe.request("GET", "/stream");
    const auto head = probe.stream_head();
    CHECK(head.status == 200);
    CHECK(head.header("Content-Type") == "text/event-stream");
    CHECK(probe.event() == "data: first");

    auto stream = fixture.take_stream();
    CHECK(fixture.server.counts().streams == 1);
    for (int i = 0; i < 1000; ++i) CHECK(stream.send("data: " + std::to_string(i) + "\n\n"));
    for (int i = 0; i < 1000; ++i) REQUIRE(probe.event() == "data: " + std::to_string(i));
    stream.end();
    CHECK_FALSE(probe.event());
    wait_until([&] { return fixture.closed == 1 && fixture.server.counts().streams == 0; });

    probe.request("GET", "/hello");
    CHECK(probe.reply().status == 200);
}

TEST_CASE("a silent stream carries comments", "[net]") {
    Fixture fixture;
    fixture.heartbeat = milliseconds(20);
    HttpProbe probe(fixture.port());
    probe.request("GET", "/stream");
    probe.stream_head();
    CHECK(probe.event() == "data: first");
    CHECK(probe.event() == ":");
    CHECK(probe.event() == ":");
}

TEST_CASE("an open stream costs no processor time", "[net]") {
    Fixture fixture;
    fixture.heartbeat = milliseconds(400);
    HttpProbe probe(fixture.port());
    probe.request("GET", "/stream");
    probe.stream_head();
    probe.event();
    const auto before = std::clock();
    CHECK(probe.event() == ":");  // 400 ms later
    const double used_ms = 1000.0 * static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    CHECK(used_ms < 200);
}

TEST_CASE("a stream whose client left takes nothing more and says so", "[net]") {
    Fixture fixture;
    HttpProbe probe(fixture.port());
    probe.request("GET", "/stream");
    probe.stream_head();
    auto stream = fixture.take_stream();
    probe.close();
    wait_until([&] { return fixture.closed == 1; });
    CHECK_FALSE(stream.send("data: x\n\n"));
}

TEST_CASE("a client that does not read its stream is dropped, others are served", "[net]") {
    HttpOptions options = small_options();
    options.stream_unread_bytes_max = 256 * 1024;
    Fixture fixture(options);
    HttpProbe stuck(fixture.port(), {.receive_buffer_bytes = 4096});
    stuck.request("GET", "/stream");
    auto stream = fixture.take_stream();

    const std::string event = "data: " + std::string(16 * 1024, 'x') + "\n\n";
    wait_until([&] { return !stream.send(event); });
    wait_until([&] { return fixture.closed == 1; });
    CHECK(fetch(fixture.port(), "GET", "/hello").status == 200);
    CHECK(fixture.server.counts().streams == 0);
}

TEST_CASE("a client that stops reading its reply is dropped after the write timeout", "[net]") {
    HttpOptions options = small_options();
    options.write_timeout = milliseconds(100);
    options.body_bytes_max = 32 * 1024 * 1024;
    Fixture fixture(options);
    HttpProbe stuck(fixture.port(), {.receive_buffer_bytes = 4096});
    stuck.request("POST", "/echo", {}, std::string(16 * 1024 * 1024, 'x'));
    wait_until([&] { return fixture.server.counts().connections == 0; });
}

TEST_CASE("streams above the limit are refused, and the duty to answer stays", "[net]") {
    HttpOptions options = small_options();
    options.streams_max = 2;
    Fixture fixture(options);
    std::vector<HttpProbe> probes;
    for (int i = 0; i < 2; ++i) {
        probes.emplace_back(fixture.port()).request("GET", "/stream");
        probes.back().stream_head();
    }
    CHECK(fetch(fixture.port(), "GET", "/stream").status == 503);
    probes.pop_back();
    wait_until([&] { return fixture.server.counts().streams == 1; });
    HttpProbe again(fixture.port());
    again.request("GET", "/stream");
    CHECK(again.stream_head().status == 200);
}

TEST_CASE("idle connections and unfinished requests do not stay for ever", "[net]") {
    HttpOptions options = small_options();
    options.keepalive = milliseconds(40);
    options.read_timeout = milliseconds(40);
    Fixture fixture(options);
    HttpProbe probe(fixture.port());
    SECTION("idle") {
        probe.wait_closed();
    }
    SECTION("half a head") {
        probe.send("GET /hel");
        CHECK(probe.reply().status == 408);
        probe.wait_closed();
    }
    SECTION("half a body") {
        probe.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
        CHECK(probe.reply().status == 408);
        probe.wait_closed();
    }
}

TEST_CASE("when too many connections are idle the oldest makes room", "[net]") {
    HttpOptions options = small_options();
    options.io_threads = 1;
    options.connections_max = 3;
    Fixture fixture(options);
    std::vector<HttpProbe> probes;
    for (int i = 0; i < 3; ++i) {
        probes.emplace_back(fixture.port()).request("GET", "/hello");
        probes.back().reply();
    }
    CHECK(fetch(fixture.port(), "GET", "/hello").status == 200);
    probes.front().wait_closed();
    probes.back().request("GET", "/hello");
    CHECK(probes.back().reply().status == 200);
}

TEST_CASE("a connection is closed after its share of requests, and says so", "[net]") {
    HttpOptions options = small_options();
    options.keepalive_requests_max = 2;
    Fixture fixture(options);
    HttpProbe probe(fixture.port());
    probe.request("GET", "/hello");
    CHECK_FALSE(probe.reply().has("Connection"));
    probe.request("GET", "/hello");
    CHECK(probe.reply().header("Connection") == "close");
    probe.wait_closed();
}

TEST_CASE("headers for every reply are on refusals and streams too", "[net]") {
    HttpOptions options = small_options();
    options.reply_headers = {{"Strict-Transport-Security", "max-age=31536000"}};
    Fixture fixture(options);
    for (const char* path : {"/hello", "/nothing", "/dropped"}) {
        CHECK(fetch(fixture.port(), "GET", path).has("Strict-Transport-Security"));
    }
    HttpProbe probe(fixture.port());
    probe.request("GET", "/stream");
    CHECK(probe.stream_head().has("Strict-Transport-Security"));
}

TEST_CASE("a port that is taken is told by its own error", "[net]") {
    Fixture fixture;
    HttpOptions options;
    options.port = fixture.port();
    CHECK_THROWS_AS(HttpServer(options), PortTaken);
    CHECK_THROWS_WITH(HttpServer(options), Catch::Contains(std::to_string(fixture.port())) &&
                                               Catch::Contains("another program uses this port"));
    options.host = "192.0.2.1";  // reserved for documents: not an address of this machine
    CHECK_THROWS_AS(HttpServer(options), ListenError);
}

TEST_CASE("many clients at once all get their own answers", "[net]") {
    Fixture fixture;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> clients;
    for (int client = 0; client < 16; ++client) {
        clients.emplace_back([&, client] {
            HttpProbe probe(fixture.port());
            for (int i = 0; i < 200; ++i) {
                const std::string body = std::to_string(client) + ":" + std::to_string(i);
                probe.request("POST", "/echo", {}, body);
                if (probe.reply().body != body) ++wrong;
            }
        });
    }
    for (auto& client : clients) client.join();
    CHECK(wrong == 0);
}

TEST_CASE("a drained server has answered what it took on", "[net]") {
    Fixture fixture;
    HttpProbe idle(fixture.port());
    HttpProbe busy(fixture.port());
    HttpProbe listening(fixture.port());
    idle.request("GET", "/hello");
    idle.reply();
    busy.request("GET", "/later");
    listening.request("GET", "/stream");
    listening.stream_head();
    auto stream = fixture.take_stream();
    wait_until([&] { return fixture.waiting() == 1; });

    fixture.server.stop_accepting();
    idle.wait_closed();
    CHECK_FALSE(fixture.server.wait_drained(milliseconds(1)));
    CHECK_THROWS(HttpProbe(fixture.port()).reply());
    fixture.answer_all("done");
    const auto reply = busy.reply();
    CHECK(reply.body == "done");
    CHECK(reply.header("Connection") == "close");
    busy.close();
    stream.send("data: last\n\n");
    stream.end();
    CHECK(listening.event() == "data: first");
    CHECK(listening.event() == "data: last");
    CHECK_FALSE(listening.event());
    listening.close();
    CHECK(fixture.server.wait_drained(milliseconds(10'000)));
}

TEST_CASE("an answer that comes after the server stopped harms nobody", "[net]") {
    Fixture fixture;
    HttpProbe probe(fixture.port());
    probe.request("GET", "/later");
    wait_until([&] { return fixture.waiting() == 1; });
    fixture.server.stop();
    probe.wait_closed();
    CHECK(fixture.gone[0].stop_requested());
    fixture.answer_all("too late");
}

}  // namespace
}  // namespace shopkeeper::net
