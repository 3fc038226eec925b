// Requests with random bytes in random places: whatever is sent, the server answers or closes, and
// goes on serving. The seed is fixed; under the address sanitizer this is a small fuzzer.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <random>

#include "http_fixture.hpp"

namespace shopkeeper::test {
namespace {

class Mutator {
public:
    std::string mutate(std::string text) {
        for (std::size_t i = 0, count = 1 + below(3); i < count; ++i) change(text);
        return text;
    }
    std::size_t below(std::size_t bound) { return random_() % bound; }

private:
    void change(std::string& text) {
        constexpr std::array<std::string_view, 8> kTokens{
            "\r\n", "\r\n\r\n", ":", "0\r\n\r\n", "\xff\xfe", "99999999999999999999", ";", ","};
        const std::size_t at = below(text.size());
        switch (below(4)) {
            case 0:
                text[at] = static_cast<char>(below(256));
                break;
            case 1:
                text.erase(at, 1 + below(10));
                break;
            case 2:
                text.insert(at, kTokens[below(kTokens.size())]);
                break;
            default:
                text.insert(at, text.substr(below(text.size()), below(40)));
                break;
        }
    }

    std::mt19937 random_{20261120};
};

TEST_CASE("no bytes take the server down", "[hostile]") {
    HttpFixture http;
    const auto session = http.open_session("2025-03-26");
    const auto body = "[" + request_json(3, "echo", R"({"a":"\u0416"})") + "]";
    const std::string head =
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
        "application/json\r\nMcp-Session-Id: " +
        session + "\r\n";
    const std::vector<std::string> seeds{
        head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
        head + "Transfer-Encoding: chunked\r\n\r\n5\r\n" + body.substr(0, 5) + "\r\n" +
            [&] {
                const auto rest = body.substr(5);
                std::array<char, 16> hex{};
                std::snprintf(hex.data(), hex.size(), "%zx", rest.size());
                return std::string(hex.data()) + ";x=y\r\n" + rest;
            }() +
            "\r\n0\r\nT: v\r\n\r\n",
        "GET /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nAccept: "
        "text/event-stream\r\nLast-Event-ID: 1_1\r\nMcp-Session-Id: " +
            session + "\r\n\r\n",
        "POST /messages?sessionId=00%31 HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 2\r\n\r\n{}",
    };
    Mutator mutator;
    for (int i = 0; i < 1500; ++i) {
        HttpProbe probe(http.port());
        const std::string text = mutator.mutate(seeds[mutator.below(seeds.size())]);
        probe.send(text);
        probe.close_write();
        INFO(text);
        REQUIRE_NOTHROW(probe.wait_closed());
    }
    CHECK(http.open_session().size() == 32);
    wait_until([&] { return http.transport.server().counts().connections <= 1; });
}

}  // namespace
}  // namespace shopkeeper::test
