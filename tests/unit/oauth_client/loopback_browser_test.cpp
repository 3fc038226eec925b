// The listener that takes a person's browser back, asked over real sockets.
#include "oauth_client/loopback_browser.hpp"

#include <catch2/catch.hpp>

#include "net/http_client.hpp"

namespace shopkeeper::oauth_client {
namespace {

using std::chrono::milliseconds;

/// Enough for a loaded machine: nothing waits that long unless something is broken.
constexpr milliseconds kPatience{60'000};

int status_of(const std::string& url) {
    const auto client = net::make_http_client();
    const auto response = client->request({.url = url});
    REQUIRE(response);
    return response->status;
}

}  // namespace

TEST_CASE("the browser comes back on this machine, with its query as it stood", "[browser]") {
    std::string redirect_uri;
    std::string shown;
    LoopbackBrowser browser(
        {.show =
             [&](const std::string& url) {
                 shown = url;
                 CHECK(status_of(redirect_uri + "?code=a%2Bb&state=s%20t&iss=https%3A%2F%2Fh") ==
                       200);
             },
         .wait_max = kPatience});
    redirect_uri = browser.redirect_uri().value();

    const auto query = browser.visit("https://auth.example/authorize?x", "s t", {});

    CHECK(redirect_uri.starts_with("http://127.0.0.1:"));
    CHECK(redirect_uri == browser.redirect_uri().value());
    CHECK(shown == "https://auth.example/authorize?x");
    CHECK(query == "code=a%2Bb&state=s%20t&iss=https%3A%2F%2Fh");
}

TEST_CASE("who does not know the state cannot end the wait", "[browser]") {
    std::string redirect_uri;
    std::vector<int> statuses;
    LoopbackBrowser browser({.show =
                                 [&](const std::string&) {
                                     for (const char* knock :
                                          {"", "?code=evil", "?code=evil&state=", "?state=other",
                                           "?code=good&state=right", "?code=late&state=right"}) {
                                         statuses.push_back(status_of(redirect_uri + knock));
                                     }
                                 },
                             .wait_max = kPatience});
    redirect_uri = browser.redirect_uri().value();
    CHECK(status_of(redirect_uri + "?code=early&state=") == 400);  // nobody is awaited

    const auto query = browser.visit("https://auth.example", "right", {});

    CHECK(statuses == std::vector{400, 400, 400, 400, 200, 400});
    CHECK(query == "code=good&state=right");
    CHECK(status_of(redirect_uri + "?code=good&state=right") == 400);
}

TEST_CASE("nobody waits longer than was said, or after a stop", "[browser]") {
    LoopbackBrowser patient({.show = [](const std::string&) {}, .wait_max = milliseconds(1)});
    std::stop_source stop;
    LoopbackBrowser stopped(
        {.show = [&](const std::string&) { stop.request_stop(); }, .wait_max = kPatience});

    const auto late = patient.visit("https://auth.example", "s", {});
    const auto ended = stopped.visit("https://auth.example", "s", stop.get_token());

    REQUIRE(!late);
    CHECK(late.error().details.reason == "no_answer");
    REQUIRE(!ended);
    CHECK(ended.error().code == ErrorCode::unavailable);
}

TEST_CASE("a port that somebody has is said before anything is asked", "[browser]") {
    LoopbackBrowser first({.show = [](const std::string&) {}});
    const std::string uri = first.redirect_uri().value();
    const auto port = std::stoi(uri.substr(uri.rfind(':') + 1));
    LoopbackBrowser second(
        {.show = [](const std::string&) {}, .port = static_cast<std::uint16_t>(port)});

    const auto taken = second.redirect_uri();

    REQUIRE(!taken);
    CHECK(taken.error().code == ErrorCode::unavailable);
}

}  // namespace shopkeeper::oauth_client
