#pragma once

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "fake_endpoints.hpp"
#include "support/http_probe.hpp"
#include "transport/http.hpp"

namespace shopkeeper::test {

/// The whole HTTP transport over the fake conversations, serving on a thread of its own.
class HttpFixture {
public:
    using Options = transport::HttpTransportOptions;
    using Lines = std::vector<std::string>;

    /// `session_ids`: those that several hosts share; otherwise it has its own.
    explicit HttpFixture(Options options = {},
                         std::unique_ptr<transport::SessionIds> session_ids = nullptr)
        : session_ids_(std::move(session_ids)),
          transport(with_threads(std::move(options)), random_) {
        if (!session_ids_) session_ids_ = std::make_unique<transport::RandomSessionIds>(random_);
        transport.server().route("GET", "/livez", [](net::Request&, net::Responder responder) {
            responder.reply({.body = R"({"status":"ok"})"});
        });
        thread_ = std::jthread([this](const std::stop_token& stop) {
            transport.serve(endpoints, *session_ids_, stop);
        });
    }
    ~HttpFixture() {
        shop().open_gates();
        stop();
    }

    FakeShop& shop() { return endpoints.shop; }
    std::uint16_t port() const { return transport.port(); }
    void ask_to_stop() { thread_.request_stop(); }
    void stop() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

    /// The header lines of a POST.
    static Lines json_lines(Lines more = {}) {
        more.insert(more.end(), {"Content-Type: application/json",
                                 "Accept: application/json, text/event-stream"});
        return more;
    }
    static Lines modern_lines(Lines more = {}) {
        more.emplace_back("MCP-Protocol-Version: 2026-07-28");
        return json_lines(std::move(more));
    }
    static Lines session_lines(const std::string& session, Lines more = {}) {
        more.push_back("Mcp-Session-Id: " + session);
        return json_lines(std::move(more));
    }

    WireReply post(const std::string& body, const Lines& lines) {
        return fetch(port(), "POST", "/mcp", lines, body);
    }
    /// Agrees on a version and returns the session's id.
    std::string open_session(const std::string& version = "2025-11-25") {
        const auto reply =
            post(request_json(1, "initialize", R"({"protocolVersion":")" + version + "\"}"),
                 json_lines());
        return reply.header("Mcp-Session-Id");
    }

    FakeEndpoints endpoints;

private:
    static Options with_threads(Options options) {
        options.listener.io_threads = 2;
        options.listener.keepalive_requests_max = 1'000'000;  // tests count on their connections
        return options;
    }

    SystemRandom random_;
    std::unique_ptr<transport::SessionIds> session_ids_;

public:
    transport::HttpTransport transport;

private:
    std::jthread thread_;
};

}  // namespace shopkeeper::test
