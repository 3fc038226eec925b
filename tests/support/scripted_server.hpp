#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "support/fake_http_client.hpp"

namespace shopkeeper::test {

/// An MCP server behind a fake Web: a function a method, everything else is -32601 as its era says
/// it.
class ScriptedServer {
public:
    using Reply = std::function<net::HttpResponse(const Json& message, const net::HttpRequest&)>;

    ScriptedServer() : http([this](const net::HttpRequest& request) { return answer(request); }) {}

    void on(const std::string& method, Reply reply) { replies_[method] = std::move(reply); }
    /// `result` for every request of this method.
    void result(const std::string& method, Json result) {
        on(method, [result = std::move(result)](const Json& message, const net::HttpRequest&) {
            return of_result(message, result);
        });
    }

    /// A server without handshake.
    static std::unique_ptr<ScriptedServer> stateless() {
        auto server = std::make_unique<ScriptedServer>();
        server->unknown_status_ = 404;
        server->result(
            "server/discover",
            Json::parse(R"({"resultType": "complete", "supportedVersions": ["2026-07-28"],
                           "capabilities": {"tools": {}}, "instructions": "Be kind.",
                           "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "s"}}})"));
        return server;
    }
    /// One that answers `initialize` with this version, and gives the sessions s1, s2 ...
    static std::unique_ptr<ScriptedServer> of_sessions(const std::string& version) {
        auto server = std::make_unique<ScriptedServer>();
        auto* its = server.get();
        server->on("initialize", [its, version](const Json& message, const net::HttpRequest&) {
            auto reply = of_result(message, {{"protocolVersion", version},
                                             {"capabilities", Json::object()},
                                             {"serverInfo", {{"name", "s"}}},
                                             {"instructions", "Be kind."}});
            reply.headers.emplace_back("mcp-session-id", "s" + std::to_string(++its->sessions));
            return reply;
        });
        server->on("notifications/initialized", [](const Json&, const net::HttpRequest&) {
            return FakeHttpClient::reply(202, {}, "");
        });
        return server;
    }

    static net::HttpResponse of_result(const Json& message, const Json& result) {
        return FakeHttpClient::json(
            200, Json{{"jsonrpc", "2.0"}, {"id", message["id"]}, {"result", result}}.dump());
    }
    static net::HttpResponse of_error(const Json& message, int status, int code, Json data = {}) {
        Json error = {{"code", code}, {"message", "no"}};
        if (!data.is_null()) error["data"] = std::move(data);
        return FakeHttpClient::json(
            status, Json{{"jsonrpc", "2.0"}, {"id", message["id"]}, {"error", error}}.dump());
    }
    static net::HttpResponse stream(const std::string& text) {
        return FakeHttpClient::reply(200, {{"Content-Type", "text/event-stream"}}, text);
    }
    static std::string event(const Json& message) { return "data: " + message.dump() + "\n\n"; }

    /// The messages that came, in order.
    std::vector<Json> heard(const std::string& method) const {
        std::vector<Json> messages;
        for (const auto& request : http.requests()) {
            const auto message = parse_json(request.body);
            if (message && message->value("method", "") == method) messages.push_back(*message);
        }
        return messages;
    }
    net::HttpRequest last() const { return http.requests().back(); }

    FakeHttpClient http;
    int sessions = 0;

private:
    net::HttpResult<net::HttpResponse> answer(const net::HttpRequest& request) {
        const auto message = parse_json(request.body);
        const std::string method = message ? message->value("method", "") : request.method;
        if (const auto found = replies_.find(method); found != replies_.end()) {
            return found->second(message.value_or(Json()), request);
        }
        if (!message) return FakeHttpClient::reply(405, {}, "");
        if (!message->contains("id") || !message->contains("method")) {
            return FakeHttpClient::reply(202, {}, "");
        }
        return of_error(*message, unknown_status_, -32601);
    }

    std::map<std::string, Reply> replies_;
    int unknown_status_ = 200;
};

}  // namespace shopkeeper::test
