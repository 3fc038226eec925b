#include "transport/streamable_http.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "http_fixture.hpp"

// The /mcp path over real sockets against fake conversations. Rules: protocol.md 1, 2.4, 3.3.

namespace shopkeeper::test {
namespace {

using Lines = HttpFixture::Lines;
using std::chrono::milliseconds;

int error_code(const WireReply& reply) {
    return Json::parse(reply.body).at("error").at("code").get<int>();
}

TEST_CASE("initialize opens a session whose id nobody can guess", "[streamable]") {
    HttpFixture http;
    std::set<std::string> ids;
    for (int i = 0; i < 20; ++i) ids.insert(http.open_session());

    CHECK(ids.size() == 20);
    for (const auto& id : ids) {
        CHECK(id.size() == 32);  // 128 bits in hexadecimal
        CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    }
}

TEST_CASE("an initialize that fails opens nothing", "[streamable]") {
    HttpFixture http;
    const auto reply =
        http.post(request_json(1, "initialize", R"({"protocolVersion":"bad"})"), http.json_lines());
    CHECK(reply.status == 200);
    CHECK(error_code(reply) == jsonrpc::kInvalidParams);
    CHECK_FALSE(reply.has("Mcp-Session-Id"));
}

TEST_CASE("a request in a session is answered with JSON", "[streamable]") {
    HttpFixture http;
    const auto session = http.open_session();
    const auto reply =
        http.post(request_json(7, "echo", R"({"a":[1,2]})"), http.session_lines(session));

    CHECK(reply.status == 200);
    CHECK(reply.header("Content-Type") == "application/json");
    CHECK(reply.body == R"({"jsonrpc":"2.0","id":7,"result":{"a":[1,2]}})");
    CHECK_FALSE(reply.has("Mcp-Session-Id"));
}

TEST_CASE("notifications and responses get 202 and no body", "[streamable]") {
    HttpFixture http;
    const auto session = http.open_session();
    const auto* body = GENERATE(R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
                                R"({"jsonrpc":"2.0","id":4,"result":{}})");
    const auto reply = http.post(body, http.session_lines(session));

    CHECK(reply.status == 202);
    CHECK(reply.body.empty());
    CHECK(http.shop().notifications.size() == 1);
}

TEST_CASE("the ladder of refusals", "[streamable]") {
    HttpFixture http;
    const auto session = http.open_session();
    const auto echo = request_json(5, "echo");
    const std::string json = "Content-Type: application/json";
    const std::string in_session = "Mcp-Session-Id: " + session;

    SECTION("Host and Origin: 403") {
        CHECK(http.post(echo, {json, "Host: evil.example"}).status == 403);
        CHECK(http.post(echo, {json, "Host: evil.example:8000"}).status == 403);
        CHECK(http.post(echo, {json, "Origin: http://evil.example"}).status == 403);
        CHECK(http.post(echo, {json, "Origin: null"}).status == 403);
        CHECK(http.post(echo, {json, "Origin: http://localhost.evil.example"}).status == 403);
        CHECK(http.post(echo, {json, "Origin: http://localhost:1x"}).status == 403);
        CHECK(fetch(http.port(), "GET", "/livez",
                    {"Host: probe.example", "Origin: http://evil.example"})
                  .status == 200);
    }
    SECTION("Accept: 406 when neither type is taken") {
        CHECK(http.post(echo, {json, in_session, "Accept: text/html"}).status == 406);
        CHECK(
            http.post(echo, {json, in_session, "Accept: application/json;q=0, text/html"}).status ==
            406);
        CHECK(http.post(echo, {json, in_session}).status == 200);
        CHECK(http.post(echo, {json, in_session, "Accept: */*"}).status == 200);
        CHECK(http.post(echo, {json, in_session, "Accept: application/json"}).status == 200);
        CHECK(
            http.post(echo, {json, in_session, "Accept: text/html", "Accept: application/*;q=0.1"})
                .status == 200);
    }
    SECTION("Content-Type: 415") {
        CHECK(http.post(echo, {in_session}).status == 415);
        CHECK(http.post(echo, {in_session, "Content-Type: text/plain"}).status == 415);
        CHECK(http.post(echo, {in_session, "Content-Type: application/jsonp"}).status == 415);
        CHECK(
            http.post(echo, {in_session, "Content-Type: Application/JSON; charset=utf-8"}).status ==
            200);
    }
    SECTION("size: 413") {
        CHECK(http.post(std::string(2 * 1024 * 1024, ' '), {json, in_session}).status == 413);
    }
    SECTION("not JSON: 400 and -32700") {
        const auto bad =
            GENERATE(std::string("{"), std::string("not json"), std::string("{\"a\":\"\xff\"}"),
                     std::string(1'000'000, '['), std::string("{}{}"));
        const auto reply = http.post(bad, {json, in_session});
        CHECK(reply.status == 400);
        CHECK(error_code(reply) == jsonrpc::kParseError);
        CHECK(Json::parse(reply.body).at("id").is_null());
    }
    SECTION("not JSON-RPC: 400 and -32600, whoever says it") {
        const auto reply = http.post(R"({"id":3})", {json, in_session});
        CHECK(reply.status == 400);
        CHECK(error_code(reply) == jsonrpc::kInvalidRequest);
    }
    SECTION("no session named: 400") {
        CHECK(http.post(echo, {json}).status == 400);
    }
    SECTION("an unknown session: 404, with the id of the request") {
        const auto reply = http.post(echo, {json, "Mcp-Session-Id: 0123"});
        CHECK(reply.status == 404);
        CHECK(Json::parse(reply.body).at("id") == 5);
    }
    SECTION("a version that sessions do not have: 400") {
        CHECK(http.post(echo, {json, in_session, "MCP-Protocol-Version: 1999-01-01"}).status ==
              400);
        CHECK(http.post(echo, {json, in_session, "MCP-Protocol-Version: 2025-06-18"}).status ==
              200);
    }
    SECTION("an MCP header with two values: 400 and -32020") {
        const auto reply = http.post(echo, {json, in_session, "Mcp-Name: a", "mcp-name: b"});
        CHECK(reply.status == 400);
        CHECK(error_code(reply) == -32020);
        CHECK(http.post(echo, {json, in_session, "Mcp-Name: a", "mcp-name: a"}).status == 200);
    }
    SECTION("other methods: 405 with Allow") {
        const auto reply = fetch(http.port(), "PUT", "/mcp", {json, in_session}, echo);
        CHECK(reply.status == 405);
        CHECK(reply.header("Allow") == "GET, POST, DELETE");
    }
    SECTION("GET and DELETE without a session: 405 with Allow") {
        const auto* method = GENERATE("GET", "DELETE");
        const auto reply = fetch(http.port(), method, "/mcp", {"Accept: text/event-stream"});
        CHECK(reply.status == 405);
        CHECK(reply.header("Allow") == "POST");
    }
    SECTION("GET that takes no events: 406") {
        CHECK(fetch(http.port(), "GET", "/mcp", {in_session, "Accept: application/json"}).status ==
              406);
        CHECK(fetch(http.port(), "GET", "/mcp", {in_session}).status == 406);
    }
    CHECK(http.post(echo, http.session_lines(session)).status == 200);
}

TEST_CASE("browsers of allowed origins get CORS answers for exactly their origin", "[streamable]") {
    HttpFixture::Options options;
    SECTION("loopback by default") {
        HttpFixture http(options);
        const auto* origin =
            GENERATE("http://localhost:6274", "http://127.0.0.1", "http://[::1]:3000");
        const auto reply =
            fetch(http.port(), "OPTIONS", "/mcp",
                  {std::string("Origin: ") + origin, "Access-Control-Request-Method: POST",
                   "Access-Control-Request-Headers: mcp-param-region, content-type"});
        CHECK(reply.status == 204);
        CHECK(reply.header("Access-Control-Allow-Origin") == origin);
        CHECK(reply.header("Vary") == "Origin");
        CHECK(reply.header("Access-Control-Max-Age") == "600");
        CHECK(reply.header("Access-Control-Allow-Headers") == "mcp-param-region, content-type");
        CHECK(reply.header("Access-Control-Allow-Methods").find("POST") != std::string::npos);

        const auto post = http.post(request_json(1, "initialize"),
                                    http.json_lines({std::string("Origin: ") + origin}));
        CHECK(post.status == 200);
        CHECK(post.header("Access-Control-Allow-Origin") == origin);
        CHECK(post.header("Access-Control-Expose-Headers").find("Mcp-Session-Id") !=
              std::string::npos);
    }
    SECTION("an exact list replaces the default; our own origin stays") {
        options.access.origins = {"https://shop.example"};
        options.access.hosts = {"shop.example", "127.0.0.1"};
        HttpFixture http(options);
        const auto status = [&](const std::string& host, const std::string& origin) {
            return http
                .post(request_json(1, "initialize"),
                      http.json_lines({"Host: " + host, "Origin: " + origin}))
                .status;
        };
        CHECK(status("shop.example", "https://shop.example") == 200);
        CHECK(status("127.0.0.1", "https://shop.example") == 200);
        CHECK(status("127.0.0.1:99", "http://127.0.0.1:99") == 200);
        CHECK(status("127.0.0.1", "http://localhost:3000") == 403);
        CHECK(status("localhost", "https://shop.example") == 403);
        CHECK(status("shop.example", "http://shop.example.evil") == 403);
    }
}

TEST_CASE("what the request says reaches the conversation", "[streamable]") {
    HttpFixture http;
    const auto session = http.open_session();
    http.post(request_json(2, "echo"),
              http.session_lines(
                  session, {"Authorization: bearer  tok ", "Mcp-Method: echo", "Mcp-Name: a%20b",
                            "Mcp-Param-Region:", "mcp-param-City: Almaty"}));
    const auto peer = *http.shop().last_peer;

    CHECK(peer.over_http);
    CHECK(peer.address == "127.0.0.1");
    CHECK(peer.is_loopback);
    CHECK(peer.bearer == "tok");
    CHECK(peer.session == session);
    CHECK(peer.headers.method == "echo");
    CHECK(peer.headers.name == "a%20b");
    CHECK(peer.headers.params ==
          std::vector<std::pair<std::string, std::string>>{{"Region", ""}, {"City", "Almaty"}});
}

TEST_CASE("a 401 carries its challenge", "[streamable]") {
    HttpFixture http;
    const auto session = http.open_session();
    const auto without = http.post(request_json(2, "unauthorized"), http.session_lines(session));
    CHECK(without.status == 401);
    CHECK(without.header("WWW-Authenticate") == "Bearer");
    const auto with = http.post(request_json(2, "unauthorized"),
                                http.session_lines(session, {"Authorization: Bearer x"}));
    CHECK(with.header("WWW-Authenticate") == "Bearer error=\"invalid_token\"");
}

TEST_CASE("batches belong to 2025-03-26", "[streamable]") {
    HttpFixture http;
    const std::string batch = "[" + request_json(1, "echo", R"({"n":1})") +
                              R"(,{"jsonrpc":"2.0","method":"notifications/x"},)" +
                              request_json(2, "echo") + "]";
    SECTION("there every request has its reply") {
        const auto session = http.open_session("2025-03-26");
        const auto reply = http.post(batch, http.session_lines(session));
        CHECK(reply.status == 200);
        CHECK(
            reply.body ==
            R"([{"jsonrpc":"2.0","id":1,"result":{"n":1}},{"jsonrpc":"2.0","id":2,"result":{}}])");
        CHECK(http.post(R"([{"jsonrpc":"2.0","method":"notifications/x"}])",
                        http.session_lines(session))
                  .status == 202);
    }
    SECTION("slow ones run on the pool, the whole batch in order") {
        const auto session = http.open_session("2025-03-26");
        http.shop().open_gates(1);
        const auto reply =
            http.post("[" + request_json(1, "slow") + "," + request_json(2, "echo") + "]",
                      http.session_lines(session));
        CHECK(Json::parse(reply.body).size() == 2);
    }
    SECTION("elsewhere they are refused") {
        const auto reply = http.post(batch, http.session_lines(http.open_session("2025-06-18")));
        CHECK(reply.status == 400);
        CHECK(error_code(reply) == jsonrpc::kInvalidRequest);
        CHECK(http.shop().handled.count("2") == 0);
    }
}

TEST_CASE("a cancelled request is answered with nothing", "[streamable]") {
    HttpFixture http;
    const auto reply =
        http.post(request_json(3, "cancelled"), http.session_lines(http.open_session()));
    CHECK(reply.status == 202);
    CHECK(reply.body.empty());
}

TEST_CASE("stateless requests need no session and ignore one", "[streamable]") {
    HttpFixture http;
    const auto reply =
        http.post(request_json(3, "echo"), http.modern_lines({"Mcp-Session-Id: whatever"}));
    CHECK(reply.status == 200);
    CHECK_FALSE(reply.has("Mcp-Session-Id"));
    CHECK(
        http.post(R"({"jsonrpc":"2.0","method":"notifications/x"})", http.modern_lines()).status ==
        202);
    CHECK(http.shop().last_peer->session.empty());
}

TEST_CASE("above its limits the server says 503 and when to come back", "[streamable]") {
    HttpFixture::Options options;
    SECTION("calls") {
        options.calls.threads_max = 1;
        options.calls.waiting_max = 1;
        HttpFixture http(options);
        const auto session = http.open_session();
        HttpProbe running(http.port());
        running.request("POST", "/mcp", http.session_lines(session), request_json(1, "slow"));
        http.shop().wait_slow(1);
        HttpProbe waiting(http.port());
        waiting.request("POST", "/mcp", http.session_lines(session), request_json(2, "slow"));
        http.shop().watch.wait([&] { return http.shop().announced.size() == 2; });

        const auto reply = http.post(request_json(3, "slow"), http.session_lines(session));
        CHECK(reply.status == 503);
        CHECK(reply.header("Retry-After") == "1");
        CHECK(Json::parse(reply.body).at("id") == 3);
        CHECK(http.post(std::string(100'000, ' ') + request_json(4, "echo"),
                        http.session_lines(session))
                  .status == 503);
        CHECK(http.post(request_json(5, "echo"), http.session_lines(session)).status == 200);
        http.shop().open_gates(2);
        CHECK(running.reply().status == 200);
        CHECK(waiting.reply().status == 200);
        CHECK(http.shop().announced.size() == 2);
        CHECK(http.shop().handled.count("3") == 0);
    }
    SECTION("sessions") {
        options.streamable.sessions_max = 2;
        HttpFixture http(options);
        const auto first = http.open_session();
        http.open_session();
        const auto reply = http.post(request_json(1, "initialize"), http.json_lines());
        CHECK(reply.status == 503);
        CHECK(reply.has("Retry-After"));
        fetch(http.port(), "DELETE", "/mcp", http.session_lines(first));
        CHECK(http.open_session().size() == 32);
    }
    SECTION("sessions, when others have been idle long enough") {
        options.streamable.sessions_max = 2;
        options.streamable.session_idle_when_full = milliseconds(0);
        HttpFixture http(options);
        http.open_session();
        http.open_session();
        wait_until([&] { return http.open_session().size() == 32; });
    }
    SECTION("streams") {
        options.listener.streams_max = 1;
        HttpFixture http(options);
        const auto session = http.open_session();
        HttpProbe stream(http.port());
        stream.request("GET", "/mcp", http.session_lines(session));
        stream.stream_head();
        const auto reply =
            fetch(http.port(), "GET", "/mcp", http.session_lines(http.open_session()));
        CHECK(reply.status == 503);
        CHECK(reply.has("Retry-After"));
        // A call that would have streamed still gets its reply.
        const auto call =
            http.post(request_json(9, "progress", R"({"count":2})"), http.session_lines(session));
        CHECK(call.header("Content-Type") == "application/json");
    }
}

TEST_CASE("a large body is read on the pool", "[streamable]") {
    HttpFixture http;
    const std::string text(500'000, 'x');
    const auto reply = http.post(request_json(3, "echo", "{\"a\":\"" + text + "\"}"),
                                 http.session_lines(http.open_session()));
    CHECK(reply.status == 200);
    CHECK(Json::parse(reply.body).at("result").at("a") == text);
}

TEST_CASE("a truncated request reaches nobody", "[streamable]") {
    HttpFixture http;
    const auto session = http.open_session();
    const auto body = request_json(77, "echo");
    HttpProbe probe(http.port());
    probe.send(
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
        "application/json\r\nMcp-Session-Id: " +
        session + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
        body.substr(0, body.size() - 1));
    probe.close();
    wait_until([&] { return http.transport.server().counts().connections == 0; });
    CHECK(http.shop().handled.count("77") == 0);
}

}  // namespace
}  // namespace shopkeeper::test
