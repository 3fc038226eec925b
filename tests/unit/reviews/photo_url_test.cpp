#include "domains/reviews/photo_url.hpp"

#include <catch2/catch.hpp>

using namespace shopkeeper;

TEST_CASE("R6: https addresses with a public host name are shown", "[reviews]") {
    const char* url = GENERATE("https://example.com/photo.jpg", "HTTPS://Cdn.Example.com/a?b=c#d",
                               "https://xn--e1afmkfd.xn--p1ai/a.png", "https://a.b.c.example.kz",
                               "https://1.example.com/x");
    CAPTURE(url);

    CHECK(reviews::check_photo_url(url, "photo_urls[0]"));
}

TEST_CASE("R6: everything else is refused by its place", "[reviews]") {
    const char* url = GENERATE(
        "http://example.com/a.jpg", "javascript:alert(1)", "data:image/png;base64,AAAA", "https://",
        "https:///a.jpg", "https://localhost/a.jpg", "https://printer/a.jpg",
        "https://shop.local/a.jpg", "https://db.internal/a", "https://127.0.0.1/a.jpg",
        "https://2130706433/a", "https://0x7f.1/a", "https://10.0.0.1.", "https://[::1]/a.jpg",
        "https://user@example.com/a", "https://example.com:8443/a",
        "https://example.com\\@evil.com", "https://exa mple.com/a", "https://-a.example.com/",
        "https://example..com/", "https://example.com/\"onerror=", "https://example.com/<script>",
        "https://1.2.3.4%2e5/a", "//example.com/a.jpg", "example.com/a.jpg");
    CAPTURE(url);

    const auto refused = reviews::check_photo_url(url, "photo_urls[0]");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(refused.error().details.field == "photo_urls[0]");
}
