// The whole way from a refusal to a token, in a world of scripted servers.
#include "oauth_client/authorizer.hpp"

#include <catch2/catch.hpp>

#include "unit/oauth_client/world.hpp"

namespace shopkeeper::oauth_client {

TEST_CASE("a refusal leads through discovery, registration and the browser to a token", "[oauth]") {
    World world;
    REQUIRE(world.token().empty());

    REQUIRE(world.reason_of_401(R"(Bearer scope="read write")").empty());

    CHECK(world.token() == "https://auth.example#1");
    REQUIRE(world.auth.registrations.size() == 1);
    REQUIRE(world.auth.visits.size() == 1);
    const Fields& visit = world.auth.visits.front();
    CHECK(visit.at("client_id") == "registered");
    CHECK(visit.at("scope") == "read write");
    CHECK(visit.at("resource") == kShop);
    CHECK(visit.at("code_challenge_method") == "S256");
    const Fields form = fields_of(world.auth.token_requests.front().body);
    CHECK(form.at("grant_type") == "authorization_code");
    CHECK(form.at("resource") == kShop);
    CHECK(form.at("client_id") == "registered");
    for (const auto& limits : world.http.limits()) {
        CHECK(limits.total <= std::chrono::minutes(1));
        if (limits.reach == net::Reach::public_internet) CHECK(limits.body_bytes_max <= 1 << 20);
    }
}

TEST_CASE("the token is for the server that it was opened for, and for no other URL", "[oauth]") {
    World world;
    REQUIRE(world.reason_of_401().empty());

    for (const char* url :
         {"https://shop.example/", "https://evil.example/mcp", "", "https://shop.example/mcp/"}) {
        CHECK(!world.client().bearer(url));
        CHECK(!world.client().on_challenge(url, {}, {}));
    }
    CHECK(world.auth.visits.size() == 1);
}

TEST_CASE("a server URL that is none, or plain http elsewhere, is refused at once", "[oauth]") {
    World world;
    world.options.server_url = GENERATE("", "shop.example", "http://shop.example/mcp", "ftp://x/");

    CHECK(!Authorizer::open(world.options, {world.http, world.clock, world.random, nullptr},
                            world.store));
}

TEST_CASE("metadata are where the challenge says, and only there", "[oauth]") {
    World world;
    world.pages["https://cdn.example/prm.json"] =
        std::exchange(world.pages.begin()->second, test::FakeHttpClient::reply(404, {}, ""));

    CHECK(
        world.reason_of_401(R"(Bearer resource_metadata="https://cdn.example/prm.json")").empty());

    World lost;
    CHECK(lost.reason_of_401(R"(Bearer resource_metadata="https://cdn.example/prm.json")") ==
          "invalid_resource_metadata");
    CHECK(lost.auth.visits.empty());
}

TEST_CASE("a challenge cannot send the client to local doors or to plain http", "[oauth]") {
    World world;
    const auto* url = GENERATE("http://localhost:8500/v1/kv", "http://169.254.169.254/latest",
                               "http://cdn.example/prm.json", "file:///etc/passwd",
                               "https://user@cdn.example/", "x");

    CHECK(world.reason_of_401("Bearer resource_metadata=\"" + std::string(url) + "\"") ==
          "forbidden_url");
    CHECK(world.http.requests().empty());
}

TEST_CASE("a stranger's URLs are followed on the public Internet only", "[oauth]") {
    World world;
    REQUIRE(world.reason_of_401().empty());
    const auto requests = world.http.requests();
    for (std::size_t i = 0; i < requests.size(); ++i) {
        if (requests[i].url.starts_with(kAuth + std::string("/authorize"))) continue;  // the person
        CHECK(world.http.limits()[i].reach == net::Reach::public_internet);
    }
}

TEST_CASE("a page that is there for every address is not taken for metadata", "[oauth]") {
    World world;
    world.pages["https://shop.example/.well-known/oauth-protected-resource/mcp"] =
        test::FakeHttpClient::reply(200, {{"Content-Type", "text/html"}}, "<html>");
    world.pages
        ["https://shop.example/.well-known/oauth-protected-resource"] = test::FakeHttpClient::json(
        200,
        R"({"resource":"https://shop.example","authorization_servers":["https://auth.example"]})");

    CHECK(world.reason_of_401().empty());
    CHECK(world.auth.visits.front().at("resource") == "https://shop.example");
}

TEST_CASE("a redirection is no metadata", "[oauth]") {
    World world;
    world.pages.begin()->second =
        test::FakeHttpClient::reply(302, {{"Location", "https://evil.example/prm.json"}}, "");
    world.auth.metadata = nullptr;

    world.reason_of_401();

    for (const auto& request : world.http.requests()) {
        CHECK(!request.url.starts_with("https://evil.example"));
    }
}

TEST_CASE("a server without metadata is its own authorization server, as in 2025-03-26",
          "[oauth]") {
    World world;
    world.pages.clear();
    Issuer& shop = world.other;

    SECTION("with metadata of its own") {
        world.pages["https://shop.example/.well-known/oauth-authorization-server"] =
            test::FakeHttpClient::json(200, R"({"issuer":"https://shop.example",
                "authorization_endpoint":"https://other.example/authorize",
                "token_endpoint":"https://other.example/token",
                "registration_endpoint":"https://other.example/register",
                "code_challenge_methods_supported":["S256"]})");
        shop.iss = "";

        CHECK(world.reason_of_401().empty());
        CHECK(shop.visits.front().at("resource") == kShop);
    }
    SECTION("with endpoints at their fixed places") {
        CHECK(world.reason_of_401() == "invalid_response");  // they are not there

        const auto requests = world.http.requests();
        CHECK(requests.back().url == "https://shop.example/register");
    }
    SECTION("but not under another name") {
        world.pages["https://shop.example/.well-known/oauth-authorization-server"] =
            test::FakeHttpClient::json(200, dump_json(world.auth.metadata));

        CHECK(world.reason_of_401() == "issuer_mismatch");
        CHECK(world.auth.visits.empty());
    }
}

TEST_CASE("whatever is wrong on the way is found before a code or a secret goes out", "[attacks]") {
    World world;
    Issuer& auth = world.auth;
    std::string reason;
    bool reaches_browser = true;

    SECTION("the metadata are another resource's") {
        world.publish(
            {{"resource", "https://bank.example/mcp"}, {"authorization_servers", {kAuth}}});
        reason = "resource_mismatch";
        reaches_browser = false;
    }
    SECTION("the authorization server calls itself by another name") {
        auth.metadata["issuer"] = "https://evil.example";
        reason = "issuer_mismatch";
        reaches_browser = false;
    }
    SECTION("the authorization server differs by a slash") {
        auth.metadata["issuer"] = "https://auth.example/";
        reason = "issuer_mismatch";
        reaches_browser = false;
    }
    SECTION("the answer names another issuer: a mix-up") {
        auth.iss = "https://other.example";
        reason = "issuer_mismatch";
    }
    SECTION("the answer names another issuer, though none was announced") {
        auth.metadata.erase("authorization_response_iss_parameter_supported");
        auth.iss = "https://evil.example";
        reason = "issuer_mismatch";
    }
    SECTION("the answer does not name the issuer, though it was announced") {
        auth.iss = "";
        reason = "issuer_mismatch";
    }
    SECTION("the person says no") {
        auth.denial = "access_denied";
        reason = "access_denied";
    }
    SECTION("PKCE is plain only") {
        auth.metadata["code_challenge_methods_supported"] = {"plain"};
        reason = "pkce_unsupported";
        reaches_browser = false;
    }
    SECTION("PKCE is not mentioned") {
        auth.metadata.erase("code_challenge_methods_supported");
        reason = "pkce_unsupported";
        reaches_browser = false;
    }
    SECTION("nobody registers clients") {
        auth.metadata.erase("registration_endpoint");
        reason = "registration_needed";
        reaches_browser = false;
    }
    SECTION("an endpoint is on this machine") {
        auth.metadata["token_endpoint"] = "http://localhost:2375/containers";
        reason = "invalid_server_metadata";
        reaches_browser = false;
    }
    SECTION("the authorization server is no URL") {
        world.publish({{"resource", kShop}, {"authorization_servers", {"auth"}}});
        reason = "invalid_resource_metadata";
        reaches_browser = false;
    }
    SECTION("the authorization server publishes nothing") {
        auth.metadata = nullptr;
        reason = "invalid_server_metadata";
        reaches_browser = false;
    }
    SECTION("there are no people") {
        auth.metadata.erase("authorization_endpoint");
        reason = "no_authorization_endpoint";
        reaches_browser = false;
    }

    CHECK(world.reason_of_401() == reason);
    CHECK(world.auth.visits.size() == (reaches_browser ? 1 : 0));
    CHECK(world.auth.token_requests.empty());
    if (!reaches_browser) CHECK(world.auth.registrations.empty());
    CHECK(world.token().empty());
}

TEST_CASE("a failure at the token endpoint is told by its name and leaves no token", "[oauth]") {
    World world;
    world.auth.token_error = GENERATE("invalid_grant", "invalid_client", "invalid_scope");

    CHECK(world.reason_of_401() == world.auth.token_error);
    CHECK(world.auth.token_requests.size() == 1);  // a code is used once
    CHECK(world.token().empty());
}

TEST_CASE("who does not answer is no reason to ask elsewhere", "[oauth]") {
    World world;
    world.silent_host =
        GENERATE("https://shop.example/.well-known", "https://auth.example/.well-known",
                 "https://auth.example/register", "https://auth.example/token");

    const auto renewed = world.refused(401, "Bearer");

    REQUIRE(!renewed);
    CHECK(renewed.error().code == ErrorCode::unavailable);
}

TEST_CASE("a client is who was configured, else the metadata document, else registered anew",
          "[oauth]") {
    World world;
    world.options.identity.metadata_url = "https://we.example/client.json";
    std::string client_id;

    SECTION("configured for this issuer") {
        world.auth.metadata["client_id_metadata_document_supported"] = true;
        world.options.identity.clients = {{.issuer = "https://other.example", .id = "not here"},
                                          {.issuer = kAuth, .id = "configured"}};
        client_id = "configured";
    }
    SECTION("its metadata document, where that is taken") {
        world.auth.metadata["client_id_metadata_document_supported"] = true;
        world.options.identity.clients = {{.issuer = "https://other.example", .id = "not here"}};
        client_id = "https://we.example/client.json";
    }
    SECTION("registered") {
        client_id = "registered";
    }

    REQUIRE(world.reason_of_401().empty());

    CHECK(world.auth.visits.front().at("client_id") == client_id);
    CHECK(world.auth.registrations.size() == (client_id == "registered" ? 1 : 0));
}

TEST_CASE("a configured secret is shown to its issuer only", "[attacks]") {
    World world;
    world.options.identity.clients = {
        {.issuer = "https://other.example", .id = "id", .secret = "secret"}};

    REQUIRE(world.reason_of_401().empty());

    for (const auto& request : world.http.requests()) {
        CHECK(request.body.find("secret") == std::string::npos);
        CHECK(!net::find_header(request.headers, "Authorization"));
    }
}

TEST_CASE("scopes are those of the challenge, else of the metadata, else nobody's", "[oauth]") {
    World world;
    const auto asked = [&] {
        const Fields& visit = world.auth.visits.front();
        return visit.contains("scope") ? visit.at("scope") : "none";
    };

    SECTION("challenge") {
        world.publish({{"resource", kShop},
                       {"authorization_servers", {kAuth}},
                       {"scopes_supported", {"a", "b"}}});
        REQUIRE(world.reason_of_401("Bearer scope=\"c\"").empty());
        CHECK(asked() == "c");
        CHECK(world.auth.registrations.front()["scope"] == "c a b");
    }
    SECTION("metadata") {
        world.publish({{"resource", kShop},
                       {"authorization_servers", {kAuth}},
                       {"scopes_supported", {"a", "b"}}});
        REQUIRE(world.reason_of_401().empty());
        CHECK(asked() == "a b");
    }
    SECTION("nobody") {
        REQUIRE(world.reason_of_401().empty());
        CHECK(asked() == "none");
    }
    SECTION("with offline_access where the server lists it") {
        world.auth.metadata["scopes_supported"] = {"a", "offline_access"};
        REQUIRE(world.reason_of_401("Bearer scope=\"a\"").empty());
        CHECK(asked() == "a offline_access");
    }
    SECTION("never offline_access alone") {
        world.auth.metadata["scopes_supported"] = {"offline_access"};
        REQUIRE(world.reason_of_401().empty());
        CHECK(asked() == "none");
    }
}

TEST_CASE("a program without a person gets a token for itself", "[client-credentials]") {
    World world;
    world.browser_or_none = nullptr;
    world.auth.metadata = {{"issuer", kAuth},
                           {"token_endpoint", "https://auth.example/token"},
                           {"token_endpoint_auth_methods_supported", {"client_secret_basic"}}};
    world.options.identity.clients = {{.issuer = kAuth, .id = "robot", .secret = "secret"}};

    REQUIRE(world.reason_of_401("Bearer scope=\"a\"").empty());

    CHECK(world.token() == "https://auth.example#1");
    const auto& request = world.auth.token_requests.front();
    CHECK(fields_of(request.body) ==
          Fields{{"grant_type", "client_credentials"}, {"scope", "a"}, {"resource", kShop}});
    CHECK(net::find_header(request.headers, "Authorization").value().starts_with("Basic "));
    CHECK(world.auth.visits.empty());
}

TEST_CASE("a program without a person and without credentials says what it lacks",
          "[client-credentials]") {
    World world;
    world.browser_or_none = nullptr;

    CHECK(world.reason_of_401() == "registration_needed");
    CHECK(world.auth.registrations.empty());
}

TEST_CASE("no refusal tells a secret", "[attacks]") {
    World world;
    world.options.identity.clients = {{.issuer = kAuth, .id = "id", .secret = "t0p-secret"}};
    REQUIRE(world.reason_of_401().empty());
    world.auth.token_error = "invalid_grant";

    const auto renewed = world.refused(401, "Bearer");

    REQUIRE(!renewed);
    for (const char* secret : {"t0p-secret", "refresh-", "code-", "#1"}) {
        CHECK(renewed.error().message.find(secret) == std::string::npos);
    }
}

}  // namespace shopkeeper::oauth_client
