// The sender of an MCP client and the authorizer, hand in hand.
#include <catch2/catch.hpp>

#include "mcp/client/http_sender.hpp"
#include "unit/oauth_client/world.hpp"

namespace shopkeeper::oauth_client {
namespace {

using mcp::client::Failure;
using test::FakeHttpClient;

/// Takes whatever comes.
class Sink final : public net::HttpReceiver {
    bool on_head(const net::HttpHead&) override { return true; }
    bool on_chunk(std::string_view) override { return true; }
};

/// A protected server before the rest of the world.
struct GuardedWorld {
    net::HttpResult<net::HttpResponse> answer(const net::HttpRequest& request) {
        if (request.url != kShop) return world.http.request(request);
        shown.push_back(
            std::string(net::find_header(request.headers, "Authorization").value_or("")));
        if (shown.back() == accepted) return FakeHttpClient::json(200, "{}");
        return FakeHttpClient::reply(shown.back().empty() ? 401 : 403, challenges, "");
    }

    mcp::client::Outcome<net::HttpHead> send() {
        mcp::client::HttpSender sender(http, {.url = kShop, .authorizer = &world.client()});
        Sink sink;
        return sender.send({.method = "POST", .url = kShop}, 1024, sink,
                           {.until = std::chrono::steady_clock::now() + std::chrono::minutes(5)});
    }

    World world;
    FakeHttpClient http{[this](const net::HttpRequest& request) { return answer(request); }};
    std::string accepted = "Bearer https://auth.example#1";
    net::HeaderFields challenges{{"WWW-Authenticate", "Basic realm=\"old clients\""},
                                 {"WWW-Authenticate", "Bearer scope=\"a\""}};
    std::vector<std::string> shown;  ///< to the protected server
};

}  // namespace

TEST_CASE("a request that is refused goes out again with a token", "[sign-in]") {
    GuardedWorld guarded;

    const auto head = guarded.send();

    REQUIRE(head);
    CHECK(head->status == 200);
    CHECK(guarded.shown == std::vector<std::string>{"", guarded.accepted});
    CHECK(guarded.world.auth.visits.front().at("scope") == "a");
}

TEST_CASE("a server that wants more each time gets three tokens for one request", "[sign-in]") {
    GuardedWorld guarded;
    guarded.world.auth.granted_scope = "a";  // and nothing beyond
    guarded.accepted = "never";
    guarded.challenges = {
        {"WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"more\""}};

    const auto head = guarded.send();

    REQUIRE(!head);
    CHECK(head.error().kind == Failure::Kind::unauthorized);
    CHECK(head.error().status == 403);
    CHECK(guarded.shown.size() == 4);
    CHECK(guarded.world.auth.visits.size() == 3);
}

TEST_CASE("a failure on the way is told to whoever sent the request", "[sign-in]") {
    GuardedWorld guarded;
    guarded.world.auth.iss = "https://evil.example";

    const auto head = guarded.send();

    REQUIRE(!head);
    CHECK(head.error().kind == Failure::Kind::unauthorized);
    CHECK(head.error().message.find(kAuth) != std::string::npos);
    CHECK(guarded.shown.size() == 1);
}

}  // namespace shopkeeper::oauth_client
