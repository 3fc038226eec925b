#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <thread>

#include "http_fixture.hpp"

// Stopping: what was taken on is answered, what was not is not begun. Rule: architecture.md 3.12.

namespace shopkeeper::test {
namespace {

using std::chrono::milliseconds;

constexpr int kRequestsBeforeTheEnd = 500;

TEST_CASE("calls in progress are answered, streams end, newcomers are refused", "[shutdown]") {
    HttpFixture http;
    const auto session = http.open_session();
    HttpProbe listening(http.port());
    listening.request("GET", "/mcp", http.session_lines(session));
    listening.stream_head();
    HttpProbe call(http.port());
    call.request("POST", "/mcp", http.session_lines(session), request_json(3, "slow"));
    HttpProbe old_stream(http.port());
    old_stream.request("GET", "/sse");
    old_stream.stream_head();
    const auto endpoint = *old_stream.event();
    const auto path = endpoint.substr(endpoint.find("/messages"));
    CHECK(fetch(http.port(), "POST", path, {"Content-Type: application/json"},
                request_json(4, "slow"))
              .status == 202);
    http.shop().wait_slow(2);

    http.ask_to_stop();
    CHECK_FALSE(listening.event());
    http.shop().open_gates(2);
    const auto reply = call.reply();
    CHECK(reply.status == 200);
    CHECK(reply.header("Connection") == "close");
    CHECK(old_stream.event()->find("\"id\":4") != std::string::npos);  // acknowledged, so not lost
    CHECK_FALSE(old_stream.event());
    listening.close();
    call.close();
    old_stream.close();
    http.stop();
    CHECK_THROWS(HttpProbe(http.port()));
    CHECK(http.shop().slow_cancelled == 0);
}

TEST_CASE("calls that outlast the grace are told, and may still answer", "[shutdown]") {
    HttpFixture::Options options;
    options.shutdown_grace = milliseconds(50);
    HttpFixture http(options);
    HttpProbe in_session(http.port());
    in_session.request("POST", "/mcp", http.session_lines(http.open_session()),
                       request_json(3, "slow"));
    HttpProbe stateless(http.port());
    stateless.request("POST", "/mcp", http.modern_lines(), request_json(4, "slow"));
    http.shop().wait_slow(2);

    http.ask_to_stop();
    CHECK(in_session.reply().body.find("cancelled") != std::string::npos);
    CHECK(stateless.reply().body.find("cancelled") != std::string::npos);
    in_session.close();
    stateless.close();
    http.stop();
    CHECK(http.shop().slow_cancelled == 2);
}

TEST_CASE("stopping under load: every request was answered whole or never begun", "[shutdown]") {
    HttpFixture::Options options;
    options.calls.threads_max = 4;
    HttpFixture http(options);
    http.shop().open_gates(1'000'000);
    const auto session = http.open_session();
    std::mutex mutex;
    std::multiset<std::string> answered;
    std::atomic<int> sent = 0;
    std::atomic<int> broken = 0;
    std::latch under_load(1);
    std::vector<std::thread> clients;
    for (int client = 0; client < 12; ++client) {
        clients.emplace_back([&, client] {
            try {
                HttpProbe probe(http.port());
                for (int i = 0;; ++i) {
                    const int id = 1000 + client * 1'000'000 + i;
                    const auto* method = i % 2 == 0 ? "echo" : "slow";
                    if (!probe.request("POST", "/mcp", http.session_lines(session),
                                       request_json(id, method)))
                        return;
                    if (++sent == kRequestsBeforeTheEnd) under_load.count_down();
                    const auto reply = probe.reply_or_end();
                    if (!reply) return;
                    if (reply->status != 200 || Json::parse(reply->body).at("id") != id) ++broken;
                    const std::scoped_lock lock(mutex);
                    answered.insert(std::to_string(id));
                }
            } catch (const std::exception&) {
                ++broken;  // a reply that broke off
            }
        });
    }
    under_load.wait();
    http.stop();
    for (auto& client : clients) client.join();

    CHECK(broken == 0);
    auto handled = http.shop().handled;
    handled.erase("1");                             // initialize
    const bool all_answered = handled == answered;  // not expanded: thousands of ids
    CHECK(all_answered);
}

}  // namespace
}  // namespace shopkeeper::test
