#include "net/http_client.hpp"

#include <csignal>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "net/http_server.hpp"
#include "support/raw_server.hpp"

// The client alone, over real sockets: what it sends, what it makes of answers, and that nothing a
// server does or leaves undone keeps it.

namespace shopkeeper::net {
namespace {

using Kind = HttpFailure::Kind;
using std::chrono::milliseconds;
using test::RawServer;

std::unique_ptr<HttpClient> make_client() {
    std::signal(SIGPIPE, SIG_IGN);
    return make_http_client();
}

const HttpLimits kPatient{.total = milliseconds(20'000)};

/// Remembers the last request and gives one answer to all.
class Scribe {
public:
    explicit Scribe(std::string answer)
        : server([this, answer = std::move(answer)](RawServer::Peer& peer) {
              ++connections;
              for (std::string text = peer.request(); !text.empty(); text = peer.request()) {
                  last = text;
                  if (!peer.send(answer)) return;
              }
          }) {}

    std::string last;  ///< read it after the answer
    std::atomic<int> connections = 0;
    RawServer server;
};

constexpr const char* kFine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Kind kind_of(const HttpResult<HttpResponse>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().kind;
}

class Chunks : public HttpReceiver {
public:
    bool on_head(const HttpHead& head) override {
        status = head.status;
        return !refuses_head;
    }
    bool on_chunk(std::string_view chunk) override {
        body += chunk;
        if (body.find("throw") != std::string::npos) throw std::runtime_error("from a receiver");
        return body.find("enough") == std::string::npos;
    }

    bool refuses_head = false;
    std::atomic<int> status = 0;
    std::string body;
};

}  // namespace

TEST_CASE("a request goes out as it was given, and nothing besides") {
    Scribe scribe(kFine);
    const auto client = make_client();
    const auto response = client->request(
        {.method = "POST",
         .url = scribe.server.url("/a%20b/../c?d=%2B#cut"),
         .headers = {{"X-Empty", ""}, {"X-Blank", "a b%20c"}, {"X-Twice", "1"}, {"X-Twice", "2"}},
         .body = std::string("a\0b", 3)},
        kPatient);
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(response->body == "ok");
    CHECK(scribe.last == "POST /a%20b/../c?d=%2B HTTP/1.1\r\nHost: 127.0.0.1:" +
                             std::to_string(scribe.server.port()) +
                             "\r\nX-Empty:\r\nX-Blank: a b%20c\r\nX-Twice: 1\r\nX-Twice: 2\r\n"
                             "Content-Length: 3\r\n\r\n" +
                             std::string("a\0b", 3));
}

TEST_CASE("every method is sent as it is called") {
    Scribe scribe("HTTP/1.1 204 No Content\r\n\r\n");
    const auto client = make_client();
    for (const std::string method : {"GET", "POST", "PUT", "DELETE", "HEAD"}) {
        const auto response =
            client->request({.method = method, .url = scribe.server.url()}, kPatient);
        REQUIRE(response);
        CHECK(response->status == 204);
        CHECK(scribe.last.starts_with(method + " / HTTP/1.1\r\n"));
    }
    CHECK(scribe.connections == 1);  // kept between requests
}

TEST_CASE("an answer is given raw: header values literal, redirections not followed") {
    Scribe scribe(
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        "HTTP/1.1 302 Found\r\nLocation: "
        "http://localhost:3000/callback?code=a%2Bb&iss=http%3A%2F\r\n"
        "Set-Cookie: a=1\r\nset-cookie: b=2\r\nX-Padded: \t a  b \t\r\nX-Empty:\r\n"
        "Content-Length: 0\r\n\r\n");
    const auto client = make_client();
    const auto response = client->request({.url = scribe.server.url()}, kPatient);
    REQUIRE(response);
    CHECK(response->status == 302);
    CHECK(response->header("location") ==
          "http://localhost:3000/callback?code=a%2Bb&iss=http%3A%2F");
    CHECK(response->header("X-PADDED") == "a  b");
    CHECK(response->header("X-Empty") == "");
    CHECK(response->header("Link") == std::nullopt);
    CHECK(response->headers[1] == std::pair<std::string, std::string>("Set-Cookie", "a=1"));
    CHECK(response->headers[2] == std::pair<std::string, std::string>("set-cookie", "b=2"));

    const auto again = client->request({.url = scribe.server.url()}, kPatient);
    REQUIRE(again);
    CHECK(scribe.last.find("Cookie") == std::string::npos);
}

TEST_CASE("an error status is an answer with its body") {
    Scribe scribe("HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer\r\nContent-Length: 4\r\n\r\nwhy?");
    const auto response = make_client()->request({.url = scribe.server.url()}, kPatient);
    REQUIRE(response);
    CHECK(response->status == 401);
    CHECK(response->body == "why?");
    CHECK(response->header("WWW-Authenticate") == "Bearer");
}

TEST_CASE("what cannot be sent is refused before anybody is asked") {
    const auto client = make_client();
    CHECK(kind_of(client->request({.url = "ftp://127.0.0.1/"})) == Kind::bad_request);
    CHECK(kind_of(client->request({.url = "file:///etc/hostname"})) == Kind::bad_request);
    CHECK(kind_of(client->request({.url = "http://127.0.0.1/a b"})) == Kind::bad_request);
    CHECK(kind_of(client->request({.method = "GET /", .url = "http://127.0.0.1/"})) ==
          Kind::bad_request);
    CHECK(kind_of(client->request({.url = "http://127.0.0.1/",
                                   .headers = {{"A", "b\r\nSmuggled: c"}}})) == Kind::bad_request);
    CHECK(kind_of(client->request({.url = "http://127.0.0.1/", .headers = {{"A: b", "c"}}})) ==
          Kind::bad_request);
}

TEST_CASE("a failure names the host, and neither path nor password") {
    const auto client = make_client();
    std::uint16_t free_port = 0;
    {
        const RawServer gone([](RawServer::Peer&) {});
        free_port = gone.port();
    }
    const std::string place = "127.0.0.1:" + std::to_string(free_port);
    const auto result =
        client->request({.url = "http://user:secret1@" + place + "/secret2?token=secret3"});
    CHECK(kind_of(result) == Kind::unreachable);
    CHECK(result.error().message.starts_with(place + ": "));
    CHECK(result.error().message.find("secret") == std::string::npos);
    CHECK(kind_of(client->request({.url = "http://nobody.invalid/"})) == Kind::unreachable);
}

TEST_CASE("answers that are not HTTP, or not whole, are failures") {
    const auto client = make_client();
    const auto ask = [&](std::string answer) {
        const RawServer server([answer = std::move(answer)](RawServer::Peer& peer) {
            peer.request();
            peer.send(answer);
        });
        return client->request({.url = server.url()}, kPatient);
    };
    CHECK(kind_of(ask("")) == Kind::broken);
    CHECK(kind_of(ask("220 mail.example.com ESMTP\r\n")) == Kind::broken);
    CHECK(kind_of(ask("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")) == Kind::broken);
    CHECK(kind_of(ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")) ==
          Kind::broken);
}

TEST_CASE("a body beyond the limit ends the request, announced or not") {
    const auto client = make_client();
    const RawServer server([](RawServer::Peer& peer) {
        if (peer.request().starts_with("GET /announced")) {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
        } else {
            peer.send("HTTP/1.1 200 OK\r\n\r\n");
        }
        while (peer.send(std::string(65536, 'x'))) continue;
    });
    const HttpLimits small{.total = milliseconds(20'000), .body_bytes_max = 100'000};
    CHECK(kind_of(client->request({.url = server.url("/announced")}, small)) == Kind::too_large);
    CHECK(kind_of(client->request({.url = server.url("/endless")}, small)) == Kind::too_large);

    Scribe exact("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour");
    CHECK(client->request({.url = exact.server.url()}, {.body_bytes_max = 4}));
    CHECK(kind_of(client->request({.url = exact.server.url()}, {.body_bytes_max = 3})) ==
          Kind::too_large);
}

TEST_CASE("a head without end ends the request") {
    const RawServer server([](RawServer::Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\n");
        while (peer.send("X-More: " + std::string(1000, 'x') + "\r\n")) continue;
    });
    CHECK(kind_of(make_client()->request({.url = server.url()}, kPatient)) == Kind::too_large);
}

TEST_CASE("a server that says nothing, or drips, is left when the time is up") {
    const auto client = make_client();
    const RawServer silent([](RawServer::Peer& peer) { peer.wait_closed(); });
    CHECK(kind_of(client->request({.url = silent.url()}, {.total = milliseconds(50)})) ==
          Kind::timed_out);

    const RawServer dripping([](RawServer::Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\n\r\n");
        while (peer.send(".")) std::this_thread::yield();
    });
    const HttpLimits short_but_wide{.total = milliseconds(50), .body_bytes_max = SIZE_MAX};
    CHECK(kind_of(client->request({.url = dripping.url()}, short_but_wide)) == Kind::timed_out);
}

TEST_CASE("a stop request ends a waiting request at once") {
    const auto client = make_client();
    std::stop_source stop;
    const RawServer server([&](RawServer::Peer& peer) {
        peer.request();
        stop.request_stop();
        peer.wait_closed();
    });
    const auto began = std::chrono::steady_clock::now();
    CHECK(kind_of(client->request({.url = server.url()}, {.total = milliseconds(60'000)},
                                  stop.get_token())) == Kind::stopped);
    CHECK(std::chrono::steady_clock::now() - began < milliseconds(20'000));

    CHECK(kind_of(client->request({.url = server.url()}, kPatient, stop.get_token())) ==
          Kind::stopped);
}

TEST_CASE("a stream is handed over while it arrives") {
    Chunks chunks;
    const RawServer server([&](RawServer::Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        while (chunks.status == 0) std::this_thread::yield();  // before the end was sent
        peer.send("6\r\nsecond\r\n0\r\n\r\n");
    });
    REQUIRE(make_client()->stream({.url = server.url()}, kPatient, chunks));
    CHECK(chunks.status == 200);
    CHECK(chunks.body == "firstsecond");
}

TEST_CASE("a receiver that has enough closes the connection") {
    const auto client = make_client();
    std::atomic<int> closed = 0;
    const RawServer server([&](RawServer::Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\n\r\nenough");
        peer.wait_closed();
        ++closed;
    });
    Chunks chunks;
    CHECK(client->stream({.url = server.url()}, kPatient, chunks));
    CHECK(chunks.body == "enough");

    Chunks headless;
    headless.refuses_head = true;
    CHECK(client->stream({.url = server.url()}, kPatient, headless));
    CHECK(headless.body.empty());
    while (closed < 2) std::this_thread::yield();
}

TEST_CASE("what a receiver throws reaches the one who asked") {
    Scribe scribe("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthrow");
    const auto client = make_client();
    Chunks chunks;
    CHECK_THROWS_AS(client->stream({.url = scribe.server.url()}, kPatient, chunks),
                    std::runtime_error);
    Chunks calm;
    calm.refuses_head = true;
    CHECK(client->stream({.url = scribe.server.url()}, kPatient, calm));
}

TEST_CASE("the public Internet does not include this machine, under any name") {
    Scribe scribe(kFine);
    const auto client = make_client();
    const HttpLimits only_public{.total = milliseconds(20'000), .reach = Reach::public_internet};
    const std::string port = std::to_string(scribe.server.port());
    REQUIRE(client->request({.url = scribe.server.url()}, kPatient));  // a connection is kept
    for (const std::string host : {"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433",
                                   "0x7f.1", "[::ffff:127.0.0.1]"}) {
        INFO(host);
        CHECK(kind_of(client->request({.url = "http://" + host + ":" + port + "/"}, only_public)) ==
              Kind::forbidden_address);
    }
    CHECK(scribe.connections == 1);
}

TEST_CASE("a hundred requests of eight threads share one client") {
    HttpServer server({.io_threads = 2});
    server.route("POST", "/echo", [](Request& request, Responder responder) {
        responder.reply({.content_type = "text/plain", .body = std::move(request.body)});
    });
    server.start();
    const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/echo";
    const auto client = make_client();
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 100; ++i) {
                    const std::string body = std::to_string(t * 1000 + i);
                    const auto response =
                        client->request({.method = "POST", .url = url, .body = body}, kPatient);
                    if (response && response->body == body) ++right;
                }
            });
        }
    }
    CHECK(right == 800);
    CHECK(server.counts().connections <= 8);
}

}  // namespace shopkeeper::net
