// `serve` from its first line on stderr to its last: the addresses it prints are those it answers
// on.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <regex>

#include "base/json.hpp"
#include "process/command.hpp"
#include "support/pipes.hpp"

namespace shopkeeper::test {
namespace {

/// A running `serve`, with what it has said so far; killed when a test leaves it behind.
class Served {
public:
    explicit Served(const CommandLine& shop)
        : id_(shop.start({"serve", "--port", "0"}, said_.write_end())) {
        said_.close_write();
        std::smatch found;
        while (!std::regex_search(text_, found, std::regex("http://127\\.0\\.0\\.1:(\\d+)/mcp"))) {
            if (!hear()) throw std::runtime_error("serve ended: " + text_);
        }
        port_ = static_cast<std::uint16_t>(std::stoi(found[1]));
        while (text_.find("Ctrl-C") == std::string::npos && hear()) {
        }
    }
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;
    ~Served() {
        if (id_ > 0) {
            ::kill(id_, SIGKILL);
            ::waitpid(id_, nullptr, 0);
        }
    }

    const std::string& text() const { return text_; }

    int end(int signal) {
        ::kill(id_, signal);
        int status = 0;
        ::waitpid(std::exchange(id_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    /// The whole answer to one GET, head and body.
    std::string get(const std::string& path) const {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        const timeval patience{10, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        const std::string request = "GET " + path +
                                    " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
                                    "\r\nConnection: close\r\n\r\n";
        REQUIRE(::send(socket, request.data(), request.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(request.size()));
        std::string answer;
        char buffer[4096];
        for (ssize_t got = 0; (got = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
            answer.append(buffer, static_cast<std::size_t>(got));
        ::close(socket);
        return answer;
    }

private:
    bool hear() {
        char buffer[1024];
        const ssize_t got = ::read(said_.read_end(), buffer, sizeof buffer);
        if (got > 0) text_.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    }

    Pipe said_;
    std::string text_;
    pid_t id_ = -1;
    std::uint16_t port_ = 0;
};

TEST_CASE("serve prints where it listens and what to paste, answers there, and ends with 0",
          "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    Served server(shop);

    CHECK(server.text().find("/sse") != std::string::npos);
    const std::size_t from = server.text().find('{');
    const std::size_t to = server.text().rfind('}');
    const auto snippet = parse_json(server.text().substr(from, to - from + 1));
    REQUIRE(snippet);
    CHECK(snippet->at("mcpServers").at("shop").at("args") == Json::array({"stdio"}));

    CHECK(server.get("/livez").starts_with("HTTP/1.1 200"));
    CHECK(server.get("/readyz").find("{\"ready\":true}") != std::string::npos);
    const std::string health = server.get("/health");
    CHECK(health.find("Cache-Control: no-store") != std::string::npos);
    CHECK(health.find("\"status\":\"healthy\"") != std::string::npos);
    CHECK(server.get("/health/db").starts_with("HTTP/1.1 200"));
    CHECK(server.get("/health/kitchen").starts_with("HTTP/1.1 404"));

    CHECK(server.end(GENERATE(SIGTERM, SIGINT)) == 0);
}

TEST_CASE("two serves of one shop share it; the later one takes another port", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    Served first(shop);
    Served second(shop);

    CHECK(first.get("/readyz").starts_with("HTTP/1.1 200"));
    CHECK(second.get("/readyz").starts_with("HTTP/1.1 200"));
    CHECK(first.end(SIGTERM) == 0);
    CHECK(second.get("/readyz").starts_with("HTTP/1.1 200"));
    CHECK(second.end(SIGTERM) == 0);
}

}  // namespace
}  // namespace shopkeeper::test
