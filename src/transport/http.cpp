#include "transport/http.hpp"

#include <condition_variable>
#include <mutex>

#include "base/log.hpp"
#include "transport/http_replies.hpp"

namespace shopkeeper::transport {
namespace {

/// Each question is one short read, and each that waits holds a connection: they are bounded by
/// those.
CallPool::Options admission_pool(const net::HttpOptions& listener) {
    return {.threads_max = 8, .waiting_max = listener.connections_max};
}

}  // namespace

HttpTransport::HttpTransport(HttpTransportOptions options, Random& random)
    : options_(std::move(options)),
      random_(random),
      server_(options_.listener),
      access_(options_.access, server_.address()),
      admissions_(admission_pool(options_.listener)) {
    server_.set_filter([this](const net::Request& request, net::ReplyHeaders& headers) {
        return access_.check(request, headers);
    });
    if (!options_.access.admit) return;
    server_.set_porter([this](const net::Request& request, net::Entry entry) {
        let_in(request, std::move(entry));
    });
}

HttpTransport::~HttpTransport() = default;

/// Rule: operations C12.
void HttpTransport::let_in(const net::Request& request, net::Entry entry) {
    auto credential = access_.shown_credential(request);
    if (!credential) return entry.decide(std::nullopt);
    if (!options_.access.admit_waits) return entry.decide(access_.judge(*credential));
    struct Question {
        std::string credential;
        net::Entry entry;
    };
    // Shared because a task may be copied; there is one owner at a time.
    const auto question =
        std::make_shared<Question>(Question{*std::move(credential), std::move(entry)});
    const bool is_accepted = admissions_.try_run(
        [this, question] { question->entry.decide(access_.judge(question->credential)); });
    if (!is_accepted) {
        question->entry.decide(busy("Too many credentials are being checked; try again."));
    }
}

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
    endpoints.stateless().end_open_answers();
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
