#include <catch2/catch.hpp>

#include "mcp/client/client.hpp"
#include "support/scripted_server.hpp"

// How the client finds out what a server over HTTP speaks. Rule: protocol.md 5.3.

namespace shopkeeper::mcp::client {
namespace {

using test::FakeHttpClient;
using test::ScriptedServer;
using Kind = Failure::Kind;

Outcome<std::unique_ptr<Client>> connect(ScriptedServer& server, ClientOptions options = {}) {
    return Client::over_http(server.http, {.url = "http://server.example/mcp"}, options);
}

/// A server of sessions whose answer to a stateless probe is `probed`.
std::unique_ptr<ScriptedServer> older(ScriptedServer::Reply probed,
                                      const std::string& version = "2025-11-25") {
    auto server = ScriptedServer::of_sessions(version);
    server->on("server/discover", std::move(probed));
    return server;
}

ScriptedServer::Reply status(int code, std::string body = "") {
    return [=](const Json&, const net::HttpRequest&) {
        return FakeHttpClient::reply(code, {{"Content-Type", "text/plain"}}, body);
    };
}

}  // namespace

TEST_CASE("a server that does not know server/discover is shaken hands with") {
    const std::vector<ScriptedServer::Reply> refusals = {
        status(400, "Bad Request: no session"),
        status(404),
        status(405, R"({"error": {"code": "method_not_allowed", "message": "HTTP's own"}})"),
        status(405),
        status(406),
        status(415),
        [](const Json& message, const net::HttpRequest&) {
            return ScriptedServer::of_error(message, 200, -32601);
        },
        [](const Json& message, const net::HttpRequest&) {
            return ScriptedServer::of_error(message, 400, -32600);
        },
        [](const Json& message, const net::HttpRequest&) {
            return ScriptedServer::of_error(message, 400, kUnsupportedVersion,
                                            {{"supported", {"2025-11-25", "2025-06-18"}}});
        },
        [](const Json& message, const net::HttpRequest&) {
            return ScriptedServer::of_result(message, {{"supportedVersions", {"2025-06-18"}}});
        },
    };
    for (const auto& refusal : refusals) {
        const auto server = older(refusal);
        const auto client = connect(*server);
        REQUIRE(client);
        CHECK((*client)->revision() == Revision::r2025_11_25);
        CHECK(server->heard("server/discover").size() == 1);
        CHECK(server->heard("initialize").size() == 1);
        CHECK(server->heard("notifications/initialized").size() == 1);
    }
}

TEST_CASE("the revision is the one that the server answers") {
    for (const std::string version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
        const auto server = older(status(400), version);
        server->result("tools/list", {{"tools", Json::array()}});
        const auto client = connect(*server);
        REQUIRE(client);
        CHECK(word((*client)->revision()) == version);
        CHECK((*client)->instructions() == "Be kind.");
        REQUIRE((*client)->list_tools());
        const auto request = server->last();
        CHECK(net::find_header(request.headers, "Mcp-Session-Id") == "s1");
        CHECK_FALSE(net::find_header(request.headers, "Mcp-Method"));
        CHECK(request.body.find("_meta") == std::string::npos);
        const bool is_named = version >= "2025-06-18";
        CHECK(net::find_header(request.headers, "MCP-Protocol-Version") ==
              (is_named ? std::optional<std::string_view>(version) : std::nullopt));
    }
    const Json asked = [] {
        const auto server = older(status(400));
        REQUIRE(connect(*server));
        return server->heard("initialize")[0]["params"];
    }();
    CHECK(asked["protocolVersion"] == "2025-11-25");
    CHECK(asked["clientInfo"]["name"] == "shopkeeper-client");
}

TEST_CASE("a version of nobody ends the handshake") {
    for (const std::string version : {"2026-07-28", "2023-01-01", ""}) {
        const auto server = older(status(400), version);
        const auto client = connect(*server);
        REQUIRE_FALSE(client);
        CHECK(client.error().kind == Kind::unsupported);
    }
}

TEST_CASE("refusals that only a stateless server gives keep the client in its era") {
    for (const auto& [code, http] :
         {std::pair{kHeaderMismatch, 400}, std::pair{-32021, 400}, std::pair{-32601, 404}}) {
        const auto server = older([code = code, http = http](const Json& message, const auto&) {
            return ScriptedServer::of_error(message, http, code);
        });
        const auto client = connect(*server);
        REQUIRE(client);
        CHECK((*client)->revision() == kStateless);
        CHECK(server->heard("initialize").empty());
    }
}

TEST_CASE("a server that first refuses our version, but supports it, is asked again") {
    const auto server = ScriptedServer::stateless();
    int asked = 0;
    server->on("server/discover", [&](const Json& message, const net::HttpRequest&) {
        if (++asked == 1) {
            return ScriptedServer::of_error(message, 400, kUnsupportedVersion,
                                            {{"supported", {"2026-07-28"}}});
        }
        return ScriptedServer::of_result(message, {{"supportedVersions", {"2026-07-28"}}});
    });
    const auto client = connect(*server);
    REQUIRE(client);
    CHECK((*client)->revision() == kStateless);
    CHECK(asked == 2);
}

TEST_CASE("what says nothing about the era is a failure, not an older server") {
    const auto failing = older(status(503, "later"));
    const auto busy = connect(*failing);
    REQUIRE_FALSE(busy);
    CHECK(busy.error().kind == Kind::http_status);
    CHECK(busy.error().status == 503);
    CHECK(failing->heard("initialize").empty());

    const auto closed = older(status(401));
    const auto refused = connect(*closed);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Kind::unauthorized);
    CHECK(closed->heard("initialize").empty());

    FakeHttpClient nobody([](const net::HttpRequest&) -> net::HttpResult<net::HttpResponse> {
        return FakeHttpClient::failure(net::HttpFailure::Kind::unreachable);
    });
    const auto absent = Client::over_http(nobody, {.url = "http://server.example/mcp"});
    REQUIRE_FALSE(absent);
    CHECK(absent.error().kind == Kind::unreachable);
    CHECK(nobody.requests().size() == 1);
}

TEST_CASE("servers of another future have nothing in common with us") {
    const auto server = older([](const Json& message, const net::HttpRequest&) {
        return ScriptedServer::of_error(message, 400, kUnsupportedVersion,
                                        {{"supported", {"2030-01-01"}}});
    });
    const auto client = connect(*server);
    REQUIRE_FALSE(client);
    CHECK(client.error().kind == Kind::unsupported);
}

TEST_CASE("a revision that is wanted is not searched for") {
    const auto server = older(status(500), "2025-06-18");
    const auto client = connect(*server, {.only = Revision::r2025_06_18});
    REQUIRE(client);
    CHECK(server->heard("server/discover").empty());
    CHECK(server->heard("initialize")[0]["params"]["protocolVersion"] == "2025-06-18");

    const auto old = older(status(400));
    const auto modern = connect(*old, {.only = kStateless});
    REQUIRE_FALSE(modern);
    CHECK(modern.error().kind == Kind::unsupported);
    CHECK(old->heard("initialize").empty());
}

}  // namespace shopkeeper::mcp::client
