#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "mcp/in_flight.hpp"
#include "mcp/subscriptions.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::mcp {

/// Open subscriptions/listen of one endpoint.
inline constexpr std::size_t kListensMax = 4'096;

/// The words `notifications/resources/updated`, with the id of the listen it is for where there is
/// one.
std::string updated_notice(const std::string& uri, const std::string& subscription_id_json = {});

/// What a session of a handshake revision has subscribed to, told on its channel.
class SessionNotices final : public Subscriptions::Subscriber {
public:
    /// REQUIRES: called once, before anything is subscribed.
    void reach_by(std::shared_ptr<transport::Channel> channel) { channel_ = std::move(channel); }

private:
    bool tell(const std::string& uri) override {
        return channel_ != nullptr && channel_->post(updated_notice(uri));
    }

    std::shared_ptr<transport::Channel> channel_;
};

/// One subscriptions/listen of the stateless revision: an answer that stays open.
class Listen final : public Subscriptions::Subscriber {
public:
    Listen(std::shared_ptr<transport::OpenAnswer> answer, jsonrpc::Id id, InFlight::Ticket ticket,
           bool over_http)
        : answer_(std::move(answer)),
          id_(std::move(id)),
          over_http_(over_http),
          ticket_(std::move(ticket)) {}

    /// Says which resources are listened to; nothing is told before.
    void acknowledge(std::span<const std::string> uris);
    /// The server ends it. Rule: protocol.md 3.6.
    void end();

private:
    friend class Listens;
    using Callback = std::stop_callback<std::function<void()>>;

    bool tell(const std::string& uri) override;

    const std::shared_ptr<transport::OpenAnswer> answer_;
    const jsonrpc::Id id_;
    const bool over_http_;
    std::atomic<bool> is_acknowledged_ = false;
    InFlight::Ticket ticket_;  ///< left as it is closed: whoever opens it may hold it longer
    // Last: what they call may run until they are gone.
    std::optional<Callback> on_gone_;
    std::optional<Callback> on_cancelled_;
};

/// The open listens of one endpoint. Thread-safe.
class Listens {
public:
    explicit Listens(Subscriptions& subscriptions) : subscriptions_(subscriptions) {}
    /// Drops them without a word.
    ~Listens();

    /// Keeps it until its peer leaves or cancels it. False when there are too many, or no more are
    /// taken.
    bool open(const std::shared_ptr<Listen>& listen, const std::stop_token& gone);
    bool has(Listen& listen);
    /// Ends all of them, and takes no more.
    void end_all();

private:
    using All = std::map<Listen*, std::shared_ptr<Listen>>;

    void close(Listen* listen);
    All take_all(bool is_last);

    Subscriptions& subscriptions_;
    std::mutex mutex_;
    // Guarded by mutex_.
    All all_;
    bool is_ended_ = false;
};

}  // namespace shopkeeper::mcp
