#include "fake_endpoints.hpp"

#include <algorithm>
#include <array>
#include <thread>

namespace shopkeeper::test {

using transport::Reply;
using transport::Routing;
using Kind = jsonrpc::Message::Kind;

namespace {

constexpr std::string_view kModern = "2026-07-28";
constexpr std::array<std::string_view, 4> kHandshake{"2024-11-05", "2025-03-26", "2025-06-18",
                                                     "2025-11-25"};

Reply refusal(const jsonrpc::Message& message, int status, int code, std::string_view text) {
    return {jsonrpc::error_message(message.id, code, text), status};
}

}  // namespace

void wait_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("it did not come so");
        std::this_thread::yield();
    }
}

std::string request_json(int id, std::string_view method, std::string_view params) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" +
           std::string(method) + R"(","params":)" + std::string(params) + "}";
}

void FakeEndpoint::announce(jsonrpc::Message& message) {
    shop_.watch.change([&] { shop_.announced.push_back(message.method); });
    message.is_announced = true;
}

std::optional<Reply> FakeEndpoint::receive(const jsonrpc::Message& message,
                                           const transport::Peer& peer, transport::Outlet& outlet) {
    shop_.watch.change([&] {
        shop_.last_peer = peer;
        if (message.kind == Kind::request) shop_.handled.insert(message.id.json);
        if (message.kind == Kind::notification) shop_.notifications.push_back(message.method);
        if (message.kind == Kind::response)
            shop_.notifications.push_back("response " + message.id.json);
    });
    if (message.kind == Kind::invalid) {
        return refusal(message, 400, jsonrpc::kInvalidRequest, message.problem);
    }
    if (message.kind != Kind::request) return std::nullopt;
    return answer(message, peer, outlet);
}

std::optional<Reply> FakeEndpoint::answer(const jsonrpc::Message& message,
                                          const transport::Peer& peer, transport::Outlet& outlet) {
    const Json& params = message.params;
    if (message.method == "initialize") {
        const auto wanted = params.value("protocolVersion", "2025-11-25");
        if (wanted == "bad")
            return refusal(message, 200, jsonrpc::kInvalidParams, "no such version");
        const std::scoped_lock lock(mutex_);
        version_ = wanted;
    }
    if (message.method == "progress") {
        for (int i = 1; i <= params.value("count", 0); ++i) {
            outlet.send(jsonrpc::notification_message("notifications/progress", std::to_string(i)));
        }
        if (params.value("then_wait", false) && !wait_for_gate(peer.gone)) return std::nullopt;
    }
    if (message.method == "slow" && !wait_for_gate(peer.gone)) {
        return refusal(message, 200, jsonrpc::kInternalError, "cancelled");
    }
    if (message.method == "unauthorized")
        return refusal(message, 401, jsonrpc::kInvalidRequest, "who?");
    if (message.method == "needs_token" || message.method == "needs_scope") {
        const bool is_scope = message.method == "needs_scope";
        return Reply{jsonrpc::result_message(message.id, R"({"isError":true})"), 200,
                     Demand{is_scope ? Demand::Kind::scopes : Demand::Kind::token, "orders:read"}};
    }
    if (message.method == "cancelled") return std::nullopt;
    return Reply{jsonrpc::result_message(message.id, dump_json(params))};
}

bool FakeEndpoint::wait_for_gate(const std::stop_token& gone) {
    shop_.watch.change([&] { ++shop_.slow_entered; });
    const bool passed = shop_.watch.wait(gone, [&] { return shop_.gates_open > 0; });
    shop_.watch.change([&] {
        if (passed) --shop_.gates_open;
        ++(passed ? shop_.slow_finished : shop_.slow_cancelled);
    });
    return passed;
}

bool FakeEndpoint::is_quick(const jsonrpc::Message& message) const {
    return message.method != "slow" && message.method != "progress" &&
           message.method != "cancelled";
}

std::string FakeEndpoint::protocol_version() const {
    const std::scoped_lock lock(mutex_);
    return version_;
}

std::shared_ptr<transport::Endpoint> FakeEndpoints::open() {
    shop.watch.change([&] { ++shop.conversations; });
    return std::make_shared<FakeEndpoint>(shop);
}

std::shared_ptr<transport::Endpoint> FakeEndpoints::resume(std::string_view agreement) {
    if (!knows_version(agreement)) return nullptr;
    shop.watch.change([&] { ++shop.resumed; });
    return std::make_shared<FakeEndpoint>(shop, std::string(agreement));
}

Routing FakeEndpoints::route(const jsonrpc::Incoming& incoming,
                             const transport::McpHeaders& headers) const {
    const auto& first = incoming.messages.front();
    if (first.kind == Kind::invalid && !incoming.is_batch) {
        return {Routing::Kind::refused,
                refusal(first, 400, jsonrpc::kInvalidRequest, first.problem)};
    }
    if (headers.protocol_version == kModern) return {Routing::Kind::stateless, std::nullopt};
    if (first.method == "initialize") return {Routing::Kind::opens_session, std::nullopt};
    return {Routing::Kind::in_session, std::nullopt};
}

bool FakeEndpoints::knows_version(std::string_view version) const {
    return std::find(kHandshake.begin(), kHandshake.end(), version) != kHandshake.end();
}

}  // namespace shopkeeper::test
