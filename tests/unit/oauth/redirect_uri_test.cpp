#include "oauth/redirect_uri.hpp"

#include <catch2/catch.hpp>

namespace shopkeeper::oauth {
namespace {

TEST_CASE("a program may register https, loopback and schemes of its own", "[oauth]") {
    for (const char* uri :
         {"https://app.example/callback", "https://app.example:8443/cb?x=1", "https://app.example",
          "http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", "http://[::1]:1/cb",
          "http://localhost:3000/callback", "com.example.app:/done", "com.example.app://done",
          "cursor://anysphere.cursor-mcp/oauth/callback"}) {
        INFO(uri);
        CHECK(is_registrable_redirect(uri));
    }
}

TEST_CASE("what could lead elsewhere cannot be registered", "[oauth]") {
    for (const char* uri : {"",
                            "/callback",
                            "//app.example/cb",
                            "http://app.example/cb",
                            "https:app.example",
                            "https:///cb",
                            "https://",
                            "http://127.0.0.1.evil.example/cb",
                            "http://127.0.0.2/cb",
                            "https://user@app.example/cb",
                            "https://app.example@evil.example/cb",
                            "https://app.example/cb#fragment",
                            "https://app.example/cb\r\nSet-Cookie: a",
                            "https://app.example\\@evil.example/",
                            "https://app.example/a b",
                            "https://*.example/cb",
                            "https://APP.example/cb",
                            "javascript:alert(1)",
                            "data:text/html,hi",
                            "vbscript:x",
                            "file:///etc/passwd",
                            "blob:https://app.example/1",
                            "https://app.example:port/cb",
                            "https://app.example;x/cb",
                            "https://app.example/'"}) {
        INFO(uri);
        CHECK_FALSE(is_registrable_redirect(uri));
    }
    CHECK_FALSE(is_registrable_redirect("https://app.example/" + std::string(2000, 'a')));
}

TEST_CASE("a redirect matches to the letter; on loopback the port is free", "[oauth]") {
    CHECK(matches_redirect("https://app.example/cb", "https://app.example/cb"));
    CHECK(matches_redirect("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb"));
    CHECK(matches_redirect("http://127.0.0.1:1/cb", "http://127.0.0.1:2/cb"));
    CHECK(matches_redirect("http://[::1]:1/cb", "http://[::1]:2/cb"));
    CHECK(matches_redirect("http://localhost:3000/cb?x=1", "http://localhost:4000/cb?x=1"));

    for (const auto& [registered, presented] :
         {std::pair("https://app.example/cb", "https://app.example/cb/"),
          std::pair("https://app.example/cb", "https://app.example/cb?x=1"),
          std::pair("https://app.example/cb", "https://app.example:444/cb"),
          std::pair("https://app.example/cb", "https://app.example/cb/../evil"),
          std::pair("https://app.example/cb", "https://app.example.evil.example/cb"),
          std::pair("https://app.example/cb", "http://app.example/cb"),
          std::pair("http://127.0.0.1/cb", "http://127.0.0.1:1/other"),
          std::pair("http://127.0.0.1/cb", "http://localhost/cb"),
          std::pair("http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb"),
          std::pair("http://127.0.0.1/cb", "http://127.0.0.1:99999999/cb"),
          std::pair("http://127.0.0.1/cb", "https://127.0.0.1/cb"),
          std::pair("com.example.app:/done", "com.example.app:/other")}) {
        INFO(registered << " " << presented);
        CHECK_FALSE(matches_redirect(registered, presented));
    }
}

TEST_CASE("a form may lead to where the answer goes, and nowhere else", "[oauth]") {
    CHECK(redirect_source("https://app.example:8443/cb?x=1") == "https://app.example:8443");
    CHECK(redirect_source("http://[::1]:5/cb") == "http:");
    CHECK(redirect_source("com.example.app:/done") == "com.example.app:");
    CHECK(is_loopback_redirect("http://localhost:3000/cb"));
    CHECK_FALSE(is_loopback_redirect("https://localhost.example/cb"));
}

}  // namespace
}  // namespace shopkeeper::oauth
