// The ladder of protocol.md 3.3 and the classification of 5.1, headers included.

#include "mcp/era.hpp"

#include <catch2/catch.hpp>

#include "base/base64.hpp"
#include "mcp/protocol.hpp"
#include "mcp/server.hpp"
#include "support/fake_prompt_host.hpp"
#include "support/fake_resource_host.hpp"
#include "support/fake_tool_host.hpp"
#include "support/mcp_test_client.hpp"

namespace shopkeeper::mcp {
namespace {

using test::FakeToolHost;
using test::McpTestClient;
using test::stateless;
using transport::McpHeaders;
using transport::Routing;

struct Setting {
    FakeToolHost tools;
    test::FakeResourceHost resources;
    test::FakePromptHost prompts;
    SystemClock clock;
    Server server{tools, clock, {}, {.resources = &resources, .prompts = &prompts}};
    McpTestClient client{server.stateless()};

    Setting() { client.peer.over_http = true; }

    McpHeaders& headers(const char* method, const char* name = nullptr) {
        McpHeaders& headers = client.peer.headers;
        headers.protocol_version = "2026-07-28";
        headers.method = method;
        headers.name = name == nullptr ? std::nullopt : std::optional<std::string>(name);
        return headers;
    }
    Routing route(const std::string& body, const McpHeaders& headers = {}) const {
        return server.route(*jsonrpc::parse(body), headers);
    }
};

using Refusal = std::pair<int, int>;  // HTTP status, JSON-RPC code

const std::string kClaim = R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                           R"("io.modelcontextprotocol/clientCapabilities":{}})";

}  // namespace

TEST_CASE("over HTTP the version header is there and says what the envelope says", "[mcp]") {
    Setting setting;
    McpHeaders& headers = setting.headers("tools/list");
    CHECK(setting.client.refusal("tools/list", stateless()) == Refusal(200, 0));
    headers.protocol_version = "2025-11-25";
    CHECK(setting.client.refusal("tools/list", stateless()) == Refusal(400, kHeaderMismatch));
    headers.protocol_version.reset();
    CHECK(setting.client.refusal("tools/list", stateless()) == Refusal(400, kHeaderMismatch));
    headers.protocol_version = "2026-07-28";
    CHECK(setting.client.refusal("tools/list", stateless({}, "2031-01-01")) ==
          Refusal(400, kHeaderMismatch));
    headers.protocol_version = "2031-01-01";
    CHECK(setting.client.refusal("tools/list", stateless({}, "2031-01-01")) ==
          Refusal(400, kUnsupportedVersion));
}

TEST_CASE("a broken envelope is refused with 400", "[mcp]") {
    Setting setting;
    setting.headers("tools/list");
    CHECK(setting.client.refusal("tools/list") == Refusal(400, jsonrpc::kInvalidParams));
    CHECK(setting.client.refusal("server/discover") == Refusal(400, jsonrpc::kInvalidParams));
    Json params = stateless();
    params["_meta"].erase("io.modelcontextprotocol/clientCapabilities");
    CHECK(setting.client.refusal("tools/list", params) == Refusal(400, jsonrpc::kInvalidParams));
    params = stateless();
    params["_meta"]["io.modelcontextprotocol/protocolVersion"] = 5;
    CHECK(setting.client.refusal("tools/list", params) == Refusal(400, jsonrpc::kInvalidParams));
}

TEST_CASE("the method header repeats the method, letter by letter", "[mcp]") {
    Setting setting;
    McpHeaders& headers = setting.headers("tools/list");
    headers.method = "TOOLS/LIST";
    CHECK(setting.client.refusal("tools/list", stateless()) == Refusal(400, kHeaderMismatch));
    headers.method.reset();
    CHECK(setting.client.refusal("tools/list", stateless()) == Refusal(400, kHeaderMismatch));
}

TEST_CASE("the name header repeats the tool's name, plain or as base64", "[mcp]") {
    Setting setting;
    const Json call = stateless({{"name", "echo"}});
    setting.headers("tools/call", "echo");
    CHECK(setting.client.refusal("tools/call", call) == Refusal(200, 0));
    const std::string encoded = "=?base64?" + encode_base64("echo") + "?=";
    setting.headers("tools/call", encoded.c_str());
    CHECK(setting.client.refusal("tools/call", call) == Refusal(200, 0));

    for (const char* name :
         {"Echo", "echo2", "", "=?base64?ZWNoby?=", "=?base64?!!!!?=", "=?BASE64?ZWNobw==?="}) {
        setting.headers("tools/call", name);
        CHECK(setting.client.refusal("tools/call", call) == Refusal(400, kHeaderMismatch));
    }
    setting.headers("tools/call");
    CHECK(setting.client.refusal("tools/call", call) == Refusal(400, kHeaderMismatch));
    // Without a name in the body there is nothing to repeat: the missing parameter is the answer.
    CHECK(setting.client.refusal("tools/call", stateless()) ==
          Refusal(200, jsonrpc::kInvalidParams));
}

TEST_CASE("the Mcp-Name header repeats a prompt's name and a resource's address", "[mcp]") {
    Setting setting;
    const auto [method, key] = GENERATE(
        table<const char*, const char*>({{"prompts/get", "name"}, {"resources/read", "uri"}}));
    const Json asked = stateless({{key, "shop://one"}});

    setting.headers(method, "shop://one");
    CHECK(setting.client.refusal(method, asked) == Refusal(200, jsonrpc::kInvalidParams));
    setting.headers(method, "shop://other");
    CHECK(setting.client.refusal(method, asked) == Refusal(400, kHeaderMismatch));
    setting.headers(method);
    CHECK(setting.client.refusal(method, asked) == Refusal(400, kHeaderMismatch));
}

TEST_CASE("methods that the stateless revision lacks are missing pages", "[mcp]") {
    Setting setting;
    const auto method =
        GENERATE("initialize", "ping", "logging/setLevel", "resources/subscribe",
                 "resources/unsubscribe", "completion/complete", "subscriptions/listen",
                 "tasks/list", "tasks/result", "nobody/knows");
    setting.headers(method);
    CHECK(setting.client.refusal(method, stateless()) == Refusal(404, jsonrpc::kMethodNotFound));
}

TEST_CASE("errors of the handling itself travel with status 200", "[mcp]") {
    Setting setting;
    setting.headers("tools/call", "no_such_tool");
    CHECK(setting.client.refusal("tools/call", stateless({{"name", "no_such_tool"}})) ==
          Refusal(200, jsonrpc::kInvalidParams));
    setting.headers("tools/call", "boom");
    CHECK(setting.client.refusal("tools/call", stateless({{"name", "boom"}})) ==
          Refusal(200, jsonrpc::kInternalError));
    setting.headers("tools/list");
    CHECK(setting.client.refusal("tools/list", stateless({{"cursor", "x"}})) ==
          Refusal(200, jsonrpc::kInvalidParams));
}

TEST_CASE("on stdio there are no headers to check", "[mcp]") {
    Setting setting;
    setting.client.peer.over_http = false;
    setting.client.peer.headers.protocol_version = "2025-11-25";
    CHECK(setting.client.refusal("tools/list", stateless()) == Refusal(200, 0));
}

TEST_CASE("a body is routed by what it says, its headers must agree (protocol 5.1)", "[mcp]") {
    const Setting setting;
    using Kind = Routing::Kind;
    McpHeaders modern;
    modern.protocol_version = "2026-07-28";
    McpHeaders legacy;
    legacy.protocol_version = "2025-06-18";

    CHECK(
        setting
            .route(
                R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})")
            .kind == Kind::opens_session);
    CHECK(setting.route(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})").kind ==
          Kind::in_session);
    CHECK(setting.route(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})", legacy).kind ==
          Kind::in_session);
    CHECK(setting.route(R"({"jsonrpc":"2.0","id":1,"result":{}})").kind == Kind::in_session);
    CHECK(setting.route(R"({"jsonrpc":"2.0","method":"notifications/initialized"})").kind ==
          Kind::in_session);
    CHECK(setting.route(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])").kind == Kind::in_session);

    CHECK(setting
              .route(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{)" + kClaim + "}}",
                     modern)
              .kind == Kind::stateless);
    CHECK(
        setting.route(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{)" + kClaim + "}}")
            .kind == Kind::stateless);
    CHECK(setting
              .route(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{)" + kClaim + "}}",
                     modern)
              .kind == Kind::stateless);
    CHECK(setting.route(R"({"jsonrpc":"2.0","method":"notifications/cancelled"})", modern).kind ==
          Kind::stateless);
}

TEST_CASE("a body that belongs nowhere is refused with its id", "[mcp]") {
    const Setting setting;
    McpHeaders modern;
    modern.protocol_version = "2026-07-28";
    const auto refusal = [&](const std::string& body, const McpHeaders& headers) {
        const Routing routing = setting.route(body, headers);
        REQUIRE(routing.kind == Routing::Kind::refused);
        const Json json = Json::parse(routing.refusal->json);
        return std::tuple(routing.refusal->http_status, json["error"]["code"].get<int>(),
                          json["id"].dump());
    };
    using Expected = std::tuple<int, int, std::string>;
    CHECK(refusal(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{}})", modern) ==
          Expected(400, kHeaderMismatch, "1"));
    CHECK(refusal(R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})", modern) ==
          Expected(400, jsonrpc::kInvalidParams, "2"));
    CHECK(refusal(R"({"jsonrpc":"2.0","id":3,"method":"server/discover"})", {}) ==
          Expected(400, jsonrpc::kInvalidParams, "3"));
    CHECK(refusal(R"({"id":4,"method":"ping"})", {}) ==
          Expected(400, jsonrpc::kInvalidRequest, "4"));
    CHECK(refusal("[]", {}) == Expected(400, jsonrpc::kInvalidRequest, "null"));
    CHECK(refusal(R"([{"jsonrpc":"2.0","id":5,"method":"ping"}])", modern) ==
          Expected(400, jsonrpc::kInvalidRequest, "null"));
    CHECK(refusal(R"([{"jsonrpc":"2.0","id":6,"method":"initialize"}])", {}) ==
          Expected(400, jsonrpc::kInvalidRequest, "null"));
    CHECK(refusal(R"([{"jsonrpc":"2.0","id":7,"method":"ping","params":{)" + kClaim + "}}]", {}) ==
          Expected(400, jsonrpc::kInvalidRequest, "null"));
}

TEST_CASE("a session's version header names a handshake revision", "[mcp]") {
    const Setting setting;
    for (const char* version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
        CHECK(setting.server.knows_version(version));
    for (const char* version : {"2026-07-28", "2025-11-26", "", "latest"})
        CHECK_FALSE(setting.server.knows_version(version));
}

TEST_CASE("a header value is literal unless it is a whole sentinel", "[mcp]") {
    CHECK(decode_header("plain") == "plain");
    CHECK(decode_header("=?base64?0YbQstC10YLQvtC6?=") == "цветок");
    CHECK(decode_header("=?base64?0YbQstC10YLQvtC6") == "=?base64?0YbQstC10YLQvtC6");
    CHECK(decode_header("0YbQstC10YLQvtC6?=") == "0YbQstC10YLQvtC6?=");
    CHECK(decode_header("=?base64?"
                        "?=") == "");
    CHECK_FALSE(decode_header("=?base64?SGVsbG8?="));
}

}  // namespace shopkeeper::mcp
