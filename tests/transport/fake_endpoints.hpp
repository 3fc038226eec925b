#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "transport/transport.hpp"

namespace shopkeeper::test {

/// Waits for a condition that other threads bring about; throws when it does not come.
class Watch {
public:
    template <class Change>
    void change(Change change) {
        {
            const std::scoped_lock lock(mutex_);
            change();
        }
        changed_.notify_all();
    }
    template <class Condition>
    void wait(Condition condition) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, std::chrono::seconds(10), condition)) {
            throw std::runtime_error("watch: the condition did not come");
        }
    }
    /// False when `stop` came first.
    template <class Condition>
    bool wait(const std::stop_token& stop, Condition condition) {
        std::unique_lock lock(mutex_);
        return changed_.wait(lock, stop, condition);
    }

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
};

/// Asks again and again until it is so; for facts that only a getter tells.
void wait_until(const std::function<bool()>& condition);

/// What tests see of, and tell to, all fake conversations.
struct FakeShop {
    Watch watch;
    // Changed under the watch.
    int gates_open = 0;  ///< how many "slow" calls may finish
    int slow_entered = 0;
    int slow_cancelled = 0;
    int slow_finished = 0;
    int conversations = 0;
    int resumed = 0;
    std::vector<std::string> notifications;
    std::vector<std::string> announced;
    std::multiset<std::string> handled;  ///< ids of every request received
    std::optional<transport::Peer> last_peer;

    void open_gates(int count = 1000) {
        watch.change([&] { gates_open += count; });
    }
    void wait_slow(int count) {
        watch.wait([&] { return slow_entered >= count; });
    }
};

/// A conversation with these methods, enough to drive every path of a carrier:
///   initialize {protocolVersion}   agrees on that version; "bad" is refused
///   echo                           quick: gives its params back
///   slow                           on the pool: waits for a gate, or until nobody waits for it
///   progress {count, then_wait}    sends `count` notifications first, then maybe waits for a gate
///   unauthorized                   HTTP 401
///   needs_token, needs_scope       a refusal that another token would not meet with
///   cancelled                      no reply, as for a request that its client cancelled
class FakeEndpoint final : public transport::Endpoint {
public:
    explicit FakeEndpoint(FakeShop& shop, std::string version = {})
        : shop_(shop), version_(std::move(version)) {}

    void announce(jsonrpc::Message& message) override;
    std::optional<transport::Reply> receive(const jsonrpc::Message& message,
                                            const transport::Peer& peer,
                                            transport::Outlet& outlet) override;
    bool is_quick(const jsonrpc::Message& message) const override;
    std::string protocol_version() const override;
    std::string agreement() const override { return protocol_version(); }

private:
    std::optional<transport::Reply> answer(const jsonrpc::Message& message,
                                           const transport::Peer& peer, transport::Outlet& outlet);
    bool wait_for_gate(const std::stop_token& gone);

    FakeShop& shop_;
    mutable std::mutex mutex_;
    std::string version_;
};

class FakeEndpoints final : public transport::Endpoints {
public:
    std::shared_ptr<transport::Endpoint> open() override;
    std::shared_ptr<transport::Endpoint> resume(std::string_view agreement) override;
    transport::Endpoint& stateless() override { return stateless_; }
    transport::Routing route(const jsonrpc::Incoming& incoming,
                             const transport::McpHeaders& headers) const override;
    bool knows_version(std::string_view version) const override;

    FakeShop shop;

private:
    FakeEndpoint stateless_{shop};
};

/// A request of the fake protocol.
std::string request_json(int id, std::string_view method, std::string_view params = "{}");

}  // namespace shopkeeper::test
