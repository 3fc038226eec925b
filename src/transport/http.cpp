#include "transport/http.hpp"

#include <condition_variable>
#include <mutex>

#include "base/log.hpp"

namespace shopkeeper::transport {

HttpTransport::HttpTransport(HttpTransportOptions options, Random& random)
    : options_(std::move(options)),
      random_(random),
      server_(options_.listener),
      access_(options_.access, server_.address()) {
    server_.set_filter([this](const net::Request& request, net::ReplyHeaders& headers) {
        return access_.check(request, headers);
    });
}

HttpTransport::~HttpTransport() = default;

void HttpTransport::serve(Endpoints& endpoints, const std::stop_token& stop) {
    RandomSessionIds session_ids(random_);
    serve(endpoints, session_ids, stop);
}

void HttpTransport::serve(Endpoints& endpoints, SessionIds& session_ids,
                          const std::stop_token& stop) {
    auto pool = std::make_unique<CallPool>(options_.calls);
    StreamableHttp streamable(options_.streamable, endpoints, session_ids, *pool, random_);
    Sse sse(options_.sse, endpoints, *pool, random_);
    streamable.add_routes(server_);
    sse.add_routes(server_);
    server_.start();

    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stopped.wait_for(lock, stop, options_.housekeeping,
                             [&] { return stop.stop_requested(); })) {
        streamable.housekeep();
    }

    server_.stop_accepting();
    streamable.end_streams();
    sse.end_streams();
    if (!server_.wait_drained(options_.shutdown_grace)) {
        log::warning("transport", "calls are still running after the grace: cancelling them");
        streamable.cancel_calls();
        sse.cancel_calls();
        server_.cancel_all();
        server_.wait_drained(options_.cancel_grace);
    }
    server_.stop();
    pool.reset();  // joins: nothing may run when the transports go
}

std::unique_ptr<HttpTransport> make_http(HttpTransportOptions options, Random& random) {
    return std::make_unique<HttpTransport>(std::move(options), random);
}

}  // namespace shopkeeper::transport
