#include "transport/access_rules.hpp"

#include <catch2/catch.hpp>

#include "http_fixture.hpp"

namespace shopkeeper::transport {
namespace {

/// A listener that opens to one key, and forgets how to check another.
test::HttpFixture::Options locked() {
    test::HttpFixture::Options options;
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
    test::HttpFixture http(locked());
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
