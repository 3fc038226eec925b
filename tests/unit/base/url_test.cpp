#include "base/url.hpp"

#include <catch2/catch.hpp>

using shopkeeper::url::check_public_https;

TEST_CASE("R6: links with a public host name are taken as given", "[base][url]") {
    const char* url = GENERATE("https://img.example.com/a.jpg", "HTTPS://Example.COM",
                               "https://a.kz:8443/x?y=1#z", "https://цветы.рф/роза.jpg",
                               "https://xn--e1afmkfd.xn--p1ai/1.png", "https://1.example.com/",
                               "https://cdn-1.example.co/a%20b.jpg");
    CAPTURE(url);
    CHECK(check_public_https(url, "photo_url").has_value());
}

TEST_CASE("R6: other schemes, address literals, local names and odd characters are refused",
          "[base][url]") {
    const char* url = GENERATE(
        "http://img.example.com/a.jpg", "ftp://example.com/a", "//example.com/a",
        "example.com/a.jpg", "https://", "https:///a.jpg", "https://127.0.0.1/a.jpg",
        "https://10.0.0.1:443/", "https://0x7f.1/", "https://2130706433/", "https://[::1]/a",
        "https://localhost/a", "https://printer.local/a", "https://db.internal/a",
        "https://router/a", "https://user@example.com/a", "https://user:pw@example.com/a",
        "https://example.com:port/", "https://example..com/", "https://-a.example.com/",
        "https://exa mple.com/a", "https://example.com\\@evil.kz/", "https://example.com/a\nb",
        "https://example.com./x", "javascript:alert(1)", "data:image/png;base64,AAAA");
    CAPTURE(url);
    const auto checked = check_public_https(url, "photo_url");
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().code == shopkeeper::ErrorCode::invalid_argument);
    CHECK(checked.error().details.field == "photo_url");
}
