#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "base/random.hpp"
#include "net/http_server.hpp"
#include "transport/access_rules.hpp"
#include "transport/call_pool.hpp"
#include "transport/session_ids.hpp"
#include "transport/sse.hpp"
#include "transport/streamable_http.hpp"
#include "transport/transport.hpp"

namespace shopkeeper::transport {

struct HttpTransportOptions {
    net::HttpOptions listener = {};
    AccessOptions access = {};
    /// A call that finds more than this many before it would be answered too late to be of use; and
    /// every waiting call holds one of `listener.connections_max`.
    CallPool::Options calls = {.threads_max = 32, .waiting_max = 256};
    StreamableOptions streamable = {};
    SseOptions sse = {};

    /// How long calls in progress may finish undisturbed when the process is told to stop, and how
    /// long they have after their stop tokens were requested.
    std::chrono::milliseconds shutdown_grace{8'000};
    std::chrono::milliseconds cancel_grace{1'500};
    /// How often old sessions and replay buffers are looked for.
    std::chrono::milliseconds housekeeping{5'000};
};

/// MCP on one HTTP listener: Streamable HTTP and HTTP+SSE. Other routes (health) may be added to
/// the same server before `serve`.
class HttpTransport {
public:
    /// Binds. Throws net::PortTaken, net::ListenError.
    HttpTransport(HttpTransportOptions options, Random& random);
    ~HttpTransport();

    net::HttpServer& server() { return server_; }
    std::uint16_t port() const { return server_.port(); }

    /// Serves until `stop` is requested. Then: no new connections, streams that owe nothing end,
    /// every call that was taken on is answered (within the grace), and only then it returns.
    /// Blocks; call once.
    void serve(Endpoints& endpoints, SessionIds& session_ids, const std::stop_token& stop);
    /// The same with sessions that live and end with this process.
    void serve(Endpoints& endpoints, const std::stop_token& stop);

private:
    void let_in(const net::Request& request, net::Entry entry);

    const HttpTransportOptions options_;
    Random& random_;
    net::HttpServer server_;
    const AccessRules access_;
    CallPool admissions_;  ///< for those that wait; after what they use
};

std::unique_ptr<HttpTransport> make_http(HttpTransportOptions options, Random& random);

}  // namespace shopkeeper::transport
