#include "oauth_client/url.hpp"

#include <catch2/catch.hpp>

namespace shopkeeper::oauth_client {

TEST_CASE("a URL is read into its parts as they are written", "[url]") {
    const auto url = parse_url("HTTPS://Shop.Example:8443/Tenant/mcp?a=%2F&b");

    REQUIRE(url);
    CHECK(url->scheme == "https");
    CHECK(url->host == "shop.example");
    CHECK(url->port == "8443");
    CHECK(url->path == "/Tenant/mcp");
    CHECK(url->query == "a=%2F&b");
}

TEST_CASE("the origin of a URL says no port that goes without saying", "[url]") {
    const auto [text, origin] = GENERATE(table<const char*, const char*>({
        {"https://h.example", "https://h.example"},
        {"https://h.example:443/x", "https://h.example"},
        {"http://localhost:80?x", "http://localhost"},
        {"https://h.example:80/", "https://h.example:80"},
        {"http://[::1]:3000/mcp", "http://[::1]:3000"},
    }));

    const auto url = parse_url(text);

    REQUIRE(url);
    CHECK(url->origin() == origin);
}

TEST_CASE("what two programs might read differently is no URL", "[url]") {
    const auto* text = GENERATE(
        "", "https://", "https:/h.example", "//h.example", "ftp://h.example", "javascript:alert(1)",
        "https://user@h.example", "https://u:p@h.example/", "https://h.example\\@evil.example",
        "https://h.example/a b", "https://h.example/#fragment", "https://h.example/\n",
        "https://h.example:", "https://h.example:0", "https://h.example:65536",
        "https://h.example:8x", "https://h.example:080", "https://[::1", "https://[]/",
        "https://h\xd0\xb0.example", "https://h.example/\"", "https://h.example/$(id)`",
        "https://h.example/|calc", "https://h.ex%61mple/");

    CAPTURE(text);
    CHECK(!parse_url(text));
    CHECK(!parse_url("https://h.example/" + std::string(kUrlBytesMax, 'a')));
}

TEST_CASE("only numeric addresses and one name mean this machine", "[url]") {
    const auto [text, is_loopback] = GENERATE(table<const char*, bool>({
        {"http://localhost:1/", true},
        {"http://LOCALHOST/", true},
        {"http://127.0.0.1/", true},
        {"http://127.9.9.9/", true},
        {"http://[::1]/", true},
        {"http://127.0.0.1.evil.example/", false},
        {"http://127.evil.example/", false},
        {"http://127.1/", false},
        {"http://127..0.1/", false},
        {"http://localhost.evil.example/", false},
        {"http://10.0.0.1/", false},
    }));

    CAPTURE(text);
    CHECK(parse_url(text)->is_loopback() == is_loopback);
}

TEST_CASE("plain http is for this machine, and local doors are for local servers", "[url]") {
    const auto [url, server, may] = GENERATE(table<const char*, const char*, bool>({
        {"https://auth.example/token", "https://shop.example/mcp", true},
        {"http://auth.example/token", "https://shop.example/mcp", false},
        {"http://localhost:9000/admin", "https://shop.example/mcp", false},
        {"http://localhost:9000/token", "http://127.0.0.1:8000/mcp", true},
        {"http://auth.example/token", "http://127.0.0.1:8000/mcp", false},
    }));

    CAPTURE(url, server);
    CHECK(may_visit(*parse_url(url), *parse_url(server)) == may);
}

}  // namespace shopkeeper::oauth_client
