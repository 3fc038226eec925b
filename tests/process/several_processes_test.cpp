// Two `serve` of one shop behind a balancer that knows nothing: every request goes to the other one
// of them.
#include <catch2/catch.hpp>
#include <chrono>
#include <optional>

#include "base/json.hpp"
#include "process/served.hpp"
#include "support/http_probe.hpp"

namespace shopkeeper::test {
namespace {

const std::string kInitialize =
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",)"
    R"("capabilities":{},"clientInfo":{"name":"t","version":"1"}}})";
const std::string kListTools = R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})";

std::vector<std::string> lines(const std::string& session = {}) {
    std::vector<std::string> all{"Content-Type: application/json",
                                 "Accept: application/json, text/event-stream"};
    if (!session.empty()) all.push_back("Mcp-Session-Id: " + session);
    return all;
}

std::string call(int id, const std::string& tool, const Json& arguments) {
    return Json{{"jsonrpc", "2.0"},
                {"id", id},
                {"method", "tools/call"},
                {"params", {{"name", tool}, {"arguments", arguments}}}}
        .dump();
}

/// A client that the balancer sends to each of the processes in turn.
class AlternatingClient {
public:
    explicit AlternatingClient(std::vector<std::uint16_t> ports) : ports_(std::move(ports)) {
        session = post(kInitialize).header("Mcp-Session-Id");
        REQUIRE_FALSE(session.empty());
        REQUIRE(post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})").status == 202);
    }

    WireReply post(const std::string& body) {
        return fetch(ports_[turn_++ % ports_.size()], "POST", "/mcp", lines(session), body);
    }
    Json tool(const std::string& name, const Json& arguments) {
        const auto reply = post(call(3, name, arguments));
        INFO(reply.body);
        REQUIRE(reply.status == 200);
        return Json::parse(reply.body).at("result").at("structuredContent");
    }

    std::string session;

private:
    const std::vector<std::uint16_t> ports_;
    std::size_t turn_ = 0;
};

TEST_CASE("two serves of one database are one shop to a client that alternates", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    std::optional<Served> first(shop);
    Served second(shop);
    AlternatingClient client({first->port(), second.port()});

    for (int i = 0; i < 4; ++i) {
        const auto reply = client.post(kListTools);
        CHECK(reply.status == 200);
        CHECK(Json::parse(reply.body).at("result").contains("tools"));
    }
    const Json placed =
        client.tool("create_order", {{"customer_name", "A"},
                                     {"customer_phone", "+77000001001"},
                                     {"delivery_type", "pickup"},
                                     {"items", {{{"product_id", 1}, {"quantity", 1}}}},
                                     {"ask_delivery_time", true}});
    for (int i = 0; i < 2; ++i) {
        const Json tracked =
            client.tool("track_order", {{"tracking_id", placed.at("tracking_id")}});
        CHECK(tracked.at("order_number") == placed.at("order_number"));
    }

    SECTION("the session outlives the process that opened it, and its successor knows it") {
        CHECK(first->end(SIGTERM) == 0);
        CHECK(fetch(second.port(), "POST", "/mcp", lines(client.session), kListTools).status ==
              200);
        first.emplace(shop);
        CHECK(fetch(first->port(), "POST", "/mcp", lines(client.session), kListTools).status ==
              200);
    }
    SECTION("what ends on one has ended on both") {
        CHECK(fetch(second.port(), "DELETE", "/mcp", lines(client.session)).status == 204);
        CHECK(fetch(second.port(), "POST", "/mcp", lines(client.session), kListTools).status ==
              404);
        // The other one learns of it when it next keeps house.
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        int status = 200;
        while (status == 200 && std::chrono::steady_clock::now() < deadline) {
            status = fetch(first->port(), "POST", "/mcp", lines(client.session), kListTools).status;
        }
        CHECK(status == 404);
    }
    SECTION("who listens at one is told of what the other does") {
        const std::string uri = "shop://8/orders/" + placed.at("tracking_id").get<std::string>();
        const Json listen = {
            {"jsonrpc", "2.0"},
            {"id", 7},
            {"method", "subscriptions/listen"},
            {"params",
             {{"notifications", {{"resourceSubscriptions", {uri}}}},
              {"_meta",
               {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                {"io.modelcontextprotocol/clientCapabilities", Json::object()}}}}}};
        auto headers = lines();
        headers.insert(headers.end(),
                       {"MCP-Protocol-Version: 2026-07-28", "Mcp-Method: subscriptions/listen"});
        HttpProbe listening(second.port());
        listening.request("POST", "/mcp", headers, listen.dump());
        REQUIRE(listening.stream_head().status == 200);
        const auto next_method = [&] {
            const std::string event = listening.event().value();
            const std::string data = event.substr(event.find("data: ") + 6);
            return Json::parse(data).at("method").get<std::string>();
        };
        REQUIRE(next_method() == "notifications/subscriptions/acknowledged");
        const auto cancelled =
            fetch(first->port(), "POST", "/mcp", lines(client.session),
                  call(8, "cancel_order",
                       {{"tracking_id", placed.at("tracking_id")}, {"reason", "changed_mind"}}));
        REQUIRE(cancelled.status == 200);
        CHECK(next_method() == "notifications/resources/updated");
    }
    SECTION("a forged id is nobody's") {
        std::string forged = client.session;
        forged.back() = forged.back() == 'A' ? 'E' : 'A';
        for (const auto port : {first->port(), second.port()}) {
            CHECK(fetch(port, "POST", "/mcp", lines(forged), kListTools).status == 404);
        }
    }
}

TEST_CASE("a session that was ended stays so over a restart", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    std::string session;
    {
        Served server(shop);
        session =
            fetch(server.port(), "POST", "/mcp", lines(), kInitialize).header("Mcp-Session-Id");
        REQUIRE(fetch(server.port(), "DELETE", "/mcp", lines(session)).status == 204);
        CHECK(server.end(SIGTERM) == 0);
    }
    Served again(shop);
    CHECK(fetch(again.port(), "POST", "/mcp", lines(session), kListTools).status == 404);
    CHECK(again.end(SIGTERM) == 0);
}

}  // namespace
}  // namespace shopkeeper::test
