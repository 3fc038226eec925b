#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "net/http_server.hpp"
#include "transport/call_pool.hpp"
#include "transport/http_peer.hpp"
#include "transport/session_table.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::transport {

struct SseOptions {
    std::string stream_path = "/sse";
    std::string message_path = "/messages";
    std::size_t sessions_max = 4096;  ///< each holds an event stream; no more than there may be
    std::chrono::milliseconds heartbeat{15'000};
    /// What is read and answered on an io thread: parsing more would hold up its other clients.
    std::size_t inline_bytes_max = std::size_t{64} * 1024;
    std::vector<AddressBlock> trusted_proxies = {};
};

/// HTTP+SSE, the transport of 2024-11-05: everything to the client goes over one stream, everything
/// from it comes as POSTs that are only acknowledged. The stream's end is the session's end.
/// Thread-safe. Rule: protocol.md 2.3.
class Sse {
public:
    /// REQUIRES: the pool has nothing left to run when this is destroyed.
    Sse(SseOptions options, Endpoints& endpoints, CallPool& pool, Random& random);
    ~Sse();

    void add_routes(net::HttpServer& server);

    /// On the way out: every stream ends as soon as it owes no reply.
    void end_streams();
    /// Requests every running call's stop token.
    void cancel_calls();

    std::size_t session_count() const { return sessions_.size(); }

private:
    class Session;

    void open(net::Request& request, net::Responder responder);
    void post(net::Request& request, net::Responder responder);

    const SseOptions options_;
    Endpoints& endpoints_;
    CallPool& pool_;
    Random& random_;
    SessionTable<Session> sessions_;
};

}  // namespace shopkeeper::transport
