#include <catch2/catch.hpp>

#include "mcp/client/client.hpp"
#include "support/scripted_server.hpp"

// The seam between the client and whoever gets its tokens.

namespace shopkeeper::mcp::client {
namespace {

using test::FakeHttpClient;
using test::ScriptedServer;

constexpr const char* kUrl = "http://server.example/mcp";

class FakeAuthorizer : public Authorizer {
public:
    std::optional<std::string> bearer(std::string_view url) override {
        CHECK(url == kUrl);
        return token;
    }
    tl::expected<void, std::string> on_challenge(std::string_view url, const Challenge& challenge,
                                                 std::stop_token) override {
        CHECK(url == kUrl);
        challenges.push_back(challenge);
        if (next.empty()) return tl::unexpected<std::string>("nobody signs in");
        token = next;
        return {};
    }

    std::optional<std::string> token;
    std::string next;
    std::vector<Challenge> challenges;
};

/// A server that lets in who shows `wanted`, and asks the others with this status.
std::unique_ptr<ScriptedServer> guarded(std::string wanted, int status = 401) {
    auto server = ScriptedServer::stateless();
    server->on("server/discover", [=](const Json& message, const net::HttpRequest& request) {
        if (net::find_header(request.headers, "Authorization") == "Bearer " + wanted) {
            return ScriptedServer::of_result(message, {{"supportedVersions", {"2026-07-28"}}});
        }
        return FakeHttpClient::reply(status, {{"www-authenticate", "Bearer scope=\"a b\""}}, "");
    });
    return server;
}

Outcome<std::unique_ptr<Client>> connect(ScriptedServer& server, Authorizer* authorizer) {
    return Client::over_http(
        server.http, {.url = kUrl, .headers = {{"X-Api-Key", "k"}}, .authorizer = authorizer});
}

}  // namespace

TEST_CASE("a challenge is handed to the authorizer, and the request sent again with its token") {
    for (const int status : {401, 403}) {
        const auto server = guarded("good", status);
        FakeAuthorizer authorizer;
        authorizer.token = "old";
        authorizer.next = "good";
        REQUIRE(connect(*server, &authorizer));
        REQUIRE(authorizer.challenges.size() == 1);
        CHECK(authorizer.challenges[0].status == status);
        CHECK(authorizer.challenges[0].www_authenticate == "Bearer scope=\"a b\"");
        CHECK(authorizer.challenges[0].attempt == 1);
        CHECK(authorizer.challenges[0].refused_token == "old");
        CHECK(server->http.requests().size() == 2);
        CHECK(net::find_header(server->last().headers, "X-Api-Key") == "k");
    }
}

TEST_CASE("an authorizer that gives up says why") {
    const auto server = guarded("good");
    FakeAuthorizer authorizer;
    const auto client = connect(*server, &authorizer);
    REQUIRE_FALSE(client);
    CHECK(client.error().kind == Failure::Kind::unauthorized);
    CHECK(client.error().message == "nobody signs in");
    CHECK_FALSE(net::find_header(server->last().headers, "Authorization"));
}

TEST_CASE("a server that is never content is left after three challenges") {
    const auto server = guarded("good");
    FakeAuthorizer authorizer;
    authorizer.next = "bad";
    const auto client = connect(*server, &authorizer);
    REQUIRE_FALSE(client);
    CHECK(client.error().kind == Failure::Kind::unauthorized);
    CHECK(authorizer.challenges.size() == kChallengesMax);
    CHECK(authorizer.challenges.back().attempt == kChallengesMax);
}

TEST_CASE("a 403 without a challenge is no question of tokens") {
    const auto server = ScriptedServer::stateless();
    server->on("tools/call", [](const Json&, const net::HttpRequest&) {
        return FakeHttpClient::reply(403, {}, "not you");
    });
    FakeAuthorizer authorizer;
    authorizer.next = "good";
    const auto client = connect(*server, &authorizer);
    REQUIRE(client);
    const auto result = (*client)->call_tool("t", {});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == Failure::Kind::http_status);
    CHECK(result.error().status == 403);
    CHECK(authorizer.challenges.empty());
}

}  // namespace shopkeeper::mcp::client
