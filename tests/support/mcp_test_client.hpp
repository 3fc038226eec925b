#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "jsonrpc/message.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::test {

/// What a client gets beside replies, or on an answer that stays open; takes nothing while it has
/// no room. Thread-safe.
class CollectingChannel final : public transport::OpenAnswer {
public:
    bool post(std::string json) override {
        const std::scoped_lock lock(mutex_);
        if (!has_room_) return false;
        sent_.push_back(Json::parse(json));
        return true;
    }
    void finish(std::string json) override {
        const std::scoped_lock lock(mutex_);
        sent_.push_back(Json::parse(json));
        is_finished_ = true;
    }
    void set_room(bool has_room) {
        const std::scoped_lock lock(mutex_);
        has_room_ = has_room;
    }
    bool is_finished() const {
        const std::scoped_lock lock(mutex_);
        return is_finished_;
    }
    std::vector<Json> take() {
        const std::scoped_lock lock(mutex_);
        return std::exchange(sent_, {});
    }

private:
    mutable std::mutex mutex_;
    std::vector<Json> sent_;
    bool has_room_ = true;
    bool is_finished_ = false;
};

/// Keeps what a request sends before its reply. Thread-safe.
class CollectingOutlet final : public transport::Outlet {
public:
    std::shared_ptr<transport::OpenAnswer> keep_open() override {
        return last_open = keeps_open ? std::make_shared<CollectingChannel>() : nullptr;
    }
    bool keeps_open = true;
    std::shared_ptr<CollectingChannel> last_open;
    void send(std::string json) override {
        const std::scoped_lock lock(mutex_);
        sent_.push_back(Json::parse(json));
    }
    std::vector<Json> take() {
        const std::scoped_lock lock(mutex_);
        return std::exchange(sent_, {});
    }

private:
    std::mutex mutex_;
    std::vector<Json> sent_;
};

/// The in-memory transport: a client that drives an Endpoint in process, one message at a time.
class McpTestClient {
public:
    explicit McpTestClient(transport::Endpoint& endpoint) : endpoint_(endpoint) {}

    transport::Peer peer;     ///< who every message comes from
    CollectingOutlet outlet;  ///< what came before the replies

    std::optional<transport::Reply> send(const Json& message) {
        auto incoming = jsonrpc::parse(message.dump());
        if (!incoming || incoming->is_batch) throw std::logic_error("one message at a time");
        return endpoint_.receive(incoming->messages.front(), peer, outlet);
    }

    /// The whole reply, as JSON; throws when there is none.
    Json request(std::string_view method, const Json& params = Json::object()) {
        return Json::parse(send(message(method, params)).value().json);
    }

    /// The status that an HTTP carrier would send, and the code of the error (0 for a result).
    std::pair<int, int> refusal(std::string_view method, const Json& params = Json::object()) {
        const transport::Reply reply = send(message(method, params)).value();
        const Json json = Json::parse(reply.json);
        return {reply.http_status, json.contains("error") ? json["error"]["code"].get<int>() : 0};
    }

    void notify(std::string_view method, const Json& params = Json::object()) {
        const auto reply = send({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
        if (reply) throw std::logic_error("a notification was answered");
    }

    Json initialize(std::string_view version) {
        return request("initialize", {{"protocolVersion", version},
                                      {"capabilities", Json::object()},
                                      {"clientInfo", {{"name", "test"}, {"version", "1"}}}});
    }

private:
    Json message(std::string_view method, const Json& params) {
        return {{"jsonrpc", "2.0"}, {"id", ++last_id_}, {"method", method}, {"params", params}};
    }

    transport::Endpoint& endpoint_;
    int last_id_ = 0;
};

/// `params` with the envelope of the stateless revision.
inline Json stateless(Json params = Json::object(), std::string_view version = "2026-07-28") {
    params["_meta"]["io.modelcontextprotocol/protocolVersion"] = version;
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = Json::object();
    return params;
}

}  // namespace shopkeeper::test
