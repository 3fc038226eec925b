#include "transport/http_peer.hpp"

#include <catch2/catch.hpp>

#include "http_fixture.hpp"

namespace shopkeeper::transport {
namespace {

TEST_CASE("address blocks know their members", "[http_peer]") {
    struct Case {
        const char* block;
        const char* inside;
        const char* outside;
    };
    const auto sample =
        GENERATE(Case{"10.0.0.0/8", "10.255.1.2", "11.0.0.1"},
                 Case{"192.168.1.7", "192.168.1.7", "192.168.1.8"},
                 Case{"192.168.1.128/25", "192.168.1.129", "192.168.1.127"},
                 Case{"0.0.0.0/0", "8.8.8.8", "::1"}, Case{"fd00::/8", "fd12::1", "fe80::1"},
                 Case{"::1", "::1", "127.0.0.1"}, Case{"127.0.0.1", "::ffff:127.0.0.1", "::1"});
    const auto block = AddressBlock::parse(sample.block);
    REQUIRE(block);
    CHECK(block->contains(sample.inside));
    CHECK_FALSE(block->contains(sample.outside));
    CHECK_FALSE(block->contains("not an address"));
}

TEST_CASE("what is no block of addresses is refused", "[http_peer]") {
    const auto* text = GENERATE("", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
                                "localhost", "fd00::/129");
    CHECK_FALSE(AddressBlock::parse(text));
}

TEST_CASE("only trusted proxies are believed about the client's address", "[http_peer]") {
    test::HttpFixture::Options options;
    const auto forwarded = [](test::HttpFixture& http, const std::string& value) {
        http.post(test::request_json(1, "initialize"),
                  http.json_lines({"X-Forwarded-For: " + value}));
        return *http.shop().last_peer;
    };
    SECTION("none by default") {
        test::HttpFixture http(options);
        const auto peer = forwarded(http, "203.0.113.9");
        CHECK(peer.address == "127.0.0.1");
        CHECK(peer.is_loopback);
    }
    SECTION("the last address that is not a proxy of ours") {
        options.streamable.trusted_proxies = {*AddressBlock::parse("127.0.0.1"),
                                              *AddressBlock::parse("10.0.0.0/8")};
        test::HttpFixture http(options);
        CHECK(forwarded(http, "198.51.100.1, 203.0.113.9, 10.1.2.3").address == "203.0.113.9");
        CHECK_FALSE(forwarded(http, "127.0.0.1").is_loopback);
        CHECK(forwarded(http, "lies, 203.0.113.9").address == "203.0.113.9");
        CHECK(forwarded(http, "203.0.113.9, lies").address == "127.0.0.1");
    }
}

TEST_CASE("an API key counts as a credential", "[http_peer]") {
    test::HttpFixture http;
    http.post(test::request_json(1, "initialize"), http.json_lines({"X-API-Key: shk_1"}));
    CHECK(http.shop().last_peer->bearer == "shk_1");
    http.post(test::request_json(1, "initialize"), http.json_lines({"Authorization: Basic abc"}));
    CHECK_FALSE(http.shop().last_peer->bearer);
}

}  // namespace
}  // namespace shopkeeper::transport
