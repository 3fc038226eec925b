#include <catch2/catch.hpp>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include "mcp/client/client.hpp"
#include "support/raw_server.hpp"

// Servers that do what no server should, over real sockets and pipes: each costs the client an
// error within its deadline, and nothing else.

namespace shopkeeper::mcp::client {
namespace {

using std::chrono::milliseconds;
using test::RawServer;
using Kind = Failure::Kind;

/// Long enough for a loaded machine, and far from what a hang would take.
constexpr milliseconds kPatient{20'000};

const ClientOptions kSmall{.connect_timeout = kPatient, .message_bytes_max = 100'000};

Kind http_kind(const RawServer& server, ClientOptions options = kSmall) {
    std::signal(SIGPIPE, SIG_IGN);
    const auto http = net::make_http_client();
    const auto client = Client::over_http(*http, {.url = server.url("/mcp")}, std::move(options));
    REQUIRE_FALSE(client);
    return client.error().kind;
}

Outcome<std::unique_ptr<Client>> start(const std::string& script, ClientOptions options = kSmall) {
    std::signal(SIGPIPE, SIG_IGN);
    return Client::over_stdio({.words = {"/bin/sh", "-c", script}, .environment = {"PATH=/bin"}},
                              std::move(options));
}

Kind stdio_kind(const std::string& script, ClientOptions options = kSmall) {
    const auto client = start(script, std::move(options));
    REQUIRE_FALSE(client);
    return client.error().kind;
}

constexpr const char* kStreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

}  // namespace

TEST_CASE("a server over HTTP that says nothing is left when the time is up") {
    const RawServer silent([](RawServer::Peer& peer) { peer.wait_closed(); });
    CHECK(http_kind(silent, {.connect_timeout = milliseconds(50)}) == Kind::timed_out);

    const RawServer stuck([](RawServer::Peer& peer) {
        peer.request();
        peer.send(std::string(kStreamHead) + "data: {\"id\":");
        peer.wait_closed();
    });
    CHECK(http_kind(stuck, {.connect_timeout = milliseconds(50)}) == Kind::timed_out);
}

TEST_CASE("a stream of small talk without end is left when the time is up") {
    const RawServer chatty([](RawServer::Peer& peer) {
        peer.request();
        peer.send(kStreamHead);
        while (peer.send("data: {\"method\":\"notifications/message\"}\n\n: and on\n\n")) {
            std::this_thread::yield();
        }
    });
    CHECK(http_kind(chatty, {.connect_timeout = milliseconds(100)}) == Kind::timed_out);
}

TEST_CASE("a message over HTTP beyond the limit ends the request, on a stream too") {
    const RawServer long_body([](RawServer::Peer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[");
        while (peer.send(std::string(65536, '1'))) continue;
    });
    CHECK(http_kind(long_body) == Kind::too_large);

    const RawServer long_event([](RawServer::Peer& peer) {
        peer.request();
        peer.send(std::string(kStreamHead) + "data: [");
        while (peer.send(std::string(65536, '1'))) continue;
    });
    CHECK(http_kind(long_event) == Kind::too_large);
}

TEST_CASE("answers over HTTP that are not the protocol") {
    const auto answering = [](const char* type, std::string body) {
        return std::make_unique<RawServer>([=](RawServer::Peer& peer) {
            while (!peer.request().empty()) {
                peer.answer("200 OK", std::string("Content-Type: ") + type + "\r\n", body);
            }
        });
    };
    CHECK(http_kind(*answering("text/html", "<html>Hello</html>")) == Kind::broken);
    CHECK(http_kind(*answering("application/json", "{\"id\":")) == Kind::broken);
    CHECK(http_kind(*answering("application/json", "[[[[]]]]")) == Kind::broken);
    CHECK(http_kind(*answering("application/json", R"({"jsonrpc":"2.0","id":99,"result":{}})")) ==
          Kind::broken);
    CHECK(http_kind(*answering("application/json", R"({"jsonrpc":"2.0","id":1})")) == Kind::broken);
    CHECK(http_kind(*answering("application/json", R"({"jsonrpc":"2.0","id":1,"result":3})")) ==
          Kind::broken);
    CHECK(http_kind(*answering("application/json", R"({"id":1,"error":"because"})")) ==
          Kind::broken);
    CHECK(http_kind(*answering("application/json", std::string(5000, '['))) == Kind::broken);
}

TEST_CASE("a program that cannot be started is unreachable") {
    const auto client = Client::over_stdio({.words = {"/no/such/program"}});
    REQUIRE_FALSE(client);
    CHECK(client.error().kind == Kind::unreachable);
    CHECK(Client::over_stdio({}).error().kind == Kind::unreachable);
}

TEST_CASE("a program that leaves is started once more, for the handshake alone") {
    // The second start is told from the first by the message that comes.
    const auto client = start(R"(read -r line
        case "$line" in
            *server/discover*) exit 1 ;;
            *initialize*) echo '{"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2025-06-18"}}' ;;
        esac
        cat >/dev/null)");
    REQUIRE(client);
    CHECK((*client)->revision() == Revision::r2025_06_18);

    CHECK(stdio_kind("exit 0") == Kind::closed);
}

TEST_CASE("a program that hears but does not answer is left when the time is up") {
    CHECK(stdio_kind("cat >/dev/null", {.connect_timeout = milliseconds(50)}) == Kind::timed_out);
}

TEST_CASE("a program that does not know the probe is shaken hands with") {
    const auto client = start(R"(while read -r line; do
        case "$line" in
            *server/discover*)
                echo '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}' ;;
            *initialize*)
                echo 'Starting up...'
                echo '{"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2024-11-05"}}' ;;
            *tools/call*)
                echo '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":3,"progress":1}}'
                echo '{"jsonrpc":"2.0","id":3,"result":{"content":[]}}' ;;
        esac
    done)");
    REQUIRE(client);
    CHECK((*client)->revision() == Revision::r2024_11_05);
    int progress = 0;
    CHECK((*client)->call_tool(
        "t", Json::object(),
        {.timeout = kPatient, .on_progress = [&](const Progress&) { ++progress; }}));
    CHECK(progress == 1);
}

TEST_CASE("a program that writes anything but messages is cut off") {
    CHECK(stdio_kind("while echo this is no JSON; do :; done") == Kind::broken);
    CHECK(stdio_kind("while printf xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; do :; done") ==
          Kind::too_large);
    CHECK(stdio_kind(
              R"(while echo '{"jsonrpc":"2.0","method":"notifications/message"}'; do :; done)") ==
          Kind::too_large);
}

TEST_CASE(
    "a call to a program is cancelled by a message, and a program that dies fails its calls") {
    const auto client = start(R"(while read -r line; do
        case "$line" in
            *server/discover*)
                echo '{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28"]}}' ;;
            *notifications/cancelled*'"requestId":2'*) exit 0 ;;
        esac
    done)");
    REQUIRE(client);
    CHECK((*client)->revision() == kStateless);
    const auto slow = (*client)->call_tool("t", Json::object(), {.timeout = milliseconds(50)});
    REQUIRE_FALSE(slow);
    CHECK(slow.error().kind == Kind::timed_out);
    const auto dead = (*client)->call_tool("t", Json::object(), {.timeout = kPatient});
    REQUIRE_FALSE(dead);
    CHECK(dead.error().kind == Kind::closed);
}

TEST_CASE("a stop request ends a call to a program at once") {
    const auto client = start(R"(read -r line
        echo '{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28"]}}'
        cat >/dev/null)");
    REQUIRE(client);
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    const auto result =
        (*client)->call_tool("t", Json::object(), {.timeout = kPatient, .stop = stop.get_token()});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == Kind::stopped);
}

TEST_CASE("a program that reads nothing does not block a call for ever") {
    const auto client = start(R"(read -r line
        echo '{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28"]}}'
        exec sleep 60)");
    REQUIRE(client);
    const Json large = {{"text", std::string(1'000'000, 'x')}};
    const auto result = (*client)->call_tool("t", large, {.timeout = milliseconds(200)});
    REQUIRE_FALSE(result);
    CHECK((result.error().kind == Kind::timed_out || result.error().kind == Kind::closed));
}

TEST_CASE("a server of HTTP+SSE is found last, and spoken to on its stream") {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> posted;
    const RawServer server([&](RawServer::Peer& peer) {
        for (std::string text = peer.request(); !text.empty(); text = peer.request()) {
            if (text.starts_with("GET /sse ")) {
                peer.send(std::string(kStreamHead) + "event: endpoint\ndata: /messages?s=1\n\n");
                std::unique_lock lock(mutex);
                const auto wait = [&](std::size_t size) {
                    changed.wait_for(lock, kPatient, [&] { return posted.size() >= size; });
                };
                wait(1);
                peer.send("data: {\"id\":2,\"result\":{\"protocolVersion\":\"2024-11-05\"}}\n\n");
                peer.send("data: {\"id\":3,\"result\":{\"protocolVersion\":\"2024-11-05\"}}\n\n");
                wait(3);
                peer.send("data: {\"id\":4,\"result\":{\"content\":[]}}\n\n");
                lock.unlock();
                peer.wait_closed();
                return;
            }
            const bool is_message = text.starts_with("POST /messages?s=1 ");
            peer.answer(is_message ? "202 Accepted" : "405 Method Not Allowed", "", "");
            if (!is_message) continue;
            const std::scoped_lock lock(mutex);
            posted.push_back(text);
            changed.notify_all();
        }
    });
    std::signal(SIGPIPE, SIG_IGN);
    const auto http = net::make_http_client();
    const auto client = Client::over_http(*http, {.url = server.url("/sse")}, kSmall);
    REQUIRE(client);
    CHECK((*client)->revision() == Revision::r2024_11_05);
    CHECK((*client)->call_tool("t", Json::object(), {.timeout = kPatient}));
}

}  // namespace shopkeeper::mcp::client
