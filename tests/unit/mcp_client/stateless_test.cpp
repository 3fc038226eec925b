#include <catch2/catch.hpp>

#include "mcp/client/client.hpp"
#include "support/scripted_server.hpp"

// The client and a server without handshake: envelope, headers, rounds of questions, lists.

namespace shopkeeper::mcp::client {
namespace {

using test::ScriptedServer;
using Kind = Failure::Kind;

std::unique_ptr<Client> connect(ScriptedServer& server, ClientOptions options = {}) {
    auto client = Client::over_http(server.http, {.url = "http://server.example/mcp"}, options);
    REQUIRE(client);
    return std::move(*client);
}

Callbacks confirming() {
    Callbacks callbacks;
    callbacks.elicit = [](const Elicitation&, const std::stop_token&) {
        return ElicitationAnswer{ElicitationAnswer::Action::accept, {{"confirmed", true}}};
    };
    return callbacks;
}

Json asking(Json state) {
    Json result = Json::parse(R"({"resultType": "input_required", "inputRequests": {"confirm":
        {"method": "elicitation/create", "params": {"message": "?", "requestedSchema": {}}}}})");
    if (!state.is_null()) result["requestState"] = std::move(state);
    return result;
}

const Json kDone = Json::parse(R"({"resultType": "complete", "content": []})");

Kind kind_of(const Outcome<Json>& outcome) {
    REQUIRE_FALSE(outcome.has_value());
    return outcome.error().kind;
}

}  // namespace

TEST_CASE("a stateless server is recognised by its answer to server/discover") {
    const auto server = ScriptedServer::stateless();
    const auto client = connect(*server);
    CHECK(client->revision() == kStateless);
    CHECK(client->server_info()["name"] == "s");
    CHECK(client->capabilities().contains("tools"));
    CHECK(client->instructions() == "Be kind.");
    CHECK(server->heard("initialize").empty());
}

TEST_CASE("every request carries its envelope, in the body and in headers") {
    const auto server = ScriptedServer::stateless();
    server->result("resources/read", {{"contents", Json::array()}});
    const auto client = connect(*server, {.callbacks = confirming()});
    REQUIRE(client->read_resource("file:///a%20b/ж"));
    const auto request = server->last();
    CHECK(net::find_header(request.headers, "MCP-Protocol-Version") == "2026-07-28");
    CHECK(net::find_header(request.headers, "Mcp-Method") == "resources/read");
    CHECK(net::find_header(request.headers, "Mcp-Name") == encode_header("file:///a%20b/ж"));
    CHECK(net::find_header(request.headers, "Accept") == "application/json, text/event-stream");
    CHECK_FALSE(net::find_header(request.headers, "Mcp-Session-Id"));
    const Json meta = parse_json(request.body).value()["params"]["_meta"];
    CHECK(meta[meta_key::kVersion] == "2026-07-28");
    CHECK(meta[meta_key::kClientCapabilities] == Json::parse(R"({"elicitation": {"form": {}}})"));
    CHECK(meta[meta_key::kClientInfo]["name"] == "shopkeeper-client");
}

TEST_CASE(
    "questions are answered with the exact state under a new id, until the result is complete") {
    const auto server = ScriptedServer::stateless();
    server->on("tools/call", [](const Json& message, const net::HttpRequest&) {
        const Json& params = message["params"];
        if (!params.contains("inputResponses")) {
            return ScriptedServer::of_result(message, asking(" opaque\n\"1\" "));
        }
        if (params.contains("requestState")) {
            return ScriptedServer::of_result(message, asking(nullptr));
        }
        return ScriptedServer::of_result(message, kDone);
    });
    const auto client = connect(*server, {.callbacks = confirming()});
    REQUIRE(client->call_tool("t", {{"a", 1}}));

    const auto calls = server->heard("tools/call");
    REQUIRE(calls.size() == 3);
    CHECK(calls[1]["params"]["requestState"] == " opaque\n\"1\" ");
    CHECK(calls[1]["params"]["inputResponses"]["confirm"] ==
          Json::parse(R"({"action": "accept", "content": {"confirmed": true}})"));
    CHECK_FALSE(calls[2]["params"].contains("requestState"));
    CHECK(calls[2]["params"]["arguments"] == Json{{"a", 1}});
    CHECK(calls[0]["id"] != calls[1]["id"]);
    CHECK(calls[1]["id"] != calls[2]["id"]);

    REQUIRE(client->call_tool("t", {}));
    CHECK_FALSE(server->heard("tools/call")[3]["params"].contains("inputResponses"));
}

TEST_CASE("a state without questions is sent back at once") {
    const auto server = ScriptedServer::stateless();
    server->on("prompts/get", [](const Json& message, const net::HttpRequest&) {
        if (message["params"].contains("requestState")) {
            return ScriptedServer::of_result(message, kDone);
        }
        return ScriptedServer::of_result(
            message, {{"resultType", "input_required"}, {"requestState", "later"}});
    });
    CHECK(connect(*server)->get_prompt("p", Json::object()));
    CHECK_FALSE(server->heard("prompts/get")[1]["params"].contains("inputResponses"));
}

TEST_CASE("a server that asks for ever is left after ten rounds") {
    const auto server = ScriptedServer::stateless();
    server->result("tools/call", asking("again"));
    const auto client = connect(*server, {.callbacks = confirming()});
    CHECK(kind_of(client->call_tool("t", {})) == Kind::too_many_rounds);
    CHECK(server->heard("tools/call").size() == 1 + kRoundsMax);
}

TEST_CASE("a question that nobody here answers ends the call") {
    const auto server = ScriptedServer::stateless();
    server->result("tools/call", asking("s"));
    CHECK(kind_of(connect(*server)->call_tool("t", {})) == Kind::unsupported);
    CHECK(server->heard("tools/call").size() == 1);
}

TEST_CASE("the type of a result: absent is complete, unknown is an error") {
    const auto server = ScriptedServer::stateless();
    const auto client = connect(*server, {.callbacks = confirming()});
    server->result("tools/call", {{"content", Json::array()}});
    CHECK(client->call_tool("t", {}));
    for (const Json& type : {Json("task"), Json("COMPLETE"), Json(1), Json()}) {
        server->result("tools/call", {{"resultType", type}, {"content", Json::array()}});
        CHECK(kind_of(client->call_tool("t", {})) == Kind::broken);
    }
    server->result("tools/call", {{"resultType", "input_required"}});
    CHECK(kind_of(client->call_tool("t", {})) == Kind::broken);
    server->result("completion/complete", asking("s"));  // no method that may ask
    CHECK(kind_of(client->complete(Json::object())) == Kind::broken);
}

TEST_CASE("a tool that is annotated against the rules is dropped, the others stay") {
    const auto server = ScriptedServer::stateless();
    server->result("tools/list", Json::parse(R"({"tools": [
        {"name": "good", "inputSchema": {"type": "object", "properties":
            {"region": {"type": "string", "x-mcp-header": "Region"}}}},
        {"name": "bad", "inputSchema": {"type": "object", "properties":
            {"score": {"type": "number", "x-mcp-header": "Score"}}}},
        {"description": "nameless"}]})"));
    server->result("tools/call", kDone);
    const auto client = connect(*server);
    const auto list = client->list_tools();
    REQUIRE(list);
    REQUIRE(list->tools.size() == 1);
    CHECK(list->tools[0]["name"] == "good");
    REQUIRE(list->dropped.size() == 2);
    CHECK(list->dropped[0].name == "bad");

    CHECK(kind_of(client->call_tool("bad", {{"score", 1}})) == Kind::unsupported);
    CHECK(server->heard("tools/call").empty());
    REQUIRE(client->call_tool("good", {{"region", "us-west1"}}));
    CHECK(net::find_header(server->last().headers, "Mcp-Param-Region") == "us-west1");
}

TEST_CASE("a list that has changed its headers is read again, once") {
    const auto server = ScriptedServer::stateless();
    server->result("tools/list", Json::parse(R"({"tools": [{"name": "t", "inputSchema":
        {"properties": {"a": {"type": "string", "x-mcp-header": "A"}}}}]})"));
    server->on("tools/call", [](const Json& message, const net::HttpRequest& request) {
        if (net::find_header(request.headers, "Mcp-Param-A")) {
            return ScriptedServer::of_result(message, kDone);
        }
        return ScriptedServer::of_error(message, 400, kHeaderMismatch);
    });
    const auto client = connect(*server);
    CHECK(client->call_tool("t", {{"a", "x"}}));
    CHECK(server->heard("tools/call").size() == 2);

    const auto refused = client->call_tool("t", Json::object());
    CHECK(kind_of(refused) == Kind::refused);
    CHECK(refused.error().code == kHeaderMismatch);
    CHECK(server->heard("tools/call").size() == 4);
}

TEST_CASE("a network $ref in a schema is data: it is handed on and never fetched") {
    const auto server = ScriptedServer::stateless();
    const Json tool = Json::parse(R"({"name": "t", "inputSchema": {"$ref":
        "http://canary.example/schema.json", "$schema": "http://canary.example/dialect"}})");
    server->result("tools/list", {{"tools", {tool}}});
    server->result("tools/call", kDone);
    const auto client = connect(*server);
    CHECK(client->list_tools()->tools.at(0) == tool);
    CHECK(client->call_tool("t", Json::object()));
    for (const auto& request : server->http.requests()) {
        CHECK(request.url == "http://server.example/mcp");
    }
}

TEST_CASE("lists are read to their end, and no further than that") {
    const auto server = ScriptedServer::stateless();
    server->on("resources/list", [](const Json& message, const net::HttpRequest&) {
        const int page = std::stoi(message["params"].value("cursor", "0"));
        Json result = {{"resources", {{{"uri", "r" + std::to_string(page)}}}}};
        if (page < 2) result["nextCursor"] = std::to_string(page + 1);
        return ScriptedServer::of_result(message, result);
    });
    const auto client = connect(*server);
    const auto resources = client->list_resources();
    REQUIRE(resources);
    CHECK(resources->size() == 3);
    CHECK(resources->back()["uri"] == "r2");

    server->result("prompts/list", {{"prompts", Json::array()}, {"nextCursor", "same"}});
    const auto circle = client->list_prompts();
    REQUIRE_FALSE(circle);
    CHECK(circle.error().kind == Kind::broken);

    server->on("prompts/list", [](const Json& message, const net::HttpRequest&) {
        return ScriptedServer::of_result(
            message, {{"prompts", Json(std::vector<int>(6'000))}, {"nextCursor", message["id"]}});
    });
    const auto endless = client->list_prompts();
    REQUIRE_FALSE(endless);
    CHECK(endless.error().kind == Kind::too_large);
}

TEST_CASE("progress and log lines of a call reach their callbacks before its result") {
    const auto server = ScriptedServer::stateless();
    server->on("tools/call", [](const Json& message, const net::HttpRequest&) {
        const Json token = message["params"]["_meta"]["progressToken"];
        const auto progress = [&](const Json& of, int done) {
            return ScriptedServer::event(
                {{"jsonrpc", "2.0"},
                 {"method", "notifications/progress"},
                 {"params",
                  {{"progressToken", of}, {"progress", done}, {"total", 2}, {"message", "m"}}}});
        };
        return ScriptedServer::stream(
            progress(token, 1) + progress("foreign", 9) + progress(token, 2) +
            ScriptedServer::event({{"method", "notifications/message"},
                                   {"params", {{"level", "info"}, {"data", "d"}}}}) +
            ScriptedServer::event({{"method", "elicitation/create"}, {"id", 1}}) +
            ScriptedServer::event({{"id", message["id"]}, {"result", kDone}}) + progress(token, 3));
    });
    std::vector<double> seen;
    int lines = 0;
    Callbacks callbacks = confirming();
    callbacks.log = [&](const Json& params) { lines += params["data"] == "d"; };
    const auto client = connect(*server, {.callbacks = callbacks});
    REQUIRE(client->call_tool("t", {}, {.on_progress = [&](const Progress& progress) {
                                  CHECK(progress.total == 2);
                                  CHECK(progress.message == "m");
                                  seen.push_back(progress.progress);
                              }}));
    CHECK(seen == std::vector<double>{1, 2});
    CHECK(lines == 1);
    // A server without sessions must not send requests, and gets no response.
    CHECK(server->last().body.find("tools/call") != std::string::npos);
}

TEST_CASE("a server's refusal is given with its code, its words and its data") {
    const auto server = ScriptedServer::stateless();
    server->on("tools/call", [](const Json& message, const net::HttpRequest&) {
        return ScriptedServer::of_error(message, 400, -32602, {{"uri", "x"}});
    });
    const auto refused = connect(*server)->call_tool("t", {});
    CHECK(kind_of(refused) == Kind::refused);
    CHECK(refused.error().code == -32602);
    CHECK(refused.error().status == 400);
    CHECK(refused.error().message == "no");
    CHECK(refused.error().data == Json{{"uri", "x"}});
}

}  // namespace shopkeeper::mcp::client
