// The life of a token: kept, refreshed, stepped up, refused again, and wanted by many at once.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "unit/oauth_client/world.hpp"

namespace shopkeeper::oauth_client {

TEST_CASE("a token that is about to end is renewed before it is sent, and rotated", "[refresh]") {
    World world;
    REQUIRE(world.reason_of_401("Bearer scope=\"a\"").empty());
    world.clock.advance_minutes(60);

    CHECK(world.token() == "https://auth.example#2");
    CHECK(world.token() == "https://auth.example#2");

    REQUIRE(world.auth.token_requests.size() == 2);
    const Fields form = fields_of(world.auth.token_requests.back().body);
    CHECK(form.at("grant_type") == "refresh_token");
    CHECK(form.at("refresh_token") == "refresh-1");
    CHECK(form.at("resource") == kShop);
    CHECK(form.at("client_id") == "registered");
    CHECK(world.store.load(kAuth).tokens.at(kShop).refresh_token == "refresh-2");
    CHECK(world.auth.visits.size() == 1);
}

TEST_CASE("a token that ended early is renewed when it is refused", "[refresh]") {
    World world;
    REQUIRE(world.reason_of_401().empty());

    REQUIRE(world.reason_of_401("Bearer error=\"invalid_token\"").empty());

    CHECK(world.token() == "https://auth.example#2");
    CHECK(world.auth.visits.size() == 1);
}

TEST_CASE("a grant that has ended is asked of the person anew", "[refresh]") {
    World world;
    REQUIRE(world.reason_of_401("Bearer scope=\"a\"").empty());
    world.clock.advance_minutes(60);
    world.auth.token_error = "invalid_grant";
    CHECK(world.token() == "https://auth.example#1");  // the server will refuse it

    CHECK(world.reason_of_401() == "invalid_grant");  // the new code, too: this server is broken
    world.auth.token_error = "";
    CHECK(world.reason_of_401("Bearer scope=\"b\"").empty());

    CHECK(world.auth.visits.back().at("scope") == "a b");  // nothing that was granted gets lost
    CHECK(world.auth.registrations.size() == 1);
}

TEST_CASE("an authorization server that is away does not send the person to the browser",
          "[refresh]") {
    World world;
    REQUIRE(world.reason_of_401().empty());
    world.auth.token_error = "temporarily_unavailable";
    world.auth.token_status = 503;

    const auto renewed = world.refused(401, "Bearer");

    REQUIRE(!renewed);
    CHECK(renewed.error().code == ErrorCode::unavailable);
    CHECK(world.auth.visits.size() == 1);
}

TEST_CASE("a client that the server does not know any more is registered anew", "[refresh]") {
    World world;
    REQUIRE(world.reason_of_401().empty());
    world.auth.token_error = "invalid_client";
    CHECK(world.reason_of_401() == "invalid_client");
    world.auth.token_error = "";

    CHECK(world.reason_of_401().empty());

    CHECK(world.auth.registrations.size() == 3);
}

TEST_CASE("what was kept is used after a restart, once the server has named its issuer",
          "[store]") {
    World world;
    REQUIRE(world.reason_of_401().empty());
    world.restart();

    CHECK(world.token().empty());
    REQUIRE(world.reason_of_401().empty());

    CHECK(world.token() == "https://auth.example#1");
    CHECK(world.auth.visits.size() == 1);
    CHECK(world.auth.token_requests.size() == 1);
}

TEST_CASE("a kept token that is refused is refreshed, and only then the person is asked",
          "[store]") {
    World world;
    REQUIRE(world.reason_of_401().empty());
    world.restart();

    REQUIRE(world.reason_of_401("Bearer", 1).empty());  // the kept one
    REQUIRE(world.reason_of_401("Bearer", 2).empty());  // refreshed
    CHECK(world.auth.visits.size() == 1);
    REQUIRE(world.reason_of_401("Bearer", 3).empty());  // granted
    CHECK(world.auth.visits.size() == 2);
}

TEST_CASE("a token fresh from the person that is refused is the end", "[attacks]") {
    World world;

    CHECK(world.reason_of_401("Bearer", 1).empty());
    CHECK(world.reason_of_401("Bearer", 2) == "invalid_token");

    CHECK(world.auth.visits.size() == 1);
}

TEST_CASE("a changed authorization server gets nothing of the former one", "[attacks]") {
    World world;
    world.auth.registration = {{"client_id", "of auth"}, {"client_secret", "secret of auth"}};
    REQUIRE(world.reason_of_401("Bearer scope=\"a\"").empty());
    world.publish({{"resource", kShop}, {"authorization_servers", {"https://other.example"}}});

    REQUIRE(world.reason_of_401("Bearer scope=\"b\"").empty());

    CHECK(world.token() == "https://other.example#1");
    CHECK(world.other.registrations.size() == 1);
    CHECK(world.other.visits.front().at("scope") == "b");
    for (const auto& request : world.http.requests()) {
        if (!request.url.starts_with("https://other.example")) continue;
        for (const char* secret : {"of auth", "of+auth", "refresh-", "auth.example#"}) {
            CHECK((request.url + request.body).find(secret) == std::string::npos);
        }
    }

    world.publish({{"resource", kShop}, {"authorization_servers", {kAuth}}});
    CHECK(world.reason_of_401().empty());
    CHECK(world.token() == "https://auth.example#1");  // kept under its own name
}

TEST_CASE("of several authorization servers the known one is asked", "[oauth]") {
    World world;
    world.publish(
        {{"resource", kShop}, {"authorization_servers", {"https://other.example", kAuth}}});
    world.options.identity.clients = {{.issuer = kAuth, .id = "configured"}};

    REQUIRE(world.reason_of_401().empty());

    CHECK(world.auth.visits.size() == 1);
    CHECK(world.other.visits.empty());
}

TEST_CASE("a step-up asks for what was granted and what is needed now", "[step-up]") {
    World world;
    REQUIRE(world.reason_of_401("Bearer scope=\"read\"").empty());

    REQUIRE(world.refused(403, R"(Bearer error="insufficient_scope", scope="write")"));

    CHECK(world.auth.visits.back().at("scope") == "read write");
    CHECK(world.token() == "https://auth.example#2");
}

TEST_CASE("a step-up for what the token has already is not asked of a person", "[step-up]") {
    World world;
    REQUIRE(world.reason_of_401("Bearer scope=\"read\"").empty());

    const auto renewed = world.refused(403, R"(Bearer error="insufficient_scope", scope="read")");

    REQUIRE(!renewed);
    CHECK(renewed.error().details.reason == "insufficient_scope");
    CHECK(world.auth.visits.size() == 1);
}

TEST_CASE("a person who grants less is asked again, since the token says so", "[step-up]") {
    World world;
    world.auth.granted_scope = "read";
    REQUIRE(world.reason_of_401("Bearer scope=\"read\"").empty());

    REQUIRE(world.refused(403, R"(Bearer error="insufficient_scope", scope="write")", 1));
    REQUIRE(world.refused(403, R"(Bearer error="insufficient_scope", scope="write")", 2));

    CHECK(world.auth.visits.size() == 3);
    static_assert(mcp::client::kChallengesMax == 3);  // who sends the request ends it
}

TEST_CASE("a 403 that says nothing of scopes is no affair of tokens", "[step-up]") {
    World world;
    const auto* header = GENERATE("", "Basic realm=x", "Bearer", "Bearer error=\"invalid_token\"");

    const auto renewed = world.refused(403, header);

    REQUIRE(!renewed);
    CHECK(renewed.error().code == ErrorCode::permission_denied);
    CHECK(world.http.requests().empty());
}

TEST_CASE("of many requests that are refused at once one sends the person to the browser",
          "[threads]") {
    World world;
    Authorizer& client = world.client();
    std::atomic<int> granted = 0;

    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                const mcp::client::Challenge refusal{.www_authenticate = "Bearer"};
                if (client.renew(refusal, {})) ++granted;
            });
        }
    }

    CHECK(granted == 8);
    CHECK(world.auth.visits.size() == 1);
}

TEST_CASE("while a person is at the browser, requests go on, and a stopped one gives up",
          "[threads]") {
    /// Does something while it has the person.
    struct BusyBrowser final : Browser {
        Result<std::string> redirect_uri() override { return whose.redirect_uri(); }
        Result<std::string> visit(const std::string& url, const std::string& state,
                                  std::stop_token stop) override {
            meanwhile();
            return whose.visit(url, state, stop);
        }
        explicit BusyBrowser(Browser& browser) : whose(browser) {}

        Browser& whose;
        std::function<void()> meanwhile = [] {};
    };
    World world;
    BusyBrowser busy(world.browser);
    world.browser_or_none = &busy;
    REQUIRE(world.reason_of_401().empty());
    world.clock.advance_minutes(60);  // the token is stale: renewing it would need the turn
    busy.meanwhile = [&] {
        CHECK(world.token() == "https://auth.example#1");
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = world.client().renew({.www_authenticate = "Bearer"}, stop.get_token());
        REQUIRE(!stopped);
        CHECK(stopped.error().code == ErrorCode::unavailable);
    };

    REQUIRE(world.client().renew(
        {.status = 403,
         .www_authenticate = R"(Bearer error="insufficient_scope", scope="more")",
         .refused_token = "https://auth.example#1"},
        {}));

    CHECK(world.auth.visits.size() == 2);
}

}  // namespace shopkeeper::oauth_client
