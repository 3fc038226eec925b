#include "transport/access_rules.hpp"

#include <catch2/catch.hpp>

#include "http_fixture.hpp"

namespace shopkeeper::transport {
namespace {

/// A listener that opens to one key, and forgets how to check another.
test::HttpFixture::Options locked(bool admit_waits = false) {
    test::HttpFixture::Options options;
    options.access.admit_waits = admit_waits;
    options.access.admit = [](const std::string& credential) {
        if (credential == "unsure") return Admission::unknown;
        return credential == "right" ? Admission::granted : Admission::refused;
    };
    return options;
}

TEST_CASE("C14: a protected listener answers 401 on every route but the probes", "[access_rules]") {
    test::HttpFixture http(locked());
    struct Route {
        const char* method;
        const char* path;
    };
    for (const Route& route : {Route{"POST", "/mcp"}, Route{"GET", "/mcp"}, Route{"DELETE", "/mcp"},
                               Route{"GET", "/sse"}, Route{"POST", "/messages"},
                               Route{"GET", "/nothing"}, Route{"GET", "/livezz"}}) {
        CAPTURE(route.method, route.path);
        const auto reply = test::fetch(http.port(), route.method, route.path, http.json_lines());
        CHECK(reply.status == 401);
        CHECK(reply.header("WWW-Authenticate") == "Bearer");
        CHECK(reply.body.find("unauthenticated") != std::string::npos);
    }
    CHECK(test::fetch(http.port(), "GET", "/livez").status == 200);
    for (const char* probe : {"/readyz", "/health", "/health/db"}) {
        CAPTURE(probe);
        CHECK(test::fetch(http.port(), "GET", probe).status == 404);  // no such route here
    }
    CHECK_FALSE(http.shop().last_peer);
}

TEST_CASE("C12: a token or key opens it, in either header; a wrong one is told apart",
          "[access_rules]") {
    const bool admit_waits = GENERATE(false, true);
    test::HttpFixture http(locked(admit_waits));
    const auto ask = [&](const std::string& line) {
        return http.post(test::request_json(1, "initialize"), http.json_lines({line}));
    };

    CHECK(ask("Authorization: Bearer right").status == 200);
    CHECK(ask("X-API-Key: right").status == 200);
    const auto wrong = ask("Authorization: Bearer wrong");
    CHECK(wrong.status == 401);
    CHECK(wrong.header("WWW-Authenticate") == "Bearer error=\"invalid_token\"");
    CHECK(ask("Authorization: Basic right").header("WWW-Authenticate") == "Bearer");
    const auto unsure = ask("Authorization: Bearer unsure");
    CHECK(unsure.status == 503);
    CHECK(unsure.header("Retry-After") == "1");
}

/// A listener whose keys are looked up somewhere slow: every question waits until the test lets it
/// go.
class SlowDoor {
public:
    ~SlowDoor() { open(); }

    void wait_asked(int count) {
        watch_.wait([&] { return asked_ >= count; });
    }
    void open() {
        watch_.change([&] { is_open_ = true; });
    }

private:
    test::HttpFixture::Options options() {
        test::HttpFixture::Options options;
        options.access.admit_waits = true;
        options.access.admit = [this](const std::string& credential) {
            watch_.change([&] { ++asked_; });
            watch_.wait([&] { return is_open_; });
            return credential == "right" ? Admission::granted : Admission::refused;
        };
        return options;
    }
    test::Watch watch_;
    int asked_ = 0;         // guarded by watch_
    bool is_open_ = false;  // guarded by watch_

public:
    test::HttpFixture http{options()};
};

test::HttpFixture::Lines with_key(const std::string& key) {
    return test::HttpFixture::json_lines({"Authorization: Bearer " + key});
}

TEST_CASE("C12: who waits for a key to be looked up holds up nobody else", "[access_rules]") {
    SlowDoor door;
    test::HttpFixture& http = door.http;
    const auto body = test::request_json(1, "initialize");
    std::vector<test::HttpProbe> clients;
    for (int i = 0; i < 4; ++i) {  // on every loop
        clients.emplace_back(http.port());
        clients.back().request("POST", "/mcp", with_key(i % 2 == 0 ? "right" : "wrong"), body);
    }
    door.wait_asked(4);

    for (int i = 0; i < 4; ++i) CHECK(test::fetch(http.port(), "GET", "/livez").status == 200);
    CHECK(http.post(body, http.json_lines()).status == 401);  // nothing needs to be looked up
    CHECK_FALSE(http.shop().last_peer);

    door.open();
    for (int i = 0; i < 4; ++i) {
        CHECK(clients[static_cast<std::size_t>(i)].reply().status == (i % 2 == 0 ? 200 : 401));
    }
}

TEST_CASE("what a client sends while its key is looked up is served when it is let in",
          "[access_rules]") {
    SlowDoor door;
    test::HttpFixture& http = door.http;
    test::HttpProbe client(http.port());
    const auto body = test::request_json(7, "initialize");
    const std::string head =
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer right\r\n"
        "Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n";

    client.send(head + body.substr(0, 5));
    door.wait_asked(1);
    client.send(body.substr(5));
    client.send(head + body);  // the next request, behind it

    SECTION("in order") {
        door.open();
        CHECK(client.reply().status == 200);
        CHECK(client.reply().status == 200);
    }
    SECTION("also when it will send no more") {
        client.close_write();
        door.open();
        CHECK(client.reply().status == 200);
    }
    SECTION("and a client that leaves is forgotten") {
        client.abort();
        test::wait_until([&] { return http.transport.server().counts().connections == 0; });
        door.open();
        CHECK(http.post(body, with_key("right")).status == 200);
    }
}

TEST_CASE("a key that is looked up when the server is told to stop still gets its answer",
          "[access_rules]") {
    SlowDoor door;
    test::HttpFixture& http = door.http;
    test::HttpProbe client(http.port());
    client.request("POST", "/mcp", with_key("right"), test::request_json(1, "initialize"));
    door.wait_asked(1);

    http.ask_to_stop();
    door.open();

    CHECK(client.reply().status == 200);
    http.stop();
}

TEST_CASE("C13: a browser may ask what it may send before it has credentials, and read the refusal",
          "[access_rules]") {
    test::HttpFixture http(locked());
    const std::string origin = "Origin: http://localhost:5173";

    const auto preflight = test::fetch(http.port(), "OPTIONS", "/mcp",
                                       {origin, "Access-Control-Request-Method: POST"});
    CHECK(preflight.status == 204);
    const auto refused = http.post(test::request_json(1, "initialize"), http.json_lines({origin}));
    CHECK(refused.status == 401);
    CHECK(refused.header("Access-Control-Allow-Origin") == "http://localhost:5173");
    const auto foreign = http.post(test::request_json(1, "initialize"),
                                   http.json_lines({"Origin: https://evil.example"}));
    CHECK(foreign.status == 403);
}

}  // namespace
}  // namespace shopkeeper::transport
