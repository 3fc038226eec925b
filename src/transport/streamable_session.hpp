#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <utility>

#include "transport/streamable_http.hpp"

/// Shared by the files of StreamableHttp; nobody else includes it.
namespace shopkeeper::transport {

inline constexpr std::string_view kSessionHeader = "Mcp-Session-Id";
inline constexpr std::string_view kTooManySessions =
    "Too many sessions are open; end one or try again later.";

/// One client of a handshake revision.
struct StreamableHttp::Session {
    Session(SessionIds::Id new_id, std::shared_ptr<Endpoint> new_endpoint,
            std::uint64_t streams_before = 0)
        : id(std::move(new_id)), endpoint(std::move(new_endpoint)), streams(streams_before) {}

    static std::int64_t ticks(Time time) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch())
            .count();
    }
    void touch() { used_ms = ticks(std::chrono::steady_clock::now()); }
    bool is_idle(Time now, std::chrono::milliseconds limit) {
        const std::scoped_lock lock(mutex);
        return calls == 0 && !has_standalone && ticks(now) - used_ms > limit.count();
    }

    /// What belongs to no request goes on the standalone stream, while there is one.
    bool post(std::string_view json) {
        const std::scoped_lock lock(mutex);
        return has_standalone && standalone && standalone.send(message_event(json));
    }

    const SessionIds::Id id;
    const std::shared_ptr<Endpoint> endpoint;
    std::stop_source ended;  ///< nobody waits for its answers any more
    std::atomic<std::int64_t> used_ms{ticks(std::chrono::steady_clock::now())};
    std::atomic<int> calls = 0;

    std::mutex order;  ///< held while a notification is delivered: alone and in order

    std::mutex mutex;
    // Guarded by mutex.
    net::EventStream standalone;
    bool has_standalone = false;
    std::uint64_t standalones = 0;  ///< opened so far
    std::uint64_t streams;
    std::map<std::uint64_t, std::shared_ptr<EventLog>> logs;
};

/// The way to the client of a session beside its requests.
class StandaloneChannel final : public Channel {
public:
    explicit StandaloneChannel(std::weak_ptr<StreamableHttp::Session> session)
        : session_(std::move(session)) {}
    bool post(std::string json) override;

private:
    const std::weak_ptr<StreamableHttp::Session> session_;
};

}  // namespace shopkeeper::transport
