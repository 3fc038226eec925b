#include "mcp/client/sse_channel.hpp"

#include <catch2/catch.hpp>

namespace shopkeeper::mcp::client {

TEST_CASE("the place to post to is on the same server, or nowhere") {
    const std::string base = "https://shop.example:8443/a/sse?x=1";
    CHECK(same_origin_url(base, "/messages?s=1") == "https://shop.example:8443/messages?s=1");
    CHECK(same_origin_url(base, "messages") == "https://shop.example:8443/a/messages");
    CHECK(same_origin_url(base, "?s=1") == "https://shop.example:8443/a/sse?s=1");
    CHECK(same_origin_url(base, "https://shop.example:8443/m") == "https://shop.example:8443/m");
    CHECK(same_origin_url("http://shop.example", "m") == "http://shop.example/m");
    for (const std::string foreign :
         {"//evil.example/m", "https://evil.example/m", "http://shop.example:8443/m",
          "https://shop.example:84431/m", "https://shop.example:8443.evil.example/m",
          "https://shop.example:8443@evil.example/m"}) {
        CHECK(same_origin_url(base, foreign).empty());
    }
}

}  // namespace shopkeeper::mcp::client
