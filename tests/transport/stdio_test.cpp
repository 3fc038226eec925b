// One client on pipes: what happens to bytes, to calls that run at once, and at the end.
// What the lines say is the business of tests/protocol.

#include "transport/stdio.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <set>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "mcp/server.hpp"
#include "support/fake_tool_host.hpp"
#include "support/pipes.hpp"
#include "support/transcript.hpp"

namespace shopkeeper::transport {
namespace {

using test::LineReader;
using test::Pipe;
using test::write_all;

/// A server on pipes, ended by closing its input or by `stop`.
class Served {
public:
    explicit Served(StdioOptions options = {}) {
        serving_ = std::thread([this, options] {
            serve_stdio(to_server_.read_end(), from_server_.write_end(), server_, stop.get_token(),
                        options);
            from_server_.close_write();
        });
    }
    ~Served() {
        to_server_.close_write();
        from_server_.close_read();
        tools.release();
        if (serving_.joinable()) serving_.join();
    }

    void send(const std::string& bytes) { write_all(to_server_.write_end(), bytes); }
    void end_input() { to_server_.close_write(); }
    void stop_reading() { from_server_.close_read(); }
    std::optional<Json> next() {
        const auto line = reader_.next();
        return line ? std::optional(Json::parse(*line)) : std::nullopt;
    }
    void join() { serving_.join(); }

    test::FakeToolHost tools;
    std::stop_source stop;

private:
    SystemClock clock_;
    mcp::Server server_{tools, clock_};
    Pipe to_server_;
    Pipe from_server_;
    LineReader reader_{from_server_.read_end()};
    std::thread serving_;
};

std::string call(const std::string& tool, int id, const std::string& arguments = "{}") {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
           R"(,"method":"tools/call","params":{"name":")" + tool + R"(","arguments":)" + arguments +
           "}}\n";
}

std::string ping(int id) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
           R"(,"method":"ping"})"
           "\n";
}

}  // namespace

TEST_CASE("a message may come in pieces, and several in one piece", "[stdio]") {
    Served served;
    const std::string line = ping(1);
    for (const char byte : line) served.send(std::string(1, byte));
    CHECK(served.next().value()["id"] == 1);

    served.send(ping(2) + ping(3) + ping(4).substr(0, 10));
    CHECK(served.next().value()["id"] == 2);
    CHECK(served.next().value()["id"] == 3);
    served.send(ping(4).substr(10));
    CHECK(served.next().value()["id"] == 4);
}

TEST_CASE("the last line needs no line feed", "[stdio]") {
    Served served;
    const std::string line = ping(1);
    served.send(line.substr(0, line.size() - 1));
    served.end_input();
    CHECK(served.next().value()["id"] == 1);
    CHECK_FALSE(served.next());
}

TEST_CASE("a call that waits holds up nobody", "[stdio]") {
    Served served;
    served.send(call("wait", 1) + ping(2));
    CHECK(served.next().value()["id"] == 2);
    served.send(call("echo", 3));
    CHECK(served.next().value()["id"] == 3);
    served.tools.release();
    CHECK(served.next().value()["id"] == 1);
}

TEST_CASE("a thousand calls at once are all answered, each on a line of its own", "[stdio]") {
    Served served;
    constexpr int kCalls = 1000;
    const std::string words(3000, 'w');
    std::thread client([&] {
        for (int id = 1; id <= kCalls; ++id) {
            served.send(call(id % 2 == 0 ? "echo" : "count", id, R"({"words":")" + words + "\"}"));
        }
    });
    std::set<int> answered;
    for (int i = 0; i < kCalls; ++i) {
        const Json reply = served.next().value();
        CHECK(reply.contains("result"));
        answered.insert(reply["id"].get<int>());
    }
    client.join();
    CHECK(answered.size() == kCalls);
}

TEST_CASE("a client that writes everything before it reads anything loses nothing", "[stdio]") {
    Served served;
    constexpr int kCalls = 2000;
    const std::string words(500, 'w');
    // Far more than two pipes hold, in both directions, and nobody reads meanwhile.
    for (int id = 1; id <= kCalls; ++id)
        served.send(call("echo", id, R"({"words":")" + words + "\"}"));
    for (int id = 1; id <= kCalls; ++id) REQUIRE(served.next().value()["id"] == id);
}

TEST_CASE("calls wait while the client does not take what it is told", "[stdio]") {
    StdioOptions options;
    options.unsent_bytes_max = 10'000;
    Served served(options);
    const std::string words(2000, 'w');
    constexpr int kCalls = 200;
    std::thread client([&] {
        for (int id = 1; id <= kCalls; ++id)
            served.send(call("echo", id, R"({"words":")" + words + "\"}"));
        served.end_input();
    });
    for (int id = 1; id <= kCalls; ++id) REQUIRE(served.next().value()["id"] == id);
    CHECK_FALSE(served.next());
    client.join();
}

TEST_CASE("a line that is too long is refused and skipped to its end", "[stdio]") {
    StdioOptions options;
    options.message_bytes_max = 200;
    Served served(options);
    const auto padded = [](std::size_t bytes) {
        const std::string line = R"({"jsonrpc":"2.0","id":7,"method":"ping"})";
        return line + std::string(bytes - line.size(), ' ') + "\n";
    };
    served.send(padded(200));
    CHECK(served.next().value()["id"] == 7);
    served.send(padded(201));
    CHECK(served.next().value()["error"]["code"] == jsonrpc::kInvalidRequest);
    served.send(padded(300'000) + ping(8));
    CHECK(served.next().value()["error"]["code"] == jsonrpc::kInvalidRequest);
    CHECK(served.next().value()["id"] == 8);
    served.send(std::string(1000, 'x'));
    served.end_input();
    CHECK(served.next().value()["error"]["code"] == jsonrpc::kInvalidRequest);
    CHECK_FALSE(served.next());
}

TEST_CASE("calls that run when the input ends are finished and answered", "[stdio]") {
    Served served;
    served.send(call("wait", 1) + call("wait", 2));
    served.end_input();
    served.tools.await_waiting(2);
    served.tools.release();
    std::set<int> answered;
    while (const auto reply = served.next()) {
        CHECK((*reply)["result"]["content"][0]["text"] == "released");
        answered.insert((*reply)["id"].get<int>());
    }
    CHECK(answered == std::set{1, 2});
}

TEST_CASE("calls that go on beyond the grace are asked to end, and still answered", "[stdio]") {
    StdioOptions options;
    options.grace = std::chrono::milliseconds(20);
    Served served(options);
    served.send(call("wait", 1));
    SECTION("after the end of the input") {
        served.end_input();
    }
    SECTION("after a stop") {
        served.tools.await_waiting(1);
        served.stop.request_stop();
    }
    CHECK(served.next().value()["result"]["content"][0]["text"] == "cancelled");
    CHECK_FALSE(served.next());
}

TEST_CASE("a stop ends a server that waits for input", "[stdio]") {
    Served served;
    served.send(ping(1));
    CHECK(served.next().value()["id"] == 1);
    served.stop.request_stop();
    CHECK_FALSE(served.next());
    served.join();
}

TEST_CASE("a client that is gone ends the server and its calls", "[stdio]") {
    Served served;
    served.send(call("wait", 1));
    served.tools.await_waiting(1);
    served.stop_reading();
    served.send(ping(2));  // its answer finds nobody
    served.join();
    CHECK(served.tools.cancelled == 1);
}

TEST_CASE("a client that never reads does not keep the process from ending", "[stdio]") {
    StdioOptions options;
    options.unsent_bytes_max = 1000;
    options.grace = std::chrono::milliseconds(20);
    options.last_answers = std::chrono::milliseconds(20);
    Served served(options);
    // What is sent fits into the input's pipe; what comes of it is more than the output takes.
    const std::string words(4000, 'w');
    SECTION("when the reading thread has something to say") {
        for (int id = 1; id <= 14; ++id)
            served.send(call("echo", id, R"({"words":")" + words + "\"}"));
    }
    SECTION("when calls have something to say") {
        for (int id = 1; id <= 14; ++id) {
            served.send(
                R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
                R"(,"method":"tools/call","params":{"name":"count","_meta":{"progressToken":")" +
                words + "\"}}}\n");
        }
    }
    served.stop.request_stop();
    served.join();
}

TEST_CASE("more calls than threads and queue take wait for room", "[stdio]") {
    StdioOptions options;
    options.calls.threads_max = 2;
    options.calls.waiting_max = 2;
    Served served(options);
    std::thread client([&] {
        for (int id = 1; id <= 10; ++id) served.send(call("wait", id));
    });
    served.tools.await_waiting(2);
    served.tools.release();
    std::set<int> answered;
    for (int i = 0; i < 10; ++i) answered.insert(served.next().value()["id"].get<int>());
    client.join();
    CHECK(answered.size() == 10);
}

TEST_CASE("a batch is answered as one line, whichever thread it runs on", "[stdio]") {
    Served served;
    const auto without_feed = [](std::string line) { return line.substr(0, line.size() - 1); };
    served.send("[" + without_feed(call("echo", 1)) + "," + without_feed(ping(2)) + "]\n");
    const Json quick = served.next().value();
    REQUIRE(quick.size() == 2);
    CHECK(quick[1]["id"] == 2);

    served.send("[" + without_feed(call("wait", 3)) + "," + without_feed(ping(4)) + "]\n" +
                ping(5));
    CHECK(served.next().value()["id"] == 5);
    served.tools.release();
    const Json slow = served.next().value();
    REQUIRE(slow.size() == 2);
    CHECK(slow[0]["id"] == 3);
}

TEST_CASE("the configured token travels with every call", "[stdio]") {
    StdioOptions options;
    options.bearer = "the-token";
    Served served(options);
    served.send(call("echo", 1));
    served.next();
    CHECK(served.tools.last_bearer() == "the-token");
    CHECK(served.tools.last_address() == "local");
}

}  // namespace shopkeeper::transport
