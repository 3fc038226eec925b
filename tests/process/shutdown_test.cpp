// The real binary is told to stop while many clients order: what a client was told is in the
// database, and what the database holds was told or cut off before its answer, never half done.
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <mutex>
#include <set>
#include <thread>

#include "base/json.hpp"
#include "process/served.hpp"
#include "storage/database.hpp"
#include "support/http_probe.hpp"

namespace shopkeeper::test {
namespace {

constexpr int kClients = 8;
constexpr int kOrdersBeforeTheEnd = 40;

std::string order_body(int client, int number) {
    const std::string phone = "+7700000" + std::to_string(3000 + client);
    const Json arguments = {
        {"customer_name", "Покупатель"},
        {"customer_phone", phone},
        {"items", {{{"product_id", 13}, {"quantity", 1}}}},
        {"delivery_type", "pickup"},
        {"ask_delivery_time", true},
        {"idempotency_key", std::to_string(client) + "-" + std::to_string(number)},
        {"allow_duplicate", true}};
    const Json meta = {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                       {"io.modelcontextprotocol/clientCapabilities", Json::object()}};
    return Json{{"jsonrpc", "2.0"},
                {"id", number},
                {"method", "tools/call"},
                {"params", {{"name", "create_order"}, {"arguments", arguments}, {"_meta", meta}}}}
        .dump();
}

const std::vector<std::string> kHeaders = {
    "Content-Type: application/json", "Accept: application/json, text/event-stream",
    "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: create_order"};

/// The order number of an acknowledged order; empty for a refusal or an error.
std::string acknowledged(const WireReply& reply) {
    const auto message = parse_json(reply.body);
    if (!message || !message->contains("result")) return {};
    const Json& result = message->at("result");
    if (!result.contains("structuredContent")) return {};
    return result.at("structuredContent").at("order_number").get<std::string>();
}

}  // namespace

TEST_CASE("a stop in the middle of ordering loses no acknowledged order", "[process]") {
    CommandLine shop;
    shop.set("SHOPKEEPER_RATE_ENABLED", "0");
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    REQUIRE(shop.run({"call", "create_inventory_check",
                      R"({"items": [{"warehouse_item_id": 15, "actual_quantity": 100000}],
                          "apply": true})",
                      "--as", "+77000000801"})
                .code == 0);
    Served server(shop);

    std::mutex mutex;
    std::set<std::string> told;
    std::atomic<int> count = 0;
    std::latch warmed_up(1);
    std::vector<std::thread> clients;
    for (int client = 0; client < kClients; ++client) {
        clients.emplace_back([&, client] {
            for (int number = 0;; ++number) {
                std::string order_number;
                try {
                    // The listener closes when the server stops: the connection is refused or ends.
                    HttpProbe probe(server.port());
                    if (!probe.request("POST", "/mcp", kHeaders, order_body(client, number)))
                        return;
                    const auto reply = probe.reply_or_end();
                    if (!reply) return;
                    order_number = acknowledged(*reply);
                } catch (const std::runtime_error&) {
                    return;
                }
                if (order_number.empty()) continue;  // told that the server is stopping
                const std::lock_guard lock(mutex);
                told.insert(order_number);
                if (++count == kOrdersBeforeTheEnd) warmed_up.count_down();
            }
        });
    }
    warmed_up.wait();
    CHECK(server.end(SIGTERM) == 0);
    for (auto& client : clients) client.join();

    auto database = storage::open_sqlite({.path = shop.database(), .create = false});
    std::set<std::string> stored;
    database->read([&](storage::Connection& connection) {
        for (const storage::Row row :
             connection.query("SELECT order_number FROM orders WHERE phone LIKE '+77000003%'")) {
            stored.insert(row.get<std::string>(0));
        }
    });
    CHECK(told.size() >= kOrdersBeforeTheEnd);
    for (const std::string& order_number : told) {
        CAPTURE(order_number);
        CHECK(stored.contains(order_number));
    }
    CHECK(shop.run({"db", "check"}).code == 0);
}

}  // namespace shopkeeper::test
